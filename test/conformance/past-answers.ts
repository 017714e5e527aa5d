/** What the real ss answers now, and sstory of a recording, of any moment. */
import { spawnSync } from 'node:child_process';
import { Database } from '../../src/store/sqlite.js';
import { type Answer, answerOf } from '../lab/ss-answer.js';
import { until } from '../lab/until.js';

export function ss(argv: readonly string[]): Answer {
  const { status, stdout, stderr } = spawnSync('ss', argv, { encoding: 'utf8', input: '' });
  return { code: status ?? -1, stdout, stderr };
}

export function answerAt(database: string, us: number, argv: readonly string[]): Promise<Answer> {
  return answerOf(['--at', `@${(us / 1e6).toFixed(6)}`, '--db', database, ...argv]);
}

/** Waits until the recorder has taken snapshots after a moment: what changed by then is in the file. */
export async function recordedAfter(database: string, netns: readonly number[], us: number): Promise<void> {
  const file = new Database(database, { readonly: true });
  const last = file
    .prepare(
      `SELECT min(at_us) FROM (
         SELECT max(at_us) AS at_us FROM snapshots WHERE netns IN (${netns.join(', ')}) GROUP BY netns)`,
    )
    .pluck();
  await until(
    'two snapshots',
    () => Number(last.get()) > us,
    () => String(last.get()),
  );
  file.close();
}
