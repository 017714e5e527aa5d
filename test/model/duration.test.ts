import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDuration, parseSpan } from '../../src/model/duration.js';
import { parseSize } from '../../src/model/size.js';

describe('a duration', () => {
  const ACCEPTED = [
    ['10s', 10e6],
    ['1h30m', 5_400e6],
    ['500ms', 500e3],
    ['7d', 604_800e6],
    ['250us', 250],
    ['1500ns', 2],
    ['0.5s', 500e3],
    ['1 hour 5 minutes', 3_900e6],
    ['2W', 1_209_600e6],
    ['1M', 60e6],
    ['0s', 0],
  ] as const;
  for (const [text, us] of ACCEPTED) {
    it(`${text} is ${us} us`, () => assert.equal(parseDuration(text), us));
  }
  for (const text of ['', '10', 's', '-1s', '1 month', '1y', '1h30', 'h1', '1..5s', '1e3s', '1s,2m', '99999999999w']) {
    it(`${JSON.stringify(text)} is rejected`, () =>
      assert.throws(() => parseDuration(text), { message: `invalid duration "${text}"` }));
  }
  it('is the sum of its pieces', () => {
    const pieces = fc.array(fc.tuple(fc.nat(1000), fc.constantFrom('us', 'ms', 's', 'm', 'h', 'd')), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        const sum = parts.reduce((total, [count, unit]) => total + (parseSpan(`${count}${unit}`) ?? Number.NaN), 0);
        assert.equal(parseDuration(parts.map(([count, unit]) => `${count}${unit}`).join(' ')), sum);
      }),
    );
  });
});

describe('a size', () => {
  const ACCEPTED = [
    ['4096', 4096],
    ['4096B', 4096],
    ['10kB', 10_000],
    ['2GB', 2e9],
    ['2 gb', 2e9],
    ['2GiB', 2 * 1024 ** 3],
    ['2G', 2 * 1024 ** 3],
    ['1.5k', 1536],
    ['1TB', 1e12],
  ] as const;
  for (const [text, bytes] of ACCEPTED) {
    it(`${text} is ${bytes} bytes`, () => assert.equal(parseSize(text), bytes));
  }
  for (const text of ['', 'GB', '-1GB', '2XB', '1iB', '2 GB GB', '1e9']) {
    it(`${JSON.stringify(text)} is rejected`, () =>
      assert.throws(() => parseSize(text), { message: `invalid size "${text}"` }));
  }
});
