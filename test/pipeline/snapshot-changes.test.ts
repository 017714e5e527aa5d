import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import type { Connection } from '../../src/model/connection.js';
import type { HistoryBatch } from '../../src/model/history-batch.js';
import type { Snapshot } from '../../src/model/snapshot.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import { Correlator, type CorrelatorInput } from '../../src/pipeline/correlator.js';
import { Dumps } from './dumps.js';
import { CLIENT, connectionsAfter, drained, NETNS, OFFSET_US, pathOf, row, transition } from './stories.js';

const S = 1_000_000;

function batchesAfter(...inputs: readonly CorrelatorInput[]): HistoryBatch[] {
  const correlator = new Correlator({ firstId: 1, tracing: true });
  return [...inputs.map((input) => correlator.accept(input)), correlator.finish()];
}

function last(batches: readonly HistoryBatch[]): Connection {
  const connection = connectionsAfter(batches).at(-1);
  if (connection === undefined) throw new Error('no connection');
  return connection;
}

describe('a dump that has only what differs from the one before', () => {
  it('confirms the sockets at rest: the last one is the bound of their end', () => {
    const dumps = new Dumps();
    const one = row('ESTAB');
    const connection = last(batchesAfter(dumps.at(1, [one]), dumps.at(2, [one]), dumps.at(3, [one]), dumps.at(4, [])));
    deepEqual([connection.closedUs, connection.closedNotBeforeUs], [4 * S + 100 + OFFSET_US, 3 * S + OFFSET_US]);
  });

  it('ends a socket that no dump ever had', () => {
    const dumps = new Dumps();
    const opening = transition(1.5 * S, 'UNCONN', 'SYN-SENT', { cookie: 5 });
    const connection = last(batchesAfter(dumps.at(1, []), drained([opening], 2 * S), dumps.at(2, [])));
    deepEqual([connection.closedUs, connection.closedNotBeforeUs], [2 * S + 100 + OFFSET_US, 1.5 * S + OFFSET_US]);
  });

  it('shows by a state that cannot follow that the socket has connected again', () => {
    const dumps = new Dumps();
    const one = row('ESTAB');
    const closing = transition(1.5 * S, 'ESTAB', 'CLOSE-WAIT', { cookie: 77 });
    const batches = batchesAfter(dumps.at(1, [one]), drained([closing], 2 * S), dumps.at(2, [one]));
    deepEqual(connectionsAfter(batches).map(pathOf), [
      ['~UNCONN>ESTAB', 'ESTAB>CLOSE-WAIT', '~CLOSE-WAIT>UNCONN'],
      ['~UNCONN>ESTAB'],
    ]);
  });

  it('asks for the row of a socket that has ended by what is known, and is still there', () => {
    const dumps = new Dumps();
    const one = row('ESTAB');
    const wrong = transition(1.5 * S, 'ESTAB', 'UNCONN', { cookie: 77, error: 104 });
    const correlator = new Correlator({ firstId: 1, tracing: true });
    for (const input of [dumps.at(1, [one]), drained([wrong], 2 * S), dumps.at(2, [one])]) correlator.accept(input);
    deepEqual([[...dumps.asked], correlator.openSockets], [[77], 0]);
    correlator.accept(dumps.at(3, [one]));
    deepEqual([[...dumps.asked], correlator.openSockets], [[], 1]);
  });

  it('asks for none that ended after it', () => {
    const dumps = new Dumps();
    const ending = transition(2 * S + 10, 'ESTAB', 'UNCONN', { cookie: 77, error: 104 });
    batchesAfter(dumps.at(1, [row('ESTAB')]), drained([ending], 3 * S), dumps.at(2, [row('ESTAB')]), dumps.at(4, []));
    equal(dumps.asked.size, 0);
  });

  it('without the TIME-WAITs ends none that it does not have, until a complete one', () => {
    const dumps = new Dumps();
    const waiting = row('TIME-WAIT', { inode: 0, timer: { kind: 'timewait', expiresMs: 50_000, retransmits: 0 } });
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const open = [
      dumps.at(1, [waiting, row('ESTAB', { cookie: 78, tuple: { ...CLIENT, localPort: 1 } })]),
      dumps.at(2, [], true),
      dumps.at(3, []),
    ].map((dump) => {
      correlator.accept(dump);
      return correlator.openSockets;
    });
    deepEqual(open, [2, 2, 0]);
  });

  it('makes the same history as one that has all', () => {
    const states = ['ESTAB', 'CLOSE-WAIT', 'FIN-WAIT-2', 'LISTEN'] as const;
    const socket = fc.option(fc.record({ state: fc.constantFrom(...states), recvQ: fc.nat(1) }), { nil: undefined });
    const moment = fc.record({
      sockets: fc.array(socket, { minLength: 4, maxLength: 4 }),
      /** The sockets that the probe reports to be in CLOSE-WAIT since. */
      moved: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 8 }), (moments) => {
        const dumps = new Dumps();
        const history = (dump: (atS: number, rows: SocketRow[]) => Snapshot) =>
          batchesAfter(
            ...moments.flatMap(({ sockets, moved }, index) => {
              const rows = sockets.flatMap((each, number) =>
                each === undefined
                  ? []
                  : [row(each.state, { ...each, cookie: number + 1, tuple: { ...CLIENT, localPort: number + 1 } })],
              );
              const events = moved.flatMap((number) => {
                const known = rows.find(({ cookie }) => cookie === number + 1);
                if (known?.state !== 'ESTAB') return [];
                const { cookie, state, tuple } = known;
                return [transition((index + 1.5) * S, state, 'CLOSE-WAIT', { skaddr: number + 1, cookie, tuple })];
              });
              return [dump(index + 1, rows), drained(events, (index + 1.9) * S)];
            }),
          );
        const connections = (batches: readonly HistoryBatch[]) =>
          connectionsAfter(batches).map(({ tuple, steps, closedUs, closedNotBeforeUs, closeReason }) =>
            JSON.stringify({ tuple, steps, closedUs, closedNotBeforeUs, closeReason }),
          );
        const times = (atS: number) => ({
          netns: NETNS,
          startBootUs: atS * S,
          endBootUs: atS * S + 100,
          offsetUs: OFFSET_US,
        });
        deepEqual(
          connections(history((atS, rows) => dumps.at(atS, rows))).sort(),
          connections(history((atS, rows) => snapshotOf(rows, times(atS)))).sort(),
        );
      }),
      { numRuns: 300 },
    );
  });
});
