import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import { connectionTest } from '../../query/connection-by-id.js';
import type { Follower } from '../../query/follow.js';
import { everIn } from '../../query/history-filter.js';
import type { LogEntry } from '../../query/transition-log.js';
import { recorderHere } from '../../request/recorder-here.js';
import type { HistoryCall, WindowOptions } from '../history/history-command.js';
import { recorderLag } from '../history/recorder-silence.js';
import { say } from '../output/say.js';

/** How often a followed database is polled, milliseconds: with the recorder's five commits a second, under 0.5 s of lag. */
const POLL_MS = 100;
/** How often the recorder is looked at, milliseconds. */
const LAG_LOOK_MS = 1_000;

/** Prints what a recorder adds, without end: those for which `lineOf` gives a line. */
export async function follow(
  { database, output, places, options, words, filter }: HistoryCall<WindowOptions>,
  follower: Follower,
  condition: Condition | undefined,
  lineOf: (entry: LogEntry) => string | undefined,
): Promise<void> {
  const lag = new LagNotice(database);
  const namesNetns = options.netns !== undefined || words.some((word) => word.includes('netns'));
  let matches = connectionTest(database, condition);
  for (;;) {
    lag.look();
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

/** Says when the recorder falls behind, and when it has caught up. */
class LagNotice {
  private lookedMs = Number.NEGATIVE_INFINITY;
  private behind = false;

  constructor(private readonly database: Database.Database) {}

  look(): void {
    if (performance.now() - this.lookedMs < LAG_LOOK_MS) return;
    this.lookedMs = performance.now();
    const nowUs = Date.now() * 1000;
    const lag = recorderLag(recorderHere(this.database, nowUs), nowUs);
    if (lag !== undefined && !this.behind) say(lag);
    if (lag === undefined && this.behind) say('the recorder has caught up');
    this.behind = lag !== undefined;
  }
}
