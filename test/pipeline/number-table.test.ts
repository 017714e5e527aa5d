import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { NumberTable } from '../../src/pipeline/number-table.js';

/** Few, so that keys come again; addresses of `struct sock`, ports, cookies and other numbers. */
const anyKey = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.nat({ max: 200 }).map((index) => 0x8881_0000_0000 + index * 2_048),
  fc.integer({ min: -(2 ** 31), max: -(2 ** 31) + 50 }),
  fc.constantFrom(0, -1, 2 ** 32, 2 ** 53, 0.5, -1e300, Number.POSITIVE_INFINITY),
);
const anyCall = fc.record({ call: fc.constantFrom('set', 'set', 'delete', 'get'), key: anyKey, value: fc.nat() });

describe('a table of numbers', () => {
  it('has what a Map has, after any calls', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 400 }), (calls) => {
        const table = new NumberTable<number>();
        const map = new Map<number, number>();
        for (const { call, key, value } of calls) {
          if (call === 'get') deepEqual([table.get(key), table.has(key)], [map.get(key), map.has(key)]);
          else if (call === 'delete') [table.delete(key), map.delete(key)];
          else [table.set(key, value), map.set(key, value)];
          equal(table.size, map.size);
        }
        for (const [key, value] of map) equal(table.get(key), value);
      }),
    );
  });

  it('grows to many entries, and back', () => {
    const table = new NumberTable<string>();
    const keys = Array.from({ length: 50_000 }, (_, index) => 0x8881_0000_0000 + index * 2_304);
    for (const key of keys) table.set(key, `at ${key}`);
    equal(table.size, keys.length);
    for (const key of keys.slice(1)) table.delete(key);
    equal(table.size, 1);
    equal(table.get(keys[0] as number), `at ${keys[0]}`);
    equal(table.get(keys[1] as number), undefined);
  });
});
