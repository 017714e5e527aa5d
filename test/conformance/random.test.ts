/**
 * The past of random sockets beside the real ss: a seed makes and ends sockets of every kind, and asks ss in between with options and
 * filters that it chooses. SSTORY_SEED=7 plays one seed again: its steps are the same, the kernel's timing is not.
 */
import { equal } from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { atLeast } from '../lab/number-assertions.js';
import { requireBpf } from '../lab/privileges.js';
import { Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import type { Past } from './live-world.js';
import { differing, exactRows } from './past-rows.js';
import { requireSs } from './real-ss.js';

const WORLD = fileURLToPath(new URL('./random-world.js', import.meta.url));
const { SSTORY_SEED: seed } = process.env;
const SEEDS = seed === undefined ? [1, 2] : [Number(seed)];
const STEPS = 60;

/** Which looks at a world differ from the recording of it. */
function differences(looks: readonly Past[]): object[] {
  return looks.flatMap(({ argv, theirs, oursBefore, ours }) => {
    const rows = differing(theirs.stdout, oursBefore.stdout, ours.stdout);
    const isAlike = rows.theirs.length === 0 && rows.ours.length === 0 && ours.code === theirs.code;
    return isAlike ? [] : [{ argv: argv.join(' '), codes: [theirs.code, ours.code], ...rows }];
  });
}

describe('random sockets, over the past', function () {
  this.timeout(120_000);
  const stage = new Stage();
  const worlds = new Map<number, readonly Past[]>();

  before(async function () {
    requireBpf(this);
    requireSs(this);
    const directory = await stage.directory();
    const play = async (each: number) => {
      const netns = await stage.netns();
      const database = join(directory, `${each}.db`);
      const options = ['--source', 'bpf', '--netns', 'self', '--no-names', '--interval', '250ms'];
      stage.use(await Recorder.startIn(netns, database, ...options));
      const inside = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', process.execPath, WORLD];
      const { stdout } = await execa(...netns.inside(...inside, database, String(each), String(STEPS)));
      worlds.set(each, JSON.parse(stdout) as Past[]);
    };
    await Promise.all(SEEDS.map(play));
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const each of SEEDS)
    it(`are those that ss listed, seed ${each}`, () => {
      const looks = worlds.get(each) ?? [];
      atLeast(looks.length, STEPS / 3, 'looks');
      const exact = looks.reduce((sum, { ours }) => sum + exactRows(ours.stdout), 0);
      atLeast(exact, STEPS, 'rows that are compared in every field');
      equal(
        differences(looks)
          .map((each) => JSON.stringify(each))
          .join('\n'),
        '',
      );
    });
});
