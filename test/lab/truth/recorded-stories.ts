/** Plays the stories of some seeds while one recorder runs, and compares what it recorded with what they did. */
import { statSync } from 'node:fs';
import { numberOf, Recorder } from '../sstory.js';
import { until } from '../until.js';
import { play, type Stage, type Told } from './story.js';
import type { Untruth } from './untruth.js';
import { untruthsOf } from './untruths.js';

/** Stories that are played at the same time, in namespaces of their own. */
const AT_ONCE = 10;
/** What only snapshots find is in the second one at the latest. */
const SNAPSHOTS = 2;
/** Where other programs use all CPUs: how fast it is there is not compared. */
const SNAPSHOT_WITHIN_MS = 60_000;

export interface Compared {
  readonly stories: readonly Told[];
  readonly untruths: readonly Untruth[];
}

/** `path`: of the database to record into. */
export async function compareStories(path: string, seeds: readonly number[]): Promise<Compared> {
  await using recorder = await Recorder.start(path, '--source', 'bpf', '--no-names');
  const stage: Stage = { rest: (netns) => snapshotsOf(path, netns) };
  const left = [...seeds];
  const stories: Told[] = [];
  const player = async () => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) stories.push(await play(seed, stage));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, player));
  await snapshotsOf(path, [statSync('/proc/self/ns/net').ino]);
  const { exitCode, stderr } = await recorder.stop();
  if (exitCode !== 0) throw new Error(`the recorder ended with ${exitCode}: ${stderr}`);
  stories.sort((one, other) => one.seed - other.seed);
  return { stories, untruths: await untruthsOf(path, stories) };
}

/** Waits until all these network namespaces have been in two more snapshots: on a busy host they come every ten seconds. */
async function snapshotsOf(path: string, netns: readonly number[]): Promise<void> {
  for (let count = 0; count < SNAPSHOTS; count++) await nextSnapshotOf(path, netns);
}

async function nextSnapshotOf(path: string, netns: readonly number[]): Promise<void> {
  const sinceUs = Date.now() * 1000 + 999;
  const isSeen = (inode: number) =>
    numberOf(path, 'SELECT count(*) FROM snapshots WHERE netns = ? AND at_us > ?', inode, sinceUs) > 0;
  await until(
    'a snapshot',
    () => netns.every(isSeen),
    () => `of ${netns.filter((inode) => !isSeen(inode)).join(', ')}`,
    SNAPSHOT_WITHIN_MS,
  );
}
