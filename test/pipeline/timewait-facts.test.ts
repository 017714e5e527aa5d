import { deepEqual, equal } from 'node:assert/strict';
import type { HistoryBatch } from '../../src/model/history-batch.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import { numbersOf } from '../../src/model/timewaits.js';
import { Correlator } from '../../src/pipeline/correlator.js';
import { Dumps } from './dumps.js';
import { CLIENT, drained, OFFSET_US, row, timeWait } from './stories.js';

const S = 1_000_000;

const waiting = (port: number, cookie: number, leftMs: number, more: Partial<SocketRow> = {}) =>
  row('TIME-WAIT', {
    tuple: { ...CLIENT, localPort: port },
    ...{ cookie, inode: 0, timer: { kind: 'timewait', expiresMs: leftMs, retransmits: 0 }, ...more },
  });

/** The facts that a batch has, by their names. */
function factsOf({ timewaits }: HistoryBatch): Record<string, readonly (readonly number[])[]> {
  return Object.fromEntries(timewaits.map((record) => [record.fact, numbersOf(record)]));
}

describe('what a dump shows of TIME-WAITs that are written', () => {
  for (const moreThanFew of [false, true])
    it(`is their cookies, once${moreThanFew ? ', also of those in compact form' : ''}`, () => {
      const correlator = new Correlator({ firstId: 1, tracing: true });
      const dumps = new Dumps();
      correlator.accept(dumps.at(1, []));
      correlator.accept(drained([...timeWait(1_001, 2), ...timeWait(1_002, 2)]));
      if (moreThanFew) correlator.accept(drained([], 3 * S));
      const rows = [waiting(1_001, 12, 58_000), waiting(1_002, 11, 58_000)];
      const found = correlator.accept(dumps.at(4, rows));
      deepEqual(factsOf(found), {
        cookie: [
          [11, 2],
          [12, 1],
        ],
      });
      equal(found.connections.length, 0, 'their rows are not written again');
      deepEqual(factsOf(correlator.accept(dumps.at(5, rows))), {});
    });

  it('is when their timer is due, where no event reported their beginning', () => {
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const dumps = new Dumps();
    const found = correlator.accept(dumps.at(1, [waiting(1_001, 12, 58_000)]));
    deepEqual(factsOf(found)['due'], [[OFFSET_US / 1_000 + 59_000, 1]]);
  });

  it('is a sample of those that have a mark or an interface', () => {
    const correlator = new Correlator({ firstId: 1, tracing: true });
    const dumps = new Dumps();
    correlator.accept(dumps.at(1, []));
    correlator.accept(drained([...timeWait(1_001, 2), ...timeWait(1_002, 2)]));
    const found = correlator.accept(
      dumps.at(4, [waiting(1_001, 11, 58_000, { mark: 23 }), waiting(1_002, 12, 58_000)]),
    );
    deepEqual(factsOf(found)['sample'], [[1, 1]]);
    deepEqual(
      found.samples.map(({ connectionId, fwmark }) => [connectionId, fwmark]),
      [[1, 23]],
    );
  });
});
