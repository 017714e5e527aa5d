import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { LAST_CLASS, lifeClass, longestLifeUs } from '../../src/store/life-class.js';

describe('the class of a lifetime', () => {
  it('never holds a life longer than its bound, nor one that a shorter class holds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (lifeUs) => {
        const number = lifeClass(lifeUs);
        ok(number >= 1 && number <= LAST_CLASS);
        ok(lifeUs <= longestLifeUs(number));
        if (number > 1) ok(lifeUs >= longestLifeUs(number - 1));
      }),
    );
  });
});
