import { deepEqual, equal, throws } from 'node:assert/strict';
import fc from 'fast-check';
import {
  dividedTimewaits,
  type NumberOf,
  numbersOf,
  timewaitsRecord,
  timewaitsRecords,
} from '../../src/model/timewaits.js';
import { atMost } from '../lab/number-assertions.js';

const pairs = fc.uniqueArray(fc.tuple(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.maxSafeNat()), fc.nat()), {
  selector: ([cookie]) => cookie,
});

describe('the numbers of timewait sockets', () => {
  it('are read as they were written, by cookie', () => {
    fc.assert(
      fc.property(pairs, (written) => {
        const sorted: NumberOf[] = [...written].sort(([one], [other]) => one - other);
        deepEqual(timewaitsRecords(1, 2, 'cookie', written).flatMap(numbersOf), sorted);
      }),
    );
  });

  it('take few characters where they follow each other', () => {
    const [record] = timewaitsRecords(1, 2, 'cookie', [
      [7, 40],
      [5, 10],
      [6, 30],
    ]);
    deepEqual([record?.numbers, record?.ids], ['[5,3]', '[10,20,10]']);
  });

  it('are divided where a dump has more than a block of a recording file takes', () => {
    const all = Array.from({ length: 131_072 }, (_, index): NumberOf => [index * 2 ** 36, (index * 7_919) % 131_072]);
    const records = timewaitsRecords(1, 2, 'cookie', all);
    deepEqual(records.flatMap(numbersOf), all);
    deepEqual(
      records.map(({ atUs }) => atUs),
      records.map((_, index) => 2 + index),
    );
    for (const { numbers, ids } of records) atMost(numbers.length + ids.length, 400_000, 'characters');
    deepEqual(dividedTimewaits(timewaitsRecord(1, 2, 'cookie', all)), records);
    const [small] = timewaitsRecords(1, 2, 'cookie', all.slice(0, 100));
    equal(small && dividedTimewaits(small)[0], small);
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
