/**
 * How long the process of a command takes beside that of Node alone, in turns. On a machine that does other work, the shortest of
 * many rounds says most.
 * `node dist/scripts/bench/startup.js [ROUNDS]`.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, say } from './figures.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { TemporaryDirectory } from './temporary-directory.js';

/** What users start. */
const COMMAND = fileURLToPath(new URL('../../../bin/sstory', import.meta.url));
const CONNECTIONS = 20_000;

const rounds = Number(process.argv[2] ?? 21);
using directory = new TemporaryDirectory();
const db = directory.file('history.db');
writeLongHistory(db, longHistory(CONNECTIONS));

const cases: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['--version', [COMMAND, '--version']],
  ['--help', [COMMAND, '--help']],
  ['log --help', [COMMAND, 'log', '--help']],
  ['ss -tan', [COMMAND, 'ss', '-tan']],
  ['names -S end-1m', [COMMAND, 'names', '-S', 'end-1m', '--db', db]],
  ['log -n 20', [COMMAND, 'log', '-n', '20', '--db', db]],
  ['complete-values comm', [COMMAND, 'complete-values', 'comm', '--db', db]],
];

/** Of one process, milliseconds. */
function wallMs(words: readonly string[]): number {
  const beganMs = performance.now();
  spawnSync(process.execPath, words, { stdio: 'ignore' });
  return performance.now() - beganMs;
}

const times = cases.map((): number[] => []);
for (let round = 0; round < rounds; round++)
  for (const [index, [, words]] of cases.entries()) times[index]?.push(wallMs(words));
const shortest = times.map((all) => Math.min(...all));
say(`${rounds} rounds, milliseconds: the shortest, beside Node's, the median`);
for (const [index, [name]] of cases.entries()) {
  const least = shortest[index] ?? Number.NaN;
  const beside = (least / (shortest[0] ?? Number.NaN)).toFixed(2);
  say(
    `${name.padEnd(22)} ${least.toFixed(0).padStart(5)}  ${beside}  ${median(times[index] ?? [])
      .toFixed(0)
      .padStart(5)}`,
  );
}
