import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Interval } from '../../model/interval.js';
import { connectionTest } from '../../query/connection-by-id.js';
import { Follower } from '../../query/follow.js';
import { everIn } from '../../query/history-filter.js';
import { recorderLife } from '../../query/recorder-life.js';
import { earliestOpeningUs } from '../../query/span.js';
import type { LogEntry } from '../../query/transition-log.js';
import { lastEntries, logBetween } from '../../query/transition-log.js';
import { spanIn } from '../../request/recorded-window.js';
import { windowOf } from '../../request/time-window.js';
import { NO_TRANSITIONS, notePruned } from '../../request/window-notes.js';
import { wholeNumber } from '../command.js';
import type { HistoryCall, WindowOptions } from '../history/history-command.js';
import { historyCommand, windowOptions } from '../history/history-command.js';
import { recorderLag } from '../history/recorder-silence.js';
import { entryLines } from '../output/log-entry-line.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';

/** How often a followed database is polled, milliseconds: with the recorder's five commits a second, under 0.5 s of lag. */
const POLL_MS = 100;
/** How many lines `-f` shows first. */
const LINES_BEFORE_FOLLOWING = 10;
/** How often the recorder is looked at, milliseconds. */
const LAG_LOOK_MS = 1_000;

interface LogOptions extends WindowOptions {
  readonly follow?: boolean;
  readonly lines?: number;
}

/** `sstory log`: transitions and gaps, one per line, oldest first. */
export const run = historyCommand<LogOptions>({
  name: 'log',
  summary: SUMMARIES.log,
  declare: (parser) =>
    windowOptions(parser)
      .option('-f, --follow', 'continue with what a running recorder adds')
      .option('-n, --lines <count>', 'only the last COUNT', wholeNumber(0)),
  async run(call) {
    const { database, options, output, filter, places } = call;
    const span = spanIn(database);
    const window = span && windowOf(options, span, say);
    // What is followed may be in namespaces that have no name yet, and get owners later.
    const named =
      options.follow === true && window !== undefined ? { ...window, toUs: Number.MAX_SAFE_INTEGER } : window;
    const condition = everIn(await filter(named));
    const lineOf = entryLines(options.json === true, places);
    const follower = options.follow ? new Follower(database) : undefined;
    let isEmpty = true;
    if (window !== undefined) {
      if (options.lines === undefined && follower === undefined) notePruned(database, window.fromUs, say);
      const count = options.lines ?? (follower === undefined ? undefined : LINES_BEFORE_FOLLOWING);
      for (const entry of entries(database, window, count, condition)) {
        isEmpty &&= entry.kind === 'gap';
        if (output.add(lineOf(entry))) await output.flush();
      }
    }
    await output.flush();
    if (isEmpty && follower === undefined) noteNothing(database, options.lines);
    if (follower !== undefined) await follow(call, follower, condition, lineOf);
    return 0;
  },
});

/** `-n 0` asks for no lines. */
function noteNothing(database: Database.Database, lines: number | undefined): void {
  if (lines === 0) return;
  say(earliestOpeningUs(database) === undefined ? 'nothing is recorded yet' : NO_TRANSITIONS);
}

function entries(
  database: Database.Database,
  { fromUs, toUs }: Interval,
  count: number | undefined,
  condition: Condition | undefined,
): Iterable<LogEntry> {
  const first = earliestOpeningUs(database);
  if (first === undefined) return [];
  const startUs = Math.max(fromUs, first);
  return count === undefined
    ? logBetween(database, startUs, toUs, condition)
    : lastEntries(database, startUs, toUs, count, condition);
}

async function follow(
  { database, output, places, options, words, filter }: HistoryCall<LogOptions>,
  follower: Follower,
  condition: Condition | undefined,
  lineOf: (entry: LogEntry) => string,
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
      if (entry.kind === 'gap' || matches(entry.connection.id)) await output.line(lineOf(entry));
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
    const lag = recorderLag(recorderLife(this.database, nowUs), nowUs);
    if (lag !== undefined && !this.behind) say(lag);
    if (lag === undefined && this.behind) say('the recorder has caught up');
    this.behind = lag !== undefined;
  }
}
