/** `sstory ss`: the socket table now, or as it stood at a moment of the past. */
import type { SocketLine } from '../view/ss/socket-line.js';
import { parseSsFlags, type SsFlags } from './ss-flags.js';

const HELP = `Usage: sstory ss [FLAGS] [FILTER]      TCP sockets as ss shows them, now or --at any recorded moment
  -n --numeric      no service names          -r --resolve    host names
  -a --all          listening and others      -l --listening  only listening ones
  -o --options      timers                    -e --extended   uid, inode, cookie, cgroup
  -m --memory       socket memory             -p --processes  who holds them
  -4 -6 -f FAMILY   one family                -t --tcp        understood: there is nothing else
  -H --no-header    no header                 -N --net NAME   in a network namespace (live)
  --at TIME         as they stood then: '10 min ago', 14:05:30, 2026-11-21T02:13:33.123456Z, end-5s
  --db FILE         the recording             --json          one JSON object a line
  -V --version      -h --help
The filter language is ss's: docs/filter.md. What is marked ~ was inferred, or is not certain for that moment.
`;

/** The command. Without --at it reads the kernel, and needs no database. */
export async function run(argv: readonly string[]): Promise<number> {
  const flags = parseSsFlags(argv);
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (flags.version) {
    process.stdout.write(`sstory ${(await import('./version.js')).VERSION}\n`);
    return 0;
  }
  const lines =
    flags.at === undefined
      ? await (await import('./ss-live.js')).liveLines(flags)
      : await (await import('./ss-history.js')).linesAt(flags, flags.at);
  await show(lines, flags);
  return 0;
}

async function show(
  lines: { readonly sockets: readonly SocketLine[]; readonly oneState: boolean },
  flags: SsFlags,
): Promise<void> {
  const { cellsOf, HEADER, lineJson, tableText } = await import('../view/ss/socket-line.js');
  if (flags.json) {
    process.stdout.write(lines.sockets.map((line) => `${lineJson(line)}\n`).join(''));
    return;
  }
  const { nameSources } = await import('./shown-names.js');
  const names = await nameSources(lines.sockets, flags);
  const options = { ...flags, ...names, showState: !lines.oneState };
  const rows = lines.sockets.map((line) => cellsOf(line, options));
  const hidden = new Set(lines.oneState ? [0] : []);
  process.stdout.write(tableText(flags.header ? [HEADER, ...rows] : rows, hidden));
}
