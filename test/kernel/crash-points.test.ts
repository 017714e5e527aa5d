/** A sample of crash points; `node dist/scripts/crash-points.js` goes through all of them. */
import { deepEqual, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { crashAt, type FaultKind } from '../lab/crash-point.js';
import { requireBpf } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';

/** The first 150 or so writes create the file; a recording on a quiet host has at least 100 more. */
const SAMPLE: readonly (readonly [FaultKind, number])[] = [
  ['kill', 2],
  ['kill', 80],
  ['kill', 190],
  ['eio', 210],
  ['enospc', 220],
];

describe('a recording that is cut off at a write', function () {
  this.timeout(120_000);
  const stage = new Stage();
  before(function () {
    requireBpf(this);
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const [fault, at] of SAMPLE)
    it(`leaves a file that the next recorder continues, without a loss that is no gap: ${fault} at write ${at}`, async () => {
      const path = join(await stage.directory(), 'a.db');
      const { reached, problems } = await crashAt({ path, fault, at });
      ok(reached, 'there are so many writes');
      deepEqual(problems, []);
    });
});
