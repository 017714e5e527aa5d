import { Option } from 'commander';
import { parseDuration } from '../../model/duration.js';
import { usageError } from '../../model/error.js';
import { mayLackTransitions } from '../../model/gap.js';
import type { Interval } from '../../model/interval.js';
import { GapIndex } from '../../query/gap-index.js';
import { gapsTouching } from '../../query/gaps.js';
import { type Instants, instantAt, instantsIn, roundStep } from '../../query/instants.js';
import { socketCounts } from '../../query/socket-counts.js';
import { noteBeforeSnapshot, noteClockSetBack, noteGaps, notePruned } from '../../request/window-notes.js';
import { countJson, countLines } from '../../view/count-lines.js';
import { argument } from '../command.js';
import { historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { say } from '../output/say.js';
import { isUtf8 } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface CountOptions extends WindowOptions {
  readonly by?: 'state';
  readonly every?: number;
}

/** With names and numbers beside them, these many signs fit into 80 columns. */
const DEFAULT_INSTANTS = 50;
const MOST_INSTANTS = 10_000;

const DETAILS = `
Counts what sstory ss -ta --at T would show at each instant T: \`state X\` selects sockets that were in X at that instant.
A column ~uncertain: how many of the sockets ss --at marks so.
A ? in a bar, and "gap" in a row: the record has a gap there. Bars are drawn from 0 to the most of all. More: docs/monitoring.md`;

/** `sstory count`: how many sockets there were over time. */
export const run = historyCommand<CountOptions>({
  name: 'count',
  summary: SUMMARIES.count,
  declare: (parser) =>
    windowOptions(parser)
      .addOption(new Option('--by <what>', 'also count each of these').choices(['state']))
      .option('--every <duration>', 'time between two instants (default: a round one, for at most 50)', everyArgument)
      .addHelpText('after', DETAILS),
  async run({ database, options, window: asked, span, filter, output }) {
    // Before, the number of sockets is unknown, not 0.
    const window = { ...asked, fromUs: Math.max(asked.fromUs, span.fromUs) };
    const instants = instantsOf(window, options.every);
    const wanted = await filter(window);
    const gaps = gapsTouching(database, window.fromUs, window.toUs);
    noteGaps(gaps, window, say);
    notePruned(database, window.fromUs, say);
    noteClockSetBack(database, window, say);
    if (instants.count > 0) noteBeforeSnapshot(database, instantAt(instants, 0), undefined, say);
    const index = new GapIndex(gaps.filter(mayLackTransitions));
    const counted = {
      instants,
      counts: socketCounts(database, instants, wanted),
      inGap: Array.from({ length: instants.count }, (_, place) => {
        const us = instantAt(instants, place);
        return index.touching(us, us).length > 0;
      }),
      byState: options.by === 'state',
    };
    const lines = options.json === true ? countJson(counted) : countLines(counted, isUtf8());
    for (const line of lines) await output.line(line);
    await output.flush();
    return 0;
  },
});

const everyArgument = argument((text: string) => {
  const us = parseDuration(text);
  if (us < 1) throw new Error(`"${text}" is too short.`);
  return us;
});

/** @throws SstoryError `too-many` (exit code 2) */
function instantsOf(window: Interval, every: number | undefined): Instants {
  const stepUs = every ?? roundStep(window, DEFAULT_INSTANTS);
  const offsetUs = -new Date(window.toUs / 1e3).getTimezoneOffset() * 60e6;
  const instants = instantsIn(window, stepUs, offsetUs);
  if (instants.count <= MOST_INSTANTS) return instants;
  throw usageError(
    'too-many',
    `--every: ${instants.count.toLocaleString('en')} instants in this time range, at most ${MOST_INSTANTS.toLocaleString('en')} are counted`,
    'give a longer one, or a shorter range with --since and --until',
  );
}
