import { deepEqual, equal, ok } from 'node:assert/strict';
import { RECORD_WORDS } from '../../src/probe/event-record.js';
import { RecordOrder, type Slice } from '../../src/probe/record-order.js';

const ACCEPT = 3;
const UNKNOWN = 99;

/** Records of a kind, a microsecond apart from `firstUs` on. */
function recordsOf(count: number, firstUs: number, kind = ACCEPT): Uint32Array {
  const words = new Uint32Array(count * RECORD_WORDS);
  for (let i = 0; i < count; i++) {
    words[i * RECORD_WORDS] = (firstUs + i) * 1_000;
    words[i * RECORD_WORDS + 4] = kind;
  }
  return words;
}

function orderOf(): RecordOrder {
  return new RecordOrder(0, { commOf: () => '', resetReason: () => undefined });
}

const timesOf = (slices: Iterable<Slice>) => [...slices].flatMap(({ events }) => events.map(({ bootUs }) => bootUs));

describe('the order of records', () => {
  it('comes in slices, each complete up to where the next one begins, the losses first', () => {
    const count = 50_000;
    const order = orderOf();
    order.begin(recordsOf(count, 100));
    for (let i = 0; i < count; i++) order.add(0, i + 1, i);
    const loss = { fromBootUs: 1, toBootUs: 2, cpu: undefined, lost: 3, reason: 'continuity' } as const;
    const slices = [...order.endPass(1_000_000, [loss])];
    ok(slices.length > 3);
    deepEqual(
      slices.map(({ losses }) => losses.length),
      slices.map((_, at) => (at === 0 ? 1 : 0)),
    );
    deepEqual(
      slices.map(({ throughBootUs }) => throughBootUs),
      [...slices.slice(1).map(({ events }) => events[0]?.bootUs), 1_000_000],
    );
    deepEqual(
      timesOf(slices),
      Array.from({ length: count }, (_, at) => 100 + at),
    );
  });

  it('learns how far it is complete from a pass without records too', () => {
    deepEqual([...orderOf().endPass(40)], [{ events: [], losses: [], throughBootUs: 40 }]);
  });

  it('keeps what waits for a hole, of an earlier pass, another array and another CPU', () => {
    const order = orderOf();
    order.begin(recordsOf(2, 10));
    order.add(0, 2, 0);
    order.add(0, 3, 1);
    order.begin(recordsOf(1, 12));
    order.add(1, 1, 0);
    deepEqual(timesOf(order.endPass(20)), []);
    equal(order.backlog, 3);
    order.begin(recordsOf(1, 5));
    order.add(0, 1, 0);
    order.begin(recordsOf(1, 13));
    order.add(1, 2, 0);
    deepEqual(timesOf(order.endPass(30)), [5, 10, 11, 12, 13]);
  });

  it('leaves out a record of no known kind, which is no loss', () => {
    const order = orderOf();
    order.begin(recordsOf(1, 10, UNKNOWN));
    order.add(0, 1, 0);
    order.begin(recordsOf(1, 20));
    order.add(0, 2, 0);
    const slices = [...order.endPass(30)];
    deepEqual([timesOf(slices), slices.flatMap(({ losses }) => losses)], [[20], []]);
  });
});
