import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { EventOrder, type Ordered } from '../../src/probe/event-order.js';
import { transition } from '../pipeline/stories.js';

/** What one CPU did: times between its events, which of them found the map full, and in which drain each comes out. */
interface CpuStory {
  readonly steps: readonly { readonly pauseUs: number; readonly lost: boolean; readonly late: boolean }[];
}

const cpuStory: fc.Arbitrary<CpuStory> = fc.record({
  steps: fc.array(fc.record({ pauseUs: fc.integer({ min: 1, max: 50 }), lost: fc.boolean(), late: fc.boolean() }), {
    maxLength: 60,
  }),
});

const PASS_US = 200;

/**
 * The drain that an event comes out in: the first that begins after it, or one that was running (for 3 us) when it was
 * stored, unless that had passed its bucket already.
 */
function passOf({ bootUs, late }: { readonly bootUs: number; readonly late: boolean }): number {
  const running = bootUs > PASS_US && bootUs % PASS_US >= 1 && bootUs % PASS_US <= 3;
  return (running && !late ? Math.floor(bootUs / PASS_US) : Math.ceil(bootUs / PASS_US)) * PASS_US;
}

/** Plays the stories through drains every 200 us. */
function play(stories: readonly CpuStory[]): {
  readonly passes: readonly Ordered[];
  readonly told: number;
  readonly lost: number;
} {
  const order = new EventOrder(0);
  const arrivals = stories.flatMap((story, cpu) => {
    let bootUs = 0;
    return story.steps.map((step, index) => {
      bootUs += step.pauseUs;
      return { cpu, sequence: index + 1, bootUs, ...step };
    });
  });
  const endUs = Math.max(PASS_US, ...arrivals.map((arrival) => arrival.bootUs)) + PASS_US;
  const passes: Ordered[] = [];
  let told = 0;
  for (let passUs = PASS_US; passUs <= endUs; passUs += PASS_US) {
    const inPass = arrivals.filter((each) => !each.lost && passOf(each) === passUs);
    for (const each of inPass.toReversed()) {
      told++;
      order.add(each.cpu, each.sequence, transition(each.bootUs, 'UNCONN', 'SYN-SENT', { cpu: each.cpu }));
    }
    passes.push(order.endPass(passUs));
  }
  passes.push(order.finish(endUs, new Map(stories.map((story, cpu) => [cpu, story.steps.length]))));
  return { passes, told, lost: arrivals.filter((each) => each.lost).length };
}

describe('the order of events', () => {
  const stories = fc.array(cpuStory, { minLength: 1, maxLength: 4 });

  it('loses none, and counts every loss exactly', () => {
    fc.assert(
      fc.property(stories, (each) => {
        const { passes, told, lost } = play(each);
        equal(
          passes.reduce((sum, pass) => sum + pass.events.length, 0),
          told,
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
          for (const event of pass.events) {
            ok(event.bootUs >= promisedUs && event.bootUs >= lastUs);
            lastUs = event.bootUs;
          }
          promisedUs = Math.max(promisedUs, pass.throughBootUs);
        }
      }),
    );
  });

  it('waits for a hole that the next drain fills', () => {
    const order = new EventOrder(0);
    order.add(0, 2, transition(20, 'UNCONN', 'SYN-SENT'));
    deepEqual(order.endPass(30).events, []);
    order.add(0, 1, transition(10, 'UNCONN', 'SYN-SENT'));
    const pass = order.endPass(60);
    deepEqual(
      pass.events.map((event) => event.bootUs),
      [10, 20],
    );
    deepEqual(pass.losses, []);
  });

  it('gives the bounds of a loss by its neighbours on that CPU', () => {
    const order = new EventOrder(0);
    order.add(1, 1, transition(10, 'UNCONN', 'SYN-SENT', { cpu: 1 }));
    order.add(1, 5, transition(50, 'UNCONN', 'SYN-SENT', { cpu: 1 }));
    order.endPass(60);
    deepEqual(order.endPass(90).losses, [{ fromBootUs: 10, toBootUs: 50, cpu: 1, lost: 3, reason: 'sequence' }]);
  });
});
