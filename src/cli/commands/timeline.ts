import { parseDuration } from '../../model/duration.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import type { StayWish } from '../../query/stays.js';
import { TimelineReader } from '../../query/timeline.js';
import { connectionOfId } from '../../request/connection-ids.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import { barHead } from '../../view/timeline-bar.js';
import { argument, wholeNumber } from '../command.js';
import { historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { matchingLives } from '../history/matching-lives.js';
import { timelineText } from '../history/timeline-text.js';
import { say } from '../output/say.js';
import { isUtf8 } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface TimelineOptions extends WindowOptions {
  readonly oneline?: boolean;
  readonly pcapFilter?: boolean;
  readonly minDuration?: number;
  readonly id?: number;
  readonly connections?: number;
}

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
        '\n`state X` selects connections that were in X at any time in the window. With --fleet also\nHOST:ID, and -n counts for each host. More: docs/timeline.md',
      ),
  async ofFleet(asked, options, words) {
    const { timelinesOfFleet } = await import('../fleet/timelines.js');
    return timelinesOfFleet(asked, options, words);
  },
  async run({ database, options, span, window, filter, output }) {
    const wanted = await filter(window);
    const gaps = gapsTouching(database, 0, span.toUs);
    noteGaps(gaps, window, say);
    notePruned(database, options.id === undefined ? window.fromUs : 0, say);
    const wish: StayWish = { ...window, states: wanted?.states, longerThanUs: options.minDuration };
    const found =
      options.id === undefined
        ? matchingLives(database, span, wish, everIn(wanted), options.connections)
        : [connectionOfId(database, options.id, options.db)];
    const reader = new TimelineReader(database, span.toUs, gaps);
    const text = timelineText(options, window);
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
