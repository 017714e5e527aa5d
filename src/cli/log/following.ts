import { setTimeout as delay } from 'node:timers/promises';
import type { Condition } from '../../model/condition.js';
import { connectionTest } from '../../query/connection-by-id.js';
import type { Follower } from '../../query/follow.js';
import { everIn } from '../../query/history-filter.js';
import type { LogEntry } from '../../query/transition-log.js';
import { recorderHere } from '../../request/recorder-here.js';
import type { HistoryCall, WindowOptions } from '../history/history-command.js';
import { say } from '../output/say.js';
import { RecorderNotice } from './recorder-notice.js';

/** How often a followed database is polled, milliseconds: with the recorder's five commits a second, under 0.5 s of lag. */
const POLL_MS = 100;
/** How often the recorder is looked at, milliseconds. */
const LOOK_MS = 1_000;

/** Prints what a recorder adds, without end: those for which `lineOf` gives a line. */
export async function follow(
  { database, output, places, options, words, filter }: HistoryCall<WindowOptions>,
  follower: Follower,
  condition: Condition | undefined,
  lineOf: (entry: LogEntry) => string | undefined,
): Promise<void> {
  const notice = new RecorderNotice(options.db);
  let lookedMs = Number.NEGATIVE_INFINITY;
  const namesNetns = options.netns !== undefined || words.some((word) => word.includes('netns'));
  let matches = connectionTest(database, condition);
  for (;;) {
    if (performance.now() - lookedMs >= LOOK_MS) {
      lookedMs = performance.now();
      const nowUs = Date.now() * 1000;
      const text = notice.of(recorderHere(database, nowUs), nowUs);
      if (text !== undefined) say(text);
    }
    const { entries: fresh, missed } = follower.poll();
    const changed = fresh.length > 0 && places.namespaces.refresh();
    if (changed && namesNetns) matches = connectionTest(database, everIn(await filter(undefined, () => undefined)));
    if (missed)
      say('this reader fell more than ten seconds behind: lines are missing; run sstory log again for all of them');
    for (const entry of fresh) {
      const line = entry.kind === 'gap' || matches(entry.connection.id) ? lineOf(entry) : undefined;
      if (line !== undefined) await output.line(line);
    }
    await output.flush();
    await delay(POLL_MS);
  }
}
