import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Connection, Gap } from '../../model/connection.js';
import { parseDuration } from '../../model/duration.js';
import { SstoryError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { localTime } from '../../model/time-text.js';
import { connectionById } from '../../query/connection-by-id.js';
import { connectionsInOrder } from '../../query/connections-in-order.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import { fulfils, type StayWish } from '../../query/stays.js';
import { TimelineReader } from '../../query/timeline.js';
import { openForReading } from '../../store/database.js';
import { barLegend, timelineLine } from '../../view/timeline-bar.js';
import { timelineBlock, timelineJson } from '../../view/timeline-block.js';
import { argument, command, parseWords, wholeNumber } from '../command.js';
import { filterOf } from '../history/filter.js';
import { historyOptions, recordedWindow, spanOf, type WindowOptions } from '../history/history-window.js';
import { notePruned } from '../history/pruned-note.js';
import { LineOutput } from '../output/line-output.js';
import { isUtf8, paintFor } from '../output/terminal-looks.js';

interface TimelineOptions extends WindowOptions {
  readonly oneline?: boolean;
  readonly minDuration?: number;
  readonly id?: number;
  readonly connections?: number;
}

const PIPE_BAR_WIDTH = 40;
const WIDEST_BAR = 60;
const NARROWEST_BAR = 10;
/** A block is given on at once up to here, later in large pieces. */
const EAGER_BLOCKS = 20;

/** `sstory timeline`: the life of each connection, state by state. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = historyOptions(
    command(
      'timeline',
      'Show the life of each connection: its states, how long they lasted, and what happened in them.',
    ),
  )
    .option('--oneline', 'one line a connection, with a bar drawn to scale over the window')
    .option(
      '--min-duration <duration>',
      "longer than this in the filter's state, or in any one state",
      argument(parseDuration),
    )
    .option('--id <n>', 'the connection of that id', wholeNumber(1))
    .option('-n, --connections <count>', 'only the COUNT that were opened last', wholeNumber(0))
    .addHelpText('after', '\n`state X` means: was ever in X within the window. More: docs/timeline.md');
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<TimelineOptions>();
  const database = openForReading(options.db);
  try {
    await show(database, options, parsed.args);
    return 0;
  } finally {
    database.close();
  }
}

async function show(database: Database.Database, options: TimelineOptions, words: readonly string[]): Promise<void> {
  const filter = await filterOf(database, words);
  const condition = everIn(filter);
  const span = spanOf(database, options.db);
  const window = recordedWindow(options, span);
  const gaps = gapsTouching(database, 0, span.toUs);
  tellGaps(gaps, window);
  notePruned(database, options.id === undefined ? window.fromUs : 0);
  const wish: StayWish = { ...window, states: filter?.states, longerThanUs: options.minDuration };
  const found =
    options.id === undefined
      ? matching(database, span, wish, condition, options.connections)
      : [theOne(database, options)];
  const reader = new TimelineReader(database, span.toUs, gaps);
  const text = textOf(options, window);
  const output = new LineOutput(process.stdout);
  let count = 0;
  for (const connection of found) {
    if (count === 0 && options.oneline === true && options.json !== true) tellBar(window);
    const blank = count > 0 && options.oneline !== true && options.json !== true ? '\n' : '';
    await output.line(blank + text(reader, connection));
    if (++count <= EAGER_BLOCKS) await output.flush();
  }
  await output.flush();
  if (count === 0) process.stderr.write('sstory: no connection like that in the window\n');
}

function matching(
  database: Database.Database,
  span: Interval,
  wish: StayWish,
  condition: Condition | undefined,
  count: number | undefined,
): Iterable<Connection> {
  const { fromUs, toUs } = wish;
  if (count === undefined) return passing(connectionsInOrder(database, fromUs, toUs, { condition }), span, wish);
  const last: Connection[] = [];
  if (count === 0) return last;
  for (const each of passing(
    connectionsInOrder(database, fromUs, toUs, { condition, newestFirst: true }),
    span,
    wish,
  )) {
    if (last.push(each) >= count) break;
  }
  return last.reverse();
}

function* passing(connections: Iterable<Connection>, span: Interval, wish: StayWish): Generator<Connection> {
  for (const connection of connections) if (fulfils(connection, span.toUs, wish)) yield connection;
}

function theOne(database: Database.Database, { id = 0, db }: TimelineOptions): Connection {
  const connection = connectionById(database, id);
  if (connection !== undefined) return connection;
  throw new SstoryError('no-connection', `${db} has no connection ${id}`, {
    hint: 'sstory timeline --oneline shows the ids (#N)',
  });
}

function textOf(
  options: TimelineOptions,
  window: Interval,
): (reader: TimelineReader, connection: Connection) => string {
  if (options.json === true) return (reader, connection) => timelineJson(reader.timeline(connection));
  const paint = paintFor(process.stdout);
  if (options.oneline !== true) {
    return (reader, connection) => timelineBlock(reader.timeline(connection), paint).join('\n');
  }
  const bar = { ...window, width: barWidth(), unicode: isUtf8(), paint };
  return (reader, connection) => timelineLine(reader.timeline(connection), bar);
}

function barWidth(): number {
  if (!process.stdout.isTTY) return PIPE_BAR_WIDTH;
  return Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, Math.floor(process.stdout.columns / 3)));
}

function tellBar({ fromUs, toUs }: Interval): void {
  process.stderr.write(`sstory: bars from ${localTime(fromUs)} to ${localTime(toUs)}: ${barLegend(isUtf8())}\n`);
}

function tellGaps(gaps: readonly Gap[], { fromUs, toUs }: Interval): void {
  const count = gaps.filter((gap) => gap.reason !== 'clock' && gap.toUs >= fromUs && gap.fromUs <= toUs).length;
  if (count === 0) return;
  const gapWord = count === 1 ? 'a gap' : `${count} gaps`;
  process.stderr.write(`sstory: the record has ${gapWord} in this window: connections and states may be missing\n`);
}
