import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { TextBuffer } from '../../src/model/text-buffer.js';

describe('a text buffer', () => {
  it('writes integers as String does, whatever their length', () => {
    const buffer = new TextBuffer();
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (values) => {
        for (const [index, value] of values.entries()) {
          if (index > 0) buffer.putComma();
          buffer.putInteger(value);
        }
        equal(buffer.take(), values.join(','));
      }),
    );
  });

  for (const value of [0, 9, 10, 999_999_999, 1_000_000_000, 1_000_000_001, Number.MAX_SAFE_INTEGER]) {
    it(`writes ${value} and -${value}`, () => {
      const buffer = new TextBuffer();
      buffer.putInteger(value);
      buffer.putText(' ');
      buffer.putInteger(-value);
      equal(buffer.take(), `${value} ${-value}`);
    });
  }

  it('grows, and is empty after its text was taken', () => {
    const buffer = new TextBuffer();
    for (let count = 0; count < 10_000; count++) buffer.putInteger(count);
    equal(buffer.take().length, 38_890);
    equal(buffer.take(), '');
  });
});
