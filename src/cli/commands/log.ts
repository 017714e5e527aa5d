import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import { connectionTest } from '../../query/connection-by-id.js';
import { Follower } from '../../query/follow.js';
import { earliestOpeningUs, recordedSpan } from '../../query/span.js';
import { type LogEntry, lastEntries, logBetween } from '../../query/transition-log.js';
import { openForReading } from '../../store/database.js';
import { command, DEFAULT_DATABASE, parseWords, wholeNumber } from '../command.js';
import { everConditionOf } from '../history/filter.js';
import { notePruned } from '../history/pruned-note.js';
import { windowOf } from '../history/time-window.js';
import { LineOutput } from '../output/line-output.js';
import { entryLine } from '../output/log-entry-line.js';

/** How often a followed database is looked at, milliseconds: with the recorder's ten commits a second, under 0.5 s of lag. */
const POLL_MS = 100;

interface LogOptions {
  readonly db: string;
  readonly since?: string;
  readonly until?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly lines?: number;
}

/** `sstory log`: transitions and gaps, one a line, oldest first. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command('log', 'Show recorded transitions, one a line, oldest first.')
    .argument('[filter...]', "which connections, in ss's filter language")
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option('-S, --since <time>', "from this time on: '10 min ago', 14:05, 2026-11-21T02:13:33.123456Z ...")
    .option('-U, --until <time>', 'up to this time')
    .option('-f, --follow', 'go on with what a running recorder adds')
    .option('-n, --lines <count>', 'only the last COUNT', wholeNumber(0))
    .option('--json', 'one JSON object a line');
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<LogOptions>();
  const database = openForReading(options.db);
  try {
    await show(database, options, parsed.args);
    return 0;
  } finally {
    database.close();
  }
}

async function show(database: Database.Database, options: LogOptions, filterWords: readonly string[]): Promise<void> {
  const span = recordedSpan(database);
  const window = span && windowOf(options, span);
  const condition = await everConditionOf(database, filterWords, window);
  const output = new LineOutput(process.stdout);
  const follower = options.follow ? new Follower(database) : undefined;
  if (window !== undefined) {
    if (options.lines === undefined && options.follow !== true) notePruned(database, window.fromUs);
    for (const entry of entries(
      database,
      window.fromUs,
      window.toUs,
      options.follow ? (options.lines ?? 10) : options.lines,
      condition,
    )) {
      if (output.add(entryLine(entry, options.json === true))) await output.flush();
    }
  }
  await output.flush();
  if (follower !== undefined) await follow(follower, database, condition, output, options);
}

function entries(
  database: Database.Database,
  fromUs: number,
  toUs: number,
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
  follower: Follower,
  database: Database.Database,
  condition: Condition | undefined,
  output: LineOutput,
  options: LogOptions,
): Promise<void> {
  const wanted = connectionTest(database, condition);
  for (;;) {
    const { entries: fresh, missed } = follower.poll();
    if (missed)
      process.stderr.write(
        'sstory: this reader fell behind by more than ten seconds, lines are missing; run sstory log again for all\n',
      );
    for (const entry of fresh) {
      if (entry.kind === 'gap' || wanted(entry.connection.id)) {
        await output.line(entryLine(entry, options.json === true));
      }
    }
    await output.flush();
    await delay(POLL_MS);
  }
}
