import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { TextCache } from '../../src/model/text-cache.js';

/** The four words of a name, zeros behind it. */
function wordsOf(name: string): Uint32Array {
  const bytes = new Uint8Array(16);
  bytes.set(Buffer.from(name).subarray(0, 15));
  return new Uint32Array(bytes.buffer);
}

/** The name that the words hold. */
function nameIn(words: Uint32Array, at: number): string {
  const bytes = Buffer.from(words.buffer, words.byteOffset + at * 4, 16);
  return bytes.toString('utf8', 0, bytes.indexOf(0));
}

describe('texts by the words from which they are decoded', () => {
  it('are those of the words, also where many share a place', () => {
    const cache = new TextCache(4, 256, nameIn);
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

  it('are decoded once as long as no other one takes the place', () => {
    let decoded = 0;
    const cache = new TextCache(1, 1_024, (words, at) => `${words[at]}, ${++decoded}`);
    for (let round = 0; round < 3; round++) for (const key of [0, 1, 0xffff_ffff]) cache.at(Uint32Array.of(key), 0);
    equal(decoded, 3);
  });
});
