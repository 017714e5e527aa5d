import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { ProbeEvent } from '../../src/model/probe-event.js';
import { packRun } from '../../src/probe/packed-run.js';
import { HAND_OVER_US, keyOf, RecordMerge, type Slice } from '../../src/probe/record-merge.js';
import { KIND, type MadeRecord, recordAt, STATE, wordsOf } from './made-records.js';

const CONTEXT = { resetReason: () => undefined };
const OWNER = { tid: 1, fd: 7, inode: 0, cgroup: 0, name: 'java' };
const EINVAL = 22;

/** Records a microsecond apart. */
function run(count: number, firstUs: number, stepUs = 1): Uint32Array {
  return wordsOf(...Array.from({ length: count }, (_, at) => recordAt((firstUs + at * stepUs) * 1_000)));
}

const inMemory = (bytes: number) => ({ bytes, memoryBytes: bytes });
const eventsOf = (slices: Iterable<Slice>) => [...slices].flatMap(({ events }) => events);
const timesOf = (slices: Iterable<Slice>) => eventsOf(slices).map(({ bootUs }) => bootUs);

function connect(pid: number, error: number, us: number): MadeRecord {
  return { kind: KIND.connect, nsecs: us * 1_000, error, owner: { ...OWNER, pid } };
}

function transition(address: number, us: number): MadeRecord {
  const states = { oldState: STATE.unconnected, newState: STATE.synSent };
  return { kind: KIND.transition, nsecs: us * 1_000, address: BigInt(address), ...states };
}

/** What one CPU did: times between its records, and how long each took from its time to the ring. */
const MARGIN_US = 20;
const DRAIN_EVERY_US = 200;
const cpuStory = fc.array(
  fc.record({
    pauseUs: fc.integer({ min: 0, max: 60 }),
    writingUs: fc.constantFrom(0, 0, 0, 1, 5, MARGIN_US - 1),
  }),
  { maxLength: 60 },
);

/** Plays the stories of CPUs: each drain adds what each ring has, and delivers what is older than the margin. */
function play(stories: readonly (readonly { pauseUs: number; writingUs: number }[])[]) {
  const merge = new RecordMerge(CONTEXT);
  const cpus = stories.map((story) => {
    let writtenUs = 0;
    return story.map(({ pauseUs, writingUs }) => {
      const bootUs = writtenUs + pauseUs;
      writtenUs = bootUs + writingUs;
      return { bootUs, writtenUs };
    });
  });
  const slices: Slice[] = [];
  const endUs = Math.max(0, ...cpus.flat().map(({ writtenUs }) => writtenUs)) + DRAIN_EVERY_US;
  for (let drainUs = DRAIN_EVERY_US; drainUs <= endUs + DRAIN_EVERY_US; drainUs += DRAIN_EVERY_US) {
    const isNew = ({ writtenUs }: { writtenUs: number }) =>
      writtenUs < drainUs && writtenUs >= drainUs - DRAIN_EVERY_US;
    for (const cpu of cpus) merge.add(wordsOf(...cpu.filter(isNew).map(({ bootUs }) => recordAt(bootUs * 1_000))));
    slices.push(...merge.slices(drainUs - MARGIN_US));
  }
  slices.push(...merge.slices(Number.POSITIVE_INFINITY));
  return { slices, times: cpus.flatMap((cpu) => cpu.map(({ bootUs }) => bootUs)) };
}

describe('the records of several rings', () => {
  it('come in one order of time, each once, and none before what was said to be complete', () => {
    fc.assert(
      fc.property(fc.array(cpuStory, { minLength: 1, maxLength: 4 }), (stories) => {
        const { slices, times } = play(stories);
        deepEqual(
          timesOf(slices),
          times.toSorted((a, b) => a - b),
        );
        let completeUs = 0;
        for (const { events, throughBootUs } of slices) {
          ok(events.every(({ bootUs }) => bootUs >= completeUs && bootUs < throughBootUs));
          ok(throughBootUs >= completeUs);
          completeUs = throughBootUs;
        }
      }),
    );
  });

  it('come in slices, each complete up to where the next one begins, the losses with the first', () => {
    const count = 10_000;
    const merge = new RecordMerge(CONTEXT);
    merge.add(run(count, 100, 2));
    merge.add(run(count, 101, 2));
    merge.add(run(count * 2, 100 + count * 2));
    const loss = { fromBootUs: 1, toBootUs: 2, cpu: undefined, lost: 3, reason: 'continuity' } as const;
    merge.lose([loss]);
    const slices = [...merge.slices(1_000_000)];
    ok(slices.length > 3);
    ok(slices.every(({ events }) => events.length <= 5_000));
    deepEqual(
      slices.map(({ losses }) => losses),
      slices.map((_, at) => (at === 0 ? [loss] : [])),
    );
    const begins = slices.slice(1).map(({ events }) => events[0]?.bootUs ?? 1_000_000);
    deepEqual(
      slices.map(({ throughBootUs }) => throughBootUs),
      [...begins, 1_000_000],
    );
    deepEqual(
      timesOf(slices),
      Array.from({ length: count * 4 }, (_, at) => 100 + at),
    );
  });

  it('wait as far as they are not older than asked for', () => {
    const merge = new RecordMerge(CONTEXT);
    equal(merge.oldestBootUs, undefined);
    merge.add(run(3, 10, 10));
    merge.add(run(2, 25, 10));
    merge.add(new Uint32Array());
    deepEqual(timesOf(merge.slices(30)), [10, 20, 25]);
    equal(merge.oldestBootUs, 30);
    merge.add(run(1, 28));
    deepEqual(timesOf(merge.slices(36)), [28, 30, 35]);
    equal(merge.oldestBootUs, undefined);
  });

  it('are complete up to the time asked for, also where there are none', () => {
    deepEqual([...new RecordMerge(CONTEXT).slices(40)], [{ events: [], losses: [], throughBootUs: 40 }]);
  });

  it('are counted in bytes while they wait, and when they are delivered', () => {
    const merge = new RecordMerge(CONTEXT);
    const [first, second] = [run(2, 10), wordsOf({ ...connect(1, EINVAL, 30), addresses: [1n, 2n, 3n, 4n] })];
    merge.add(first);
    merge.add(second);
    equal(merge.waitingBytes, first.byteLength + second.byteLength);
    equal(eventsOf(merge.slices(20)).length, 2);
    equal(merge.waitingBytes, second.byteLength);
    deepEqual(merge.takePassed(), inMemory(first.byteLength));
    deepEqual(merge.takePassed(), inMemory(0));
    equal(eventsOf(merge.slices(40)).length, 1);
    deepEqual(merge.takePassed(), inMemory(second.byteLength));
    equal(merge.waitingBytes, 0);
  });

  it('are unpacked when it is their turn, and count as what they took', () => {
    const merge = new RecordMerge(CONTEXT);
    const [plain, packed, later] = [run(3, 10, 10), packRun(run(3, 15, 10)), packRun(run(40, 100))];
    merge.add(later, true);
    merge.add(packed, true);
    merge.add(plain);
    equal(merge.waitingBytes, plain.byteLength + packed.byteLength + later.byteLength);
    equal(merge.oldestBootUs, 10);
    deepEqual(timesOf(merge.slices(50)), [10, 15, 20, 25, 30, 35]);
    deepEqual(merge.takePassed(), inMemory(plain.byteLength + packed.byteLength));
    equal(merge.waitingBytes, later.byteLength);
    equal(eventsOf(merge.slices(Number.POSITIVE_INFINITY)).length, 40);
    equal(merge.waitingBytes, 0);
  });

  it('are left out from before the start, and count as delivered', () => {
    const merge = new RecordMerge(CONTEXT, 12);
    const words = run(4, 10);
    merge.add(words);
    deepEqual(timesOf(merge.slices(20)), [12, 13]);
    deepEqual(merge.takePassed(), inMemory(words.byteLength));
  });
});

describe("this process's own connect", () => {
  it('is left out, and no other one', () => {
    const merge = new RecordMerge(CONTEXT);
    const isHere = merge.leaveOutConnect({ address: '0.115.115.116', port: 4_242 });
    // The remote address, as a little-endian number, is the low half.
    const to = (port: number, us: number) => ({
      ...connect(1, EINVAL, us),
      remotePort: port,
      addresses: [0x74_73_73_00n],
    });
    equal(isHere(), false);
    merge.add(wordsOf(connect(4_242, EINVAL, 10), to(4_243, 11)));
    equal(isHere(), false);
    merge.add(wordsOf(recordAt(9_000), to(4_242, 12), recordAt(13_000)));
    equal(isHere(), true);
    deepEqual(timesOf(merge.slices(20)), [9, 10, 11, 13]);
    equal(isHere(), false);
  });
});

describe('a merge that continues another one', () => {
  const throughUs = 1_000;
  /** What the other merge delivered last. */
  function deliveredBy(...records: readonly MadeRecord[]): string[] {
    const merge = new RecordMerge(CONTEXT);
    merge.add(wordsOf(...records));
    return eventsOf(merge.slices(Number.POSITIVE_INFINITY)).map(keyOf);
  }

  function continued(delivered: readonly string[], ...records: readonly MadeRecord[]): ProbeEvent[] {
    const merge = new RecordMerge(CONTEXT);
    merge.add(wordsOf(...records));
    merge.continueFrom(throughUs, delivered);
    return eventsOf(merge.slices(Number.POSITIVE_INFINITY));
  }

  it('leaves out what the other delivered, once, though it has another time here', () => {
    const delivered = deliveredBy(transition(1, throughUs - 10), transition(2, throughUs + 5));
    const events = continued(
      delivered,
      transition(1, throughUs + 2),
      transition(2, throughUs + 6),
      transition(3, throughUs + 7),
      transition(2, throughUs + 8),
    );
    deepEqual(
      events.map(({ skaddr }) => skaddr),
      [3, 2],
    );
  });

  it('leaves out what happened before, whether the other delivered it or not', () => {
    deepEqual(continued([], transition(1, throughUs - 1)), []);
  });

  it('takes the same again for another event once the hand-over is past', () => {
    const events = continued(deliveredBy(transition(1, throughUs - 1)), transition(1, throughUs + HAND_OVER_US));
    equal(events.length, 1);
  });

  it('tells apart sockets, namespaces, kinds and states', () => {
    const one = transition(1, throughUs);
    const others: readonly MadeRecord[] = [
      { ...one, address: 2n },
      { ...one, netns: 5 },
      { ...one, kind: KIND.retransmit },
      { ...one, newState: STATE.established },
      { ...one, oldState: STATE.established },
    ];
    equal(continued(deliveredBy(one), one, ...others).length, others.length);
  });
});
