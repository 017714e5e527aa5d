import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { EventOrder, type Ordered } from '../../src/probe/event-order.js';

/**
 * What one CPU did: times between its records, how long each took from its time stamp to the map, which of them found the map
 * full, and in which drain each comes out.
 */
interface CpuStory {
  readonly steps: readonly {
    readonly pauseUs: number;
    readonly storingUs: number;
    readonly lost: boolean;
    readonly late: boolean;
  }[];
}

const step = fc.record({
  pauseUs: fc.integer({ min: 1, max: 50 }),
  storingUs: fc.constantFrom(0, 0, 0, 1, 5, 300),
  lost: fc.boolean(),
  late: fc.boolean(),
});
const cpuStory: fc.Arbitrary<CpuStory> = fc.record({ steps: fc.array(step, { maxLength: 60 }) });

const PASS_US = 200;

/**
 * The drain that a record comes out in: the first that begins after it was stored, or one that was running (for 3 us) when it
 * was stored, unless that had passed its bucket already.
 */
function passOf({ storedUs, late }: { readonly storedUs: number; readonly late: boolean }): number {
  const running = storedUs > PASS_US && storedUs % PASS_US >= 1 && storedUs % PASS_US <= 3;
  return (running && !late ? Math.floor(storedUs / PASS_US) : Math.ceil(storedUs / PASS_US)) * PASS_US;
}

/** Plays the stories through drains every 200 us. */
function play(stories: readonly CpuStory[]): {
  readonly passes: readonly Ordered<number>[];
  readonly reported: number;
  readonly lost: number;
} {
  const order = new EventOrder<number>(0);
  const arrivals = stories.flatMap((story, cpu) => {
    let storedUs = 0;
    return story.steps.map((step, index) => {
      const bootUs = storedUs + step.pauseUs;
      storedUs = bootUs + step.storingUs;
      return { cpu, sequence: index + 1, bootUs, storedUs, ...step };
    });
  });
  const endUs = Math.max(PASS_US, ...arrivals.map((arrival) => arrival.storedUs)) + PASS_US;
  const passes: Ordered<number>[] = [];
  let reported = 0;
  for (let passUs = PASS_US; passUs <= endUs; passUs += PASS_US) {
    stories.forEach((_, cpu) => {
      order.expect(cpu, arrivals.filter((each) => each.cpu === cpu && each.bootUs <= passUs).length);
    });
    const inPass = arrivals.filter((each) => !each.lost && passOf(each) === passUs);
    for (const each of inPass.toReversed()) {
      reported++;
      order.add(each.cpu, each.sequence, each.bootUs, each.bootUs);
    }
    passes.push(order.endPass(passUs));
  }
  passes.push(order.finish(endUs, new Map(stories.map((story, cpu) => [cpu, story.steps.length]))));
  return { passes, reported, lost: arrivals.filter((each) => each.lost).length };
}

describe('the order of events', () => {
  const stories = fc.array(cpuStory, { minLength: 1, maxLength: 4 });

  it('loses none, and counts every loss exactly', () => {
    fc.assert(
      fc.property(stories, (each) => {
        const { passes, reported, lost } = play(each);
        equal(
          passes.reduce((sum, pass) => sum + pass.items.length, 0),
          reported,
        );
        equal(
          passes.flatMap((pass) => pass.losses).reduce((sum, loss) => sum + (loss.lost ?? 0), 0),
          lost,
        );
      }),
    );
  });

  it('is that of time, across drains and CPUs, and what a drain promises holds', () => {
    fc.assert(
      fc.property(stories, (each) => {
        let promisedUs = 0;
        let lastUs = 0;
        for (const pass of play(each).passes) {
          for (const bootUs of pass.items) {
            ok(bootUs >= promisedUs && bootUs >= lastUs);
            lastUs = bootUs;
          }
          promisedUs = Math.max(promisedUs, pass.throughBootUs);
        }
      }),
    );
  });

  it('waits for a hole that the next drain fills', () => {
    const order = new EventOrder<number>(0);
    order.add(0, 2, 20, 20);
    deepEqual(order.endPass(30).items, []);
    order.add(0, 1, 10, 10);
    const pass = order.endPass(60);
    deepEqual(pass.items, [10, 20]);
    deepEqual(pass.losses, []);
  });

  it('waits for a record that was counted and is not stored yet', () => {
    const order = new EventOrder<number>(0);
    order.expect(0, 1);
    order.expect(1, 1);
    order.add(1, 1, 25, 25);
    const first = order.endPass(30);
    deepEqual(first.items, []);
    equal(first.throughBootUs, 0);
    deepEqual([order.missing(0), order.missing(1), order.backlog], [[1], [], 1]);
    order.expect(0, 1);
    order.add(0, 1, 20, 20);
    const second = order.endPass(60);
    deepEqual([second.items, second.throughBootUs], [[20, 25], 60]);
  });

  it('takes a counted record that has not come in a second for lost', () => {
    const order = new EventOrder<number>(0);
    for (const passUs of [100, 500_000, 999_999]) {
      equal(order.expect(0, 2), 2);
      deepEqual(order.endPass(passUs).losses, []);
    }
    order.expect(0, 2);
    const pass = order.endPass(1_000_100);
    deepEqual(pass.losses, [{ fromBootUs: 0, toBootUs: 100, cpu: 0, lost: 2, reason: 'sequence' }]);
    equal(order.expect(0, 2), 0);
    equal(order.endPass(1_000_200).throughBootUs, 1_000_200);
  });

  it('gives the bounds of a loss by its neighbours on that CPU', () => {
    const order = new EventOrder<number>(0);
    order.add(1, 1, 10, 10);
    order.add(1, 5, 50, 50);
    order.endPass(60);
    deepEqual(order.endPass(90).losses, [{ fromBootUs: 10, toBootUs: 50, cpu: 1, lost: 3, reason: 'sequence' }]);
  });
});
