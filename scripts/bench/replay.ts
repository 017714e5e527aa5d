/**
 * How fast `sstory replay`, `log` and `timeline` print a history. It is generated, and they print into a pipe that wc -l reads.
 * `node dist/scripts/bench/replay.js [TRANSITIONS] [FILE]`: 1,000,000 by default; a FILE is kept.
 */
import { existsSync, statSync } from 'node:fs';
import { execa } from 'execa';
import type { TcpState } from '../../src/model/tcp-state.js';
import { batchOf, connectionOf, type Entered, writeHistory } from '../../test/lab/history.js';
import { MAIN } from '../../test/lab/sstory.js';
import { megabytes, say } from './figures.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 3;
const CONNECTIONS_PER_BATCH = 2_000;
const SECONDS = 300;

/** A client's way through the states, and how long each lasts, seconds. */
const CLIENT: readonly (readonly [TcpState, number])[] = [
  ['SYN-SENT', 0.000_2],
  ['ESTAB', 0.05],
  ['FIN-WAIT-1', 0.000_1],
  ['FIN-WAIT-2', 0.000_3],
  ['TIME-WAIT', 60],
];
/** A server's. */
const SERVER: readonly (readonly [TcpState, number])[] = [
  ['SYN-RECV', 0.000_1],
  ['ESTAB', 0.05],
  ['CLOSE-WAIT', 0.000_2],
  ['LAST-ACK', 0.000_1],
];

function life(openedS: number, way: typeof CLIENT): Entered[] {
  let atS = openedS;
  const entered = way.map(([state, seconds]): Entered => {
    const begunS = atS;
    atS += seconds;
    return [begunS, state];
  });
  return [...entered, [atS, 'UNCONN']];
}

/** Half clients, half servers: eleven transitions a pair. */
function generate(path: string, transitions: number): number {
  const perPair = CLIENT.length + SERVER.length + 2;
  const pairs = Math.ceil(transitions / perPair);
  writeHistory(path, { endS: SECONDS + 120 }, function* () {
    for (let first = 0; first < pairs; first += CONNECTIONS_PER_BATCH) {
      const connections = [];
      for (let pair = first; pair < Math.min(pairs, first + CONNECTIONS_PER_BATCH); pair++) {
        const atS = (pair * SECONDS) / pairs;
        connections.push(connectionOf(pair * 2 + 1, life(atS, CLIENT)), connectionOf(pair * 2 + 2, life(atS, SERVER)));
      }
      yield batchOf({ connections });
    }
  });
  return pairs * perPair;
}

async function round(command: string, path: string): Promise<{ seconds: number; lines: number }> {
  const started = process.hrtime.bigint();
  const { stdout } = await execa('sh', ['-c', `${process.execPath} ${MAIN} ${command} --db '${path}' | wc -l`]);
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, lines: Number(stdout) };
}

const transitions = Number(process.argv[2] ?? 1_000_000);
using directory = new TemporaryDirectory();
const path = process.argv[3] ?? directory.file('replay.db');
if (!existsSync(path)) generate(path, transitions);
say(`${path}: ${megabytes(statSync(path).size)}`);
for (const command of ['replay --speed max', 'replay --speed max --json', 'log', 'timeline --oneline']) {
  for (let each = 0; each < ROUNDS; each++) {
    const { seconds, lines } = await round(command, path);
    say(
      `${command}: ${lines} lines in ${seconds.toFixed(2)} s, ${Math.round(lines / seconds).toLocaleString('en')} lines/s`,
    );
  }
}
