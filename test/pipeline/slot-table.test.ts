import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { SlotTable } from '../../src/pipeline/slot-table.js';

/** Keys of rows: few, so that they come again. */
const anyCall = fc.record({
  call: fc.constantFrom('set', 'set', 'delete'),
  key: fc.oneof(fc.integer({ min: -200, max: 200 }), fc.constantFrom(2 ** 40, 2 ** 53, -(2 ** 31))),
});

describe('a table of slots', () => {
  it('has what a Map has, after any calls', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 800 }), (calls) => {
        const keys: number[] = [];
        const table = new SlotTable((slot) => keys[slot] ?? Number.NaN);
        const map = new Map<number, number>();
        for (const { call, key } of calls) {
          if (call === 'delete') {
            table.delete(key);
            map.delete(key);
            continue;
          }
          const slot = keys.push(key) - 1;
          table.set(key, slot);
          map.set(key, slot);
        }
        for (const { key } of calls) equal(table.get(key), map.get(key));
      }),
    );
  });

  it('finds nothing by what is not known', () => {
    const table = new SlotTable(() => Number.NaN);
    equal(table.get(Number.NaN), undefined);
    table.delete(Number.NaN);
  });

  it('grows to many entries, and back', () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => index * 2_304);
    const table = new SlotTable((slot) => keys[slot] ?? Number.NaN);
    for (const [slot, key] of keys.entries()) table.set(key, slot);
    for (const key of keys.slice(1)) table.delete(key);
    equal(table.get(keys[0] as number), 0);
    equal(table.get(keys[1] as number), undefined);
  });
});
