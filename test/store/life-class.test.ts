import { ok } from 'node:assert/strict';
import fc from 'fast-check';
import { LAST_CLASS, lifeClass, longestLifeUs } from '../../src/store/life-class.js';

describe('the class of a lifetime', () => {
  it('never contains a life longer than its bound, or one that fits a shorter class', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (lifeUs) => {
        const number = lifeClass(lifeUs);
        ok(number >= 1 && number <= LAST_CLASS, `class ${number}`);
        ok(lifeUs <= longestLifeUs(number), `${lifeUs} us in a class up to ${longestLifeUs(number)} us`);
        const shorterUs = number > 1 ? longestLifeUs(number - 1) : 0;
        ok(lifeUs >= shorterUs, `${lifeUs} us fits a class up to ${shorterUs} us`);
      }),
    );
  });
});
