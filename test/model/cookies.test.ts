import { deepEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { type CookieOf, cookiesOf, cookiesRecord } from '../../src/model/cookies.js';

const pairs = fc.uniqueArray(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.maxSafeNat()), fc.nat()), {
  selector: ([cookie]) => cookie,
});

describe('the cookies of a dump', () => {
  it('are read as they were written, by cookie', () => {
    fc.assert(
      fc.property(pairs, (written) => {
        const sorted: CookieOf[] = [...written].sort(([one], [other]) => one - other);
        deepEqual(cookiesOf(cookiesRecord(1, 2, written)), sorted);
      }),
    );
  });

  it('take few characters where they follow each other', () => {
    const { cookies, ids } = cookiesRecord(1, 2, [
      [7, 40],
      [5, 10],
      [6, 30],
    ]);
    deepEqual([cookies, ids], ['[5,3]', '[10,20,10]']);
  });

  for (const [cookies, ids] of [
    ['[5,3]', '[1,1]'],
    ['[5,1]', '[1,1]'],
    ['[5,0]', '[]'],
    ['[5,1e99]', '[1]'],
    ['{}', '[]'],
    ['', ''],
  ] as const)
    it(`are rejected where they are damaged: ${cookies} ${ids}`, () => {
      throws(() => cookiesOf({ cookies, ids }));
    });
});
