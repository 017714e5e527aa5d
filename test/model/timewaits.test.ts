import { deepEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { type NumberOf, numbersOf, timewaitsRecord } from '../../src/model/timewaits.js';

const pairs = fc.uniqueArray(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.maxSafeNat()), fc.nat()), {
  selector: ([cookie]) => cookie,
});

describe('the numbers of timewait sockets', () => {
  it('are read as they were written, by cookie', () => {
    fc.assert(
      fc.property(pairs, (written) => {
        const sorted: NumberOf[] = [...written].sort(([one], [other]) => one - other);
        deepEqual(numbersOf(timewaitsRecord(1, 2, 'cookie', written)), sorted);
      }),
    );
  });

  it('take few characters where they follow each other', () => {
    const { numbers, ids } = timewaitsRecord(1, 2, 'cookie', [
      [7, 40],
      [5, 10],
      [6, 30],
    ]);
    deepEqual([numbers, ids], ['[5,3]', '[10,20,10]']);
  });

  for (const [numbers, ids] of [
    ['[5,3]', '[1,1]'],
    ['[5,1]', '[1,1]'],
    ['[5,0]', '[]'],
    ['[5,1e99]', '[1]'],
    ['{}', '[]'],
    ['', ''],
  ] as const)
    it(`are rejected where they are damaged: ${numbers} ${ids}`, () => {
      throws(() => numbersOf({ numbers, ids }));
    });
});
