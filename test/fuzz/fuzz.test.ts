import { fail } from 'node:assert/strict';
import { FuzzProcess, failureText } from './fuzz-process.js';
import { FUZZ_TARGETS } from './targets.js';

/** The same inputs each time; SSTORY_FUZZ_SEED gives others. `node dist/scripts/fuzz.js` does it for minutes. */
const SEED = Number(process.env['SSTORY_FUZZ_SEED'] ?? 1);
const INPUTS = 300;

describe(`a reader of changed and random input (seed ${SEED})`, () => {
  const child = new FuzzProcess();
  after(() => child[Symbol.asyncDispose]());

  for (const target of Object.keys(FUZZ_TARGETS)) {
    it(`neither crashes nor hangs nor grows: ${target}`, async () => {
      const { failure } = await child.fuzz({ target, seed: SEED, inputs: INPUTS, seconds: 3 });
      if (failure !== undefined) fail(failureText(target, failure));
    });
  }
});
