import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { worstMoment } from '../../src/explain/worst-moment.js';

const WINDOW = { fromUs: 20, toUs: 100 };
const RIPE_US = 5;
const counts = (n: number, ageUs: number) => ageUs >= 40 || (n >= 3 && ageUs >= RIPE_US);

describe('the worst moment of a window', () => {
  it('is one at which most had lasted long enough', () => {
    const interval = fc
      .tuple(fc.integer({ min: 0, max: 95 }), fc.integer({ min: RIPE_US, max: 90 }), fc.boolean())
      .map(([sinceUs, lastedUs, ends]) => ({ sinceUs, untilUs: ends ? sinceUs + lastedUs : null }))
      .filter(({ sinceUs, untilUs }) => (untilUs ?? 100) >= 20 && Math.min(untilUs ?? 100, 100) - sinceUs >= RIPE_US);
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), (made) => {
        const intervals = made.sort((a, b) => a.sinceUs - b.sinceUs);
        const found = worstMoment(intervals, WINDOW, RIPE_US, counts);
        let most = 0;
        for (let atUs = WINDOW.fromUs; atUs <= WINDOW.toUs; atUs++) {
          const there = intervals.filter(
            ({ sinceUs, untilUs }) => sinceUs + RIPE_US <= atUs && Math.min(untilUs ?? 100, 100) >= atUs,
          );
          if (counts(there.length, atUs - (there[0]?.sinceUs ?? atUs))) most = Math.max(most, there.length);
        }
        equal(found?.present.length ?? 0, most);
      }),
    );
  });

  it('is not, where they were never bad', () => {
    deepEqual(worstMoment([{ sinceUs: 30, untilUs: 40 }], WINDOW, RIPE_US, counts), undefined);
  });
});
