import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Connection } from '../../model/connection.js';
import { parseDuration } from '../../model/duration.js';
import type { Interval } from '../../model/interval.js';
import { connectionsInOrder } from '../../query/connections-in-order.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import type { StayWish } from '../../query/stays.js';
import { fulfils } from '../../query/stays.js';
import { TimelineReader } from '../../query/timeline.js';
import { connectionOfId } from '../../request/connection-ids.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import { captureFilter } from '../../view/capture-filter.js';
import { cutStyledToCells } from '../../view/terminal-cells.js';
import { barHead, timelineLine } from '../../view/timeline-bar.js';
import { timelineBlock, timelineJson } from '../../view/timeline-block.js';
import { argument, wholeNumber } from '../command.js';
import { historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { say } from '../output/say.js';
import { isUtf8, paintFor } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface TimelineOptions extends WindowOptions {
  readonly oneline?: boolean;
  readonly pcapFilter?: boolean;
  readonly minDuration?: number;
  readonly id?: number;
  readonly connections?: number;
}

const PIPE_BAR_WIDTH = 40;
const WIDEST_BAR = 60;
const NARROWEST_BAR = 10;
/** For the id, the addresses and the first states of a connection: at 80 columns the bar has 14. */
const WIDTH_BESIDE_BAR = 66;
/** Blocks that are written at once; later ones are written in large pieces. */
const EAGER_BLOCKS = 20;

/** `sstory timeline`: the life of each connection, state by state. */
export const run = historyCommand<TimelineOptions>({
  name: 'timeline',
  summary: SUMMARIES.timeline,
  declare: (parser) =>
    windowOptions(parser)
      .option('--pcap-filter', 'only the capture filter of each connection, for tcpdump')
      .option(
        '--oneline',
        'one line per connection, cut to the width of a terminal: a bar drawn to scale over the window',
      )
      .option(
        '--min-duration <duration>',
        "only connections that were longer than this in a state (the filter's, or any)",
        argument(parseDuration),
      )
      .option('--id <n>', 'the connection with this id', wholeNumber(1))
      .option('-n, --connections <count>', 'only the COUNT opened last', wholeNumber(0))
      .addHelpText(
        'after',
        '\n`state X` selects connections that were in X at any time in the window. More: docs/timeline.md',
      ),
  async run({ database, options, span, window, filter, output }) {
    const wanted = await filter(window);
    const gaps = gapsTouching(database, 0, span.toUs);
    noteGaps(gaps, window, say);
    notePruned(database, options.id === undefined ? window.fromUs : 0, say);
    const wish: StayWish = { ...window, states: wanted?.states, longerThanUs: options.minDuration };
    const found =
      options.id === undefined
        ? matching(database, span, wish, everIn(wanted), options.connections)
        : [connectionOfId(database, options.id, options.db)];
    const reader = new TimelineReader(database, span.toUs, gaps);
    const text = textOf(options, window);
    const isForPrograms = options.json === true || options.pcapFilter === true;
    const isBar = options.oneline === true && !isForPrograms;
    const isBlock = options.oneline !== true && !isForPrograms;
    let count = 0;
    for (const connection of found) {
      if (count === 0 && isBar) for (const line of barHead(window, isUtf8())) await output.line(line);
      const blank = count > 0 && isBlock ? '\n' : '';
      await output.line(blank + text(reader, connection));
      if (++count <= EAGER_BLOCKS) await output.flush();
    }
    await output.flush();
    if (count === 0) say('no matching connections in this time range');
    return 0;
  },
});

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

function textOf(
  options: TimelineOptions,
  window: Interval,
): (reader: TimelineReader, connection: Connection) => string {
  if (options.pcapFilter === true) return (_reader, { tuple }) => captureFilter(tuple);
  if (options.json === true) return (reader, connection) => timelineJson(reader.timeline(connection));
  const paint = paintFor(process.stdout);
  if (options.oneline !== true) {
    return (reader, connection) => timelineBlock(reader.timeline(connection), paint).join('\n');
  }
  const bar = { ...window, width: barWidth(), unicode: isUtf8(), paint };
  const { isTTY, columns } = process.stdout;
  const fitted = isTTY ? (line: string) => cutStyledToCells(line, columns) : (line: string) => line;
  return (reader, connection) => fitted(timelineLine(reader.timeline(connection), bar));
}

function barWidth(): number {
  if (!process.stdout.isTTY) return PIPE_BAR_WIDTH;
  return Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, process.stdout.columns - WIDTH_BESIDE_BAR));
}
