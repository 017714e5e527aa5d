import { deepEqual, equal, throws } from 'node:assert/strict';
import { RecordSink } from '../../src/probe/record-sink.js';
import { BpfRing, PerfRing, type Ring } from '../../src/probe/rings.js';
import { KIND, type MadeRecord, recordAt, timesOf, wordsOf } from './made-records.js';
import { MadeBpfRing, MadePerfRing, PAGE } from './made-rings.js';

const SIZE = 2_048;
const CPU = 3;
const START_US = 1;
const IPV6 = [1n, 2n, 3n, 4n];
const OWNER = { pid: 4_242, tid: 4_250, fd: 7, inode: 81_234, cgroup: 5_678, name: 'java' };
/** One of each length. */
const RECORDS: readonly MadeRecord[] = [
  { kind: KIND.accept, nsecs: 2_000, owner: OWNER, addresses: IPV6 },
  { kind: KIND.retransmit, nsecs: 3_000, cookie: 9 },
  { kind: KIND.transition, nsecs: 4_000, totals: { retransmits: 1, rttUs: 2, bytesSent: 3, bytesReceived: 4 } },
  { kind: KIND.resetSent, nsecs: 5_000, addresses: IPV6 },
];
const SENTINEL = new Uint32Array(BigUint64Array.of(1n, 0x0102_0304_0506_0708n, 3n).buffer);
const UNKNOWN_KIND = wordsOf({ kind: 99, nsecs: 50_000 });
/** A connect(2) always has an owner. */
const OWNERLESS = wordsOf({ kind: KIND.connect, nsecs: 60_000 });
/** Totals and an owner are never in one record. */
const TOO_LONG = wordsOf({
  kind: KIND.transition,
  nsecs: 60_000,
  owner: OWNER,
  totals: { retransmits: 1, rttUs: 2, bytesSent: 3, bytesReceived: 4 },
  addresses: IPV6,
});
const CUT_OFF = wordsOf({ kind: KIND.accept, nsecs: 60_000, owner: OWNER }).subarray(0, 13);

function perf(start = 0) {
  const made = new MadePerfRing(SIZE, start);
  return { made, ring: new PerfRing(made.buffer, PAGE, SIZE), sink: new RecordSink(CPU, START_US) };
}

function shared(start = 0) {
  const made = new MadeBpfRing(SIZE, start);
  return {
    made,
    ring: new BpfRing(made.consumer, made.producer, PAGE, SIZE),
    sink: new RecordSink(undefined, START_US),
  };
}

/** Times of the records that come out, nanoseconds. */
function drained(ring: Ring, sink: RecordSink): number[] {
  ring.drain(sink);
  return timesOf(sink.take() ?? new Uint32Array());
}

for (const [name, open] of [
  ['the ring of a CPU', perf],
  ['the ring that all CPUs share', shared],
] as const) {
  describe(name, () => {
    it('gives records as they were written, also those that go on at its beginning', () => {
      for (let start = SIZE * 5; start < SIZE * 6; start += 8) {
        const { made, ring, sink } = open(start);
        for (const record of RECORDS) made.write(wordsOf(record));
        ring.drain(sink);
        deepEqual(sink.take(), wordsOf(...RECORDS));
        deepEqual(sink.takeLosses(), []);
      }
    });

    it('is free again as far as it was read', () => {
      const { made, ring, sink } = open();
      made.write(wordsOf(recordAt(2_000)));
      equal(ring.drain(sink), made.head);
      equal(made.tail, made.head);
      equal(ring.drain(sink), 0);
      made.write(wordsOf(recordAt(3_000)));
      ring.drain(sink);
      equal(made.tail, made.head);
      deepEqual(timesOf(sink.take() ?? new Uint32Array()), [2_000, 3_000]);
      equal(sink.take(), undefined);
    });

    it('gives what was read before in memory that later records leave alone, and grows it as needed', () => {
      const { made, ring, sink } = open();
      made.write(wordsOf(recordAt(2_000)));
      ring.drain(sink);
      const before = sink.take();
      const times = Array.from({ length: 3_000 }, (_, at) => 3_000 + at);
      for (const ns of times) {
        made.write(wordsOf(recordAt(ns)));
        ring.drain(sink);
      }
      deepEqual(timesOf(sink.take() ?? new Uint32Array()), times);
      deepEqual(before, wordsOf(recordAt(2_000)));
    });

    it('counts a record of an unknown shape as lost, at its place', () => {
      for (const unknown of [UNKNOWN_KIND, CUT_OFF, OWNERLESS, TOO_LONG]) {
        const { made, ring, sink } = open();
        made.write(wordsOf(recordAt(2_000)));
        made.write(unknown);
        made.write(wordsOf(recordAt(70_000)));
        deepEqual(drained(ring, sink), [2_000, 70_000]);
        deepEqual(
          sink.takeLosses().map(({ fromBootUs, toBootUs, lost }) => [fromBootUs, toBootUs, lost]),
          [[2, 70, 1]],
        );
        equal(sink.sound, false);
      }
    });

    it('shows by the sentinel that records lie as they are expected to', () => {
      const { made, ring, sink } = open(SIZE - 16);
      made.write(SENTINEL);
      made.write(wordsOf(recordAt(2_000)));
      equal(sink.sound, false);
      deepEqual(drained(ring, sink), [2_000]);
      equal(sink.sound, true);
      deepEqual(sink.takeLosses(), []);
    });

    it('is not sound with other numbers in the place of the sentinel', () => {
      const { made, ring, sink } = open();
      made.write(SENTINEL.map((word, index) => (index === 2 ? word + 1 : word)));
      deepEqual(drained(ring, sink), []);
      equal(sink.sound, false);
    });
  });
}

describe('a length that a ring only claims', () => {
  const CLAIMED = 0x3fff_fff0;

  it('is not copied from the ring of a CPU: the record is lost', () => {
    const { made, ring, sink } = perf();
    made.write(wordsOf(recordAt(2_000)));
    new Uint32Array(made.buffer, PAGE)[2] = CLAIMED;
    made.write(wordsOf(recordAt(3_000)));
    deepEqual(drained(ring, sink), [3_000]);
    deepEqual(
      sink.takeLosses().map(({ lost }) => lost),
      [1],
    );
  });

  it('ends the reading of the shared ring where it reaches beyond what was written', () => {
    const { made, ring, sink } = shared();
    made.write(wordsOf(recordAt(2_000)));
    new Uint32Array(made.producer, PAGE)[0] = CLAIMED;
    throws(() => ring.drain(sink), /ends after what was written/);
    equal(made.tail, 0);
    equal(sink.take(), undefined);
  });
});

describe('what did not fit into the ring of a CPU', () => {
  it('is a loss of just as many, between the records around it', () => {
    const { made, ring, sink } = perf(SIZE - 88);
    made.write(wordsOf(recordAt(2_000)));
    made.lose(12);
    made.write(wordsOf(recordAt(9_500)));
    made.write(wordsOf(recordAt(9_600)));
    deepEqual(drained(ring, sink), [2_000, 9_500, 9_600]);
    const loss = { fromBootUs: 2, toBootUs: 9.5, cpu: CPU, lost: 12, reason: 'overrun' };
    deepEqual(sink.takeLosses(), [loss]);
    deepEqual(sink.takeLosses(), []);
    equal(sink.lost, 12);
  });

  it('is one loss where no record lies between, and waits for the next record', () => {
    const { made, ring, sink } = perf();
    made.lose(2);
    made.lose(3);
    deepEqual(drained(ring, sink), []);
    deepEqual(sink.takeLosses(), []);
    made.write(wordsOf(recordAt(4_000)));
    ring.drain(sink);
    deepEqual(sink.takeLosses(), [{ fromBootUs: START_US, toBootUs: 4, cpu: CPU, lost: 5, reason: 'overrun' }]);
  });

  it('is counted after the last record too, when the recording ends', () => {
    const { made, ring, sink } = perf();
    made.write(wordsOf(recordAt(2_000)));
    made.lose(3);
    ring.drain(sink);
    sink.loseRest(4, 30);
    deepEqual(sink.takeLosses(), [{ fromBootUs: 2, toBootUs: 30, cpu: CPU, lost: 7, reason: 'overrun' }]);
    sink.loseRest(0, 40);
    deepEqual(sink.takeLosses(), []);
  });
});

describe('records of several CPUs in one ring', () => {
  it('come out in the order of time', () => {
    const { made, ring, sink } = shared(SIZE - 200);
    for (const at of [2, 0, 3, 1]) made.write(wordsOf(RECORDS[at] as MadeRecord));
    ring.drain(sink);
    deepEqual(sink.take(), wordsOf(...RECORDS));
    for (const ns of [5_100, 4_900, 5_000]) made.write(wordsOf(recordAt(ns)));
    deepEqual(drained(ring, sink), [4_900, 5_000, 5_100]);
  });

  it('wait for one that is still being written', () => {
    const { made, ring, sink } = shared(SIZE - 80);
    made.write(wordsOf(recordAt(2_000)));
    const after = made.head;
    const busy = made.begin(wordsOf(recordAt(3_000)));
    made.write(wordsOf(recordAt(4_000)));
    deepEqual(drained(ring, sink), [2_000]);
    equal(made.tail, after);
    deepEqual(drained(ring, sink), []);
    busy.commit();
    deepEqual(drained(ring, sink), [3_000, 4_000]);
    equal(made.tail, made.head);
  });

  it('come without those that were discarded, which are no losses', () => {
    const { made, ring, sink } = shared();
    made.write(wordsOf(recordAt(2_000)));
    made.begin(wordsOf(recordAt(3_000))).discard();
    made.write(wordsOf(recordAt(4_000)));
    deepEqual(drained(ring, sink), [2_000, 4_000]);
    deepEqual(sink.takeLosses(), []);
    equal(made.tail, made.head);
  });
});

describe('records of after a counter was read', () => {
  it('are counted apart from those of while it was read', () => {
    const sink = new RecordSink(CPU, START_US);
    const counts = () => [sink.received, sink.sinceBefore, sink.sinceAfter].map((each) => each[KIND.retransmit]);
    const receive = (...times: readonly number[]) => {
      for (const us of times) {
        const words = wordsOf({ kind: KIND.retransmit, nsecs: us * 1_000, cookie: 9 });
        sink.add(words, 0, -1, words.length);
      }
    };
    receive(5, 6);
    sink.countFrom(KIND.retransmit, 10, 20);
    receive(9, 10, 15, 20, 21, 25);
    deepEqual(counts(), [8, 4, 2]);
    sink.countFrom(KIND.retransmit, 30, 40);
    receive(35);
    deepEqual(counts(), [9, 1, 0]);
  });
});
