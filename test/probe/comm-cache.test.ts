import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { CommCache } from '../../src/probe/comm-cache.js';

/** The four words of a name, zeros behind it. */
function wordsOf(name: string): Uint32Array {
  const bytes = new Uint8Array(16);
  bytes.set(Buffer.from(name).subarray(0, 15));
  return new Uint32Array(bytes.buffer);
}

describe('the names of processes', () => {
  it('are decoded as they stand in the record, also where many share a place', () => {
    const cache = new CommCache();
    const names = fc.array(
      fc.string({ minLength: 1, maxLength: 15 }).filter((name) => /^[ -~]+$/.test(name)),
      {
        minLength: 600,
        maxLength: 1_200,
      },
    );
    fc.assert(
      fc.property(names, (all) => {
        for (const name of [...all, ...all]) equal(cache.at(Uint32Array.from([7, ...wordsOf(name)]), 1), name);
      }),
      { numRuns: 20 },
    );
  });
});
