/**
 * How long `sstory explain` takes over a long history. The history is generated, with each trouble in it.
 * `node dist/scripts/bench/explain.js [CONNECTIONS] [FILE]`: 1,000,000 by default; a FILE is kept.
 */

import { existsSync, statSync } from 'node:fs';
import { execa } from 'execa';
import type { Connection } from '../../src/model/connection.js';
import type { ConnectionEvent } from '../../src/model/connection-event.js';
import { batchOf, connectionOf, type Entered, writeHistory } from '../../test/lab/history.js';
import { MAIN } from '../../test/lab/sstory.js';
import { median, megabytes, say } from './figures.js';
import { randomFrom } from './lifetimes.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 5;
const PER_BATCH = 4_000;
const SECONDS = 3_600;
const CLIENT_END: readonly (readonly [number, Entered[1]])[] = [
  [0.0002, 'ESTAB'],
  [0.05, 'FIN-WAIT-1'],
  [0.0501, 'FIN-WAIT-2'],
  [0.0503, 'TIME-WAIT'],
  [60.0503, 'UNCONN'],
];

interface Made {
  readonly connection: Connection;
  readonly events: readonly ConnectionEvent[];
}

/** Of a hundred connections one is refused, one reset, one not answered, ... and the others end in order. */
function made(id: number, atS: number, random: () => number): Made {
  const peer = Math.floor(random() * 200);
  const remotePort = [443, 9_200, 5_432, 6_379][id & 3] ?? 443;
  const tuple = {
    family: 4,
    localAddr: '10.0.0.1',
    localPort: 32_768 + (id % 28_232),
    remoteAddr: `10.4.0.${peer}`,
    remotePort,
  } as const;
  const open: Entered = [atS, 'SYN-SENT'];
  const usual: Entered[] = [open, ...CLIENT_END.map(([s, state]): Entered => [atS + s, state])];
  const event = (kind: ConnectionEvent['kind'], detail: string, s: number) =>
    ({ connectionId: id, atUs: connectionOf(id, [open]).openedUs + Math.round(s * 1e6), kind, detail }) as const;
  const more = { tuple, pid: 1_000 + (id % 40) };
  switch (id % 100) {
    case 1:
      return {
        connection: connectionOf(id, [open, [atS + 0.001, 'UNCONN']], { ...more, closeReason: 'refused' }),
        events: [event('reset', 'received', 0.001), event('connect', 'ECONNREFUSED', 0.0011)],
      };
    case 2:
      return {
        connection: connectionOf(id, usual.slice(0, 2).concat([[atS + 1, 'UNCONN']]), {
          ...more,
          closeReason: 'reset by peer',
        }),
        events: [event('reset', 'received', 1)],
      };
    case 3:
      return {
        connection: connectionOf(id, [open, [atS + 127, 'UNCONN']], {
          ...more,
          closeReason: 'timed out',
          retransmits: 6,
        }),
        events: [1, 3, 7, 15, 31, 63].map((s) => event('retransmit', 'SYN', s)),
      };
    case 4:
      return { connection: connectionOf(id, [...usual.slice(0, 2), [atS + 1, 'CLOSE-WAIT']], more), events: [] };
    case 5:
      return {
        connection: connectionOf(id, [open, [atS, 'UNCONN']], { ...more, closeReason: 'failed' }),
        events: [event('connect', 'EADDRNOTAVAIL', 0)],
      };
    case 6:
      return {
        connection: connectionOf(
          id,
          [
            [atS, 'NEW-SYN-RECV', 'snapshot', atS - 1],
            [atS + 60, 'UNCONN', 'snapshot', atS + 59],
          ],
          {
            ...more,
            tuple: { ...tuple, localPort: 80, remotePort: tuple.localPort },
            origin: 'accept',
            closeReason: 'unknown',
          },
        ),
        events: [event('retransmit', 'SYN-ACK', 1)],
      };
    default:
      return { connection: connectionOf(id, usual, more), events: [] };
  }
}

/** Cut at the end of the run: what would happen later is left out. */
function soFar({ connection, events }: Made, endUs: number): Made {
  const steps = connection.steps.filter(({ atUs }) => atUs <= endUs);
  if (steps.length === connection.steps.length) return { connection, events };
  const state = steps.at(-1)?.newState ?? 'UNCONN';
  const open = { closedUs: undefined, closedNotBeforeUs: undefined, closedSource: undefined, closeReason: undefined };
  return { connection: { ...connection, ...open, steps, state }, events: events.filter(({ atUs }) => atUs <= endUs) };
}

function generate(path: string, connections: number): void {
  const random = randomFrom(7);
  const endUs = connectionOf(0, [[SECONDS, 'SYN-SENT']]).openedUs;
  writeHistory(path, { endS: SECONDS }, function* () {
    for (let first = 1; first <= connections; first += PER_BATCH) {
      const length = Math.min(PER_BATCH, connections - first + 1);
      const all = Array.from({ length }, (_, index) =>
        soFar(made(first + index, ((first + index) * SECONDS) / (connections + 1), random), endUs),
      );
      yield batchOf({
        connections: all.map(({ connection }) => connection),
        events: all.flatMap(({ events }) => events),
      });
    }
  });
}

async function seconds(...words: string[]): Promise<number> {
  const startMs = performance.now();
  await execa(process.execPath, [MAIN, ...words], { stdout: 'ignore' });
  return (performance.now() - startMs) / 1000;
}

const connections = Number(process.argv[2] ?? 1_000_000);
using directory = new TemporaryDirectory();
const path = process.argv[3] ?? directory.file('history.db');
if (!existsSync(path)) generate(path, connections);
say(`${connections} connections, ${megabytes(statSync(path).size)}`);
for (const words of [
  ['explain', '--all'],
  ['explain', 'state', 'syn-sent'],
  ['explain', 'state', 'time-wait', '-n', '1000'],
  ['explain', 'dport', '=', ':9200'],
  ['explain', String(Math.min(10_003, connections))],
  ['diff', 'start', 'end'],
]) {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) took.push(await seconds(...words, '--db', path));
  const each = took.toSorted((a, b) => a - b).map((s) => s.toFixed(2));
  say(`${words.join(' ')}: ${median(took).toFixed(2)} s (${each.join(' ')})`);
}
