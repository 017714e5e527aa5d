import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { RecentEndings } from '../../src/pipeline/recent-endings.js';

describe('recent endings', () => {
  it('have the last time of each key, from the first one on that is not before the time to forget', () => {
    const anyCall = fc.record({
      call: fc.constantFrom('add', 'add', 'add', 'forget', 'last'),
      key: fc.nat({ max: 20 }),
      earlier: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 300 }), fc.constantFrom(1, 50), (calls, times) => {
        const endings = new RecentEndings();
        let known: { key: number; bootUs: number }[] = [];
        for (const [nowUs, { call, key, earlier }] of calls.entries()) {
          const bootUs = nowUs * 10 - earlier;
          if (call === 'forget') {
            endings.forget(bootUs);
            const from = known.findIndex((each) => each.bootUs >= bootUs);
            known = from < 0 ? [] : known.slice(from);
          } else if (call === 'add') {
            for (let time = 0; time < times; time++) {
              endings.add(key + time, bootUs);
              known.push({ key: key + time, bootUs });
            }
          }
          const ofKey = known.filter((each) => each.key === key).map((each) => each.bootUs);
          equal(endings.lastOf(key), Math.max(Number.NEGATIVE_INFINITY, ...ofKey));
        }
      }),
    );
  });
});
