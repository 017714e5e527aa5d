/**
 * How long the process of a command takes beside that of Node alone, in turns: CPU time, and wall time. On a machine that does other
 * work, the least CPU time of many rounds says most. `start`: the same command where there is nothing to answer, a history of one connection, or
 * a dump without sockets; what is above that is the query.
 * `node dist/scripts/bench/startup.js [ROUNDS]`.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { libc } from '../../src/sys/libc.js';
import { median, say } from './figures.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { TemporaryDirectory } from './temporary-directory.js';

/** What users start. */
const COMMAND = fileURLToPath(new URL('../../../bin/sstory', import.meta.url));
const CONNECTIONS = 20_000;

const rounds = Number(process.argv[2] ?? 21);
using directory = new TemporaryDirectory();
const [db, small, noSockets] = ['history.db', 'small.db', 'dump'].map((name) => directory.file(name)) as [
  string,
  string,
  string,
];
writeLongHistory(db, longHistory(CONNECTIONS));
writeLongHistory(small, longHistory(1));
/** NLMSG_DONE, 20 bytes: an answer of sock_diag without sockets, as `ss -D` writes it. */
writeFileSync(noSockets, Uint8Array.of(20, 0, 0, 0, 3, ...new Uint8Array(15)));

const cases: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['--version', [COMMAND, '--version']],
  ['--help', [COMMAND, '--help']],
  ['log --help', [COMMAND, 'log', '--help']],
  ['ss -tan, start', [COMMAND, 'ss', '-tan', '--dump', noSockets]],
  ['ss -tan', [COMMAND, 'ss', '-tan']],
  ['names -S end-1m, start', [COMMAND, 'names', '-S', 'end-1m', '--db', small]],
  ['names -S end-1m', [COMMAND, 'names', '-S', 'end-1m', '--db', db]],
  ['log -n 20, start', [COMMAND, 'log', '-n', '20', '--db', small]],
  ['log -n 20', [COMMAND, 'log', '-n', '20', '--db', db]],
  ['complete-values comm', [COMMAND, 'complete-values', 'comm', '--db', db]],
];

const getrusage = libc.func('int getrusage(int, _Out_ uint8_t *)');
const RUSAGE_CHILDREN = -1;
/** Of `struct rusage`: user and system time, each in seconds and microseconds, and what is not used here. */
const RUSAGE_BYTES = 144;

/** CPU time of the processes that have ended, milliseconds. */
function childrenMs(): number {
  const usage = Buffer.alloc(RUSAGE_BYTES);
  getrusage(RUSAGE_CHILDREN, usage);
  const [userS = 0, userUs = 0, systemS = 0, systemUs = 0] = [0, 8, 16, 24].map((at) =>
    Number(usage.readBigInt64LE(at)),
  );
  return (userS + systemS) * 1e3 + (userUs + systemUs) / 1e3;
}

interface Took {
  readonly wallMs: number;
  readonly cpuMs: number;
}

function took(words: readonly string[]): Took {
  const [beganMs, cpuMs] = [performance.now(), childrenMs()];
  spawnSync(process.execPath, words, { stdio: 'ignore' });
  return { wallMs: performance.now() - beganMs, cpuMs: childrenMs() - cpuMs };
}

const times = cases.map((): Took[] => []);
for (let round = 0; round < rounds; round++)
  for (const [index, [, words]] of cases.entries()) times[index]?.push(took(words));

const WIDTH = 7;
/** The least, how often Node's least that is, and the median. */
function columns(all: readonly number[], node: readonly number[]): string {
  const least = Math.min(...all);
  const numbers = [least.toFixed(0), (least / Math.min(...node)).toFixed(2), median(all).toFixed(0)];
  return numbers.map((each) => each.padStart(WIDTH)).join('');
}

say(`${rounds} rounds, milliseconds: the least, how often that of Node alone it is, and the median`);
say(`${''.padEnd(26)}${'CPU'.padEnd(3 * WIDTH)}${'wall'}`);
const [node = []] = times;
for (const [index, [name]] of cases.entries()) {
  const own = times[index] ?? [];
  const cpu = columns(
    own.map(({ cpuMs }) => cpuMs),
    node.map(({ cpuMs }) => cpuMs),
  );
  const wall = columns(
    own.map(({ wallMs }) => wallMs),
    node.map(({ wallMs }) => wallMs),
  );
  say(`${name.padEnd(24)}${cpu}${wall}`);
}
