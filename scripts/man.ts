/**
 * Writes docs/sstory.1 out of what every command says of itself with --help: `npm run man`. A test fails where the two differ.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
export const MAN_PAGE = fileURLToPath(new URL('../../docs/sstory.1', import.meta.url));

const TIMES = `now, -10m, '10 min ago', 14:05, 14:05:30.5, yesterday 23:10, 2026-11-21T02:13:33.123456Z, @1795232000.5 (seconds since the epoch), and end, end-5s:
counted from the end of the recording.`;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['sstory record --db /var/lib/sstory/host.db', 'Record this host until Ctrl-C.'],
  [
    "sstory -antp state syn-sent dst :9200 --at '10 min ago'",
    'The sockets that were in SYN-SENT toward port 9200 ten minutes ago, as ss would have shown them.',
  ],
  ["sstory log --since -1h 'dst 10.4.0.0/16 and dport = :9200'", 'What became of such connections in the last hour.'],
  ['sstory log -f', 'Follow the running recorder.'],
  ['sstory explain state syn-sent dst :9200', 'Why they are in SYN-SENT, each sentence with its evidence.'],
  ['sstory explain --all --since -1h', 'What looked wrong on this host in the last hour, worst first.'],
  ['sqlite3 sstory.db "SELECT * FROM connections WHERE remote_port = 9200"', 'The file is plain SQLite.'],
];

/** The page's text, in roff with the man macros. */
export function manPage(): string {
  const overview = helpOf();
  const names = [...overview.matchAll(/^ {2}(\w+) {2,}\S/gm)].map(([, name = '']) => name);
  return [
    '.\\" Made by npm run man out of what sstory COMMAND --help says.',
    '.TH SSTORY 1 "" "sstory" "User Commands"',
    '.SH NAME',
    'sstory \\- ss with a memory: every TCP state transition of a host, recorded, replayed and queried',
    '.SH SYNOPSIS',
    '.B sstory',
    '.I COMMAND',
    '[ARGS]',
    '.br',
    '.B sstory',
    '.I \\-FLAGS',
    '[FILTER] [\\-\\-at TIME]',
    '.SH DESCRIPTION',
    'sstory records every TCP state transition of the kernel (eBPF, through bpftrace), holds the record against periodic sock_diag snapshots, and keeps it in a SQLite file.',
    'Flags and filters are those of',
    '.BR ss (8);',
    '.B sstory \\-antp',
    'is short for',
    '.BR "sstory ss \\-antp" .',
    '.PP',
    literal(overview.replace(/^.*\n\n/, '')),
    ...names.flatMap((name) => [`.SH "SSTORY ${name.toUpperCase()}"`, literal(helpOf(name))]),
    '.SH TIMES',
    escaped(TIMES),
    '.SH FILES',
    '.TP',
    '.I sstory.db',
    'The database where neither',
    '.B \\-\\-db',
    'nor',
    '.B SSTORY_DB',
    'names another; mode 0600.',
    '.SH ENVIRONMENT',
    '.TP',
    '.B SSTORY_DB',
    'The database.',
    '.TP',
    '.B SSTORY_BPFTRACE',
    'The command that runs bpftrace.',
    '.TP',
    '.B SSTORY_DEBUG',
    '1: errors come with the place in the program.',
    '.SH "EXIT STATUS"',
    '0: done. 1: failed, or nothing was recorded at the time asked for. 2: the command line was not understood. 255: as',
    '.B ss',
    'does for flags and filters in its language.',
    '.SH EXAMPLES',
    ...EXAMPLES.flatMap(([line, text]) => ['.TP', `.B ${escaped(line)}`, escaped(text)]),
    '.SH "SEE ALSO"',
    '.BR ss (8),',
    '.BR bpftrace (8),',
    '.BR sqlite3 (1)',
    '',
  ].join('\n');
}

function helpOf(...words: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '' };
  return execFileSync(process.execPath, [MAIN, ...words, '--help'], { encoding: 'utf8', env });
}

/** Text that keeps its lines. */
function literal(text: string): string {
  return `.nf\n${escaped(text.trimEnd())}\n.fi`;
}

/** Backslashes and hyphens as they are; a dot or a quote that begins a line is no request. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(MAN_PAGE, manPage());
