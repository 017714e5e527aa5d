import { deepEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { requireSs } from '../conformance/real-ss.js';
import { requireBpf } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';
import { KNOWN_UNTRUE } from '../lab/truth/known-untrue.js';
import { compareStories } from '../lab/truth/recorded-stories.js';
import { KINDS, type Untruth, untruthLine } from '../lab/truth/untruth.js';

const SEEDS = 16;

/**
 * Seeds that failed once, whose cause has no smaller test: what the comparison assumed (112, 174), a cookie of two sockets (213), and a look
 * at forked processes that came too late (44).
 */
const FAILED_ONCE = [44, 112, 174, 213];

/**
 * SSTORY_SEED=7 plays the story of one seed. Its steps are always the same, but not the times that the kernel takes for them. `node
 * dist/scripts/truth.js` plays more.
 */
const { SSTORY_SEED: seed } = process.env;

function counts(untruths: readonly Untruth[]): string[] {
  return Object.entries(KINDS).flatMap(([kind, meaning]) => {
    const count = untruths.filter((each) => each.kind === kind).length;
    return count === 0 ? [] : [`    known untrue: ${count} x ${kind} (${meaning})`];
  });
}

describe('the record of random stories on this kernel', function () {
  this.timeout(240_000);
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('is what happened', async function () {
    requireBpf(this);
    requireSs(this);
    const first = Array.from({ length: SEEDS }, (_, index) => index + 1);
    const seeds = seed === undefined ? [...FAILED_ONCE, ...first] : [Number(seed)];
    const path = join(await stage.directory(), 'stories.db');
    const { stories, untruths } = await compareStories(path, seeds);
    const known = untruths.filter(({ kind }) => KNOWN_UNTRUE[kind] !== undefined);
    process.stdout.write(
      counts(known)
        .map((line) => `${line}\n`)
        .join(''),
    );
    if (seed !== undefined) process.stdout.write(known.map((each) => `    ${untruthLine(each)}\n`).join(''));
    const broken = stories.flatMap((told) =>
      told.failure === undefined ? [] : [`seed ${told.seed}, ${told.failure}`],
    );
    const unknown = untruths.filter((each) => !known.includes(each)).map(untruthLine);
    deepEqual([...broken, ...unknown], []);
  });
});
