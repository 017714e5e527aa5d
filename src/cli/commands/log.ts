import { Option } from 'commander';
import { usageError } from '../../model/error.js';
import { Follower } from '../../query/follow.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import type { LogEntry } from '../../query/transition-log.js';
import { spanIn } from '../../request/recorded-window.js';
import { windowOf } from '../../request/time-window.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import type { LineOrder } from '../../view/connection-parts.js';
import { PLAIN_LOOKS } from '../../view/log-line.js';
import { wholeNumber } from '../command.js';
import { historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { noteNoEntries } from '../history/no-entries.js';
import { chosenEntries } from '../log/chosen-entries.js';
import { follow } from '../log/following.js';
import { grepPattern } from '../log/grep.js';
import { LineOutput } from '../output/line-output.js';
import { entryLines, LOG_LOOKS } from '../output/log-entry-line.js';
import { pagerOfTerminal, throughPager } from '../output/pager.js';
import { say } from '../output/say.js';
import { COLOUR_WISHES, type ColourWish, inkAsked } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

/** How many transitions `-f` shows first. */
const LINES_BEFORE_FOLLOWING = 10;
/** How many a terminal without a pager gets. */
const LINES_ON_TERMINAL = 500;

interface LogOptions extends WindowOptions {
  readonly follow?: boolean;
  readonly lines?: number;
  readonly reverse?: boolean;
  readonly grep?: RegExp;
  readonly utc?: boolean;
  readonly color: ColourWish;
  readonly pager: boolean;
}

const DETAILS = `
On a terminal, lines go through $SSTORY_PAGER, $PAGER or less; without a pager, the last ${LINES_ON_TERMINAL} are shown.
~: inferred, with the time in which it can have happened. -- : a gap in the record. \`state X\` selects connections that were
in X at any time in their life: all of their transitions are shown.`;

/** `sstory log`: transitions and gaps, one per line, oldest first. */
export const run = historyCommand<LogOptions>({
  name: 'log',
  summary: SUMMARIES.log,
  declare: (parser) =>
    windowOptions(parser)
      .option('-f, --follow', 'continue with what a running recorder adds')
      .option('-n, --lines <count>', 'only the last COUNT transitions', wholeNumber(0))
      .option('-r, --reverse', 'newest first')
      .option('-g, --grep <regex>', 'only lines that match; ignores case unless it has upper-case letters', grepPattern)
      .option('--utc', 'times in UTC, those of --since and --until too')
      .addOption(new Option('--color <when>', 'states in colour').choices(COLOUR_WISHES).default('auto'))
      .option('--no-pager', 'write to the terminal, without a pager')
      .addHelpText('after', DETAILS),
  check({ follow, reverse, utc }) {
    if (follow === true && reverse === true)
      throw usageError('opposites', '--follow and --reverse exclude each other', 'give one of them');
    if (utc === true) process.env['TZ'] = 'UTC';
  },
  async ofFleet(asked, options, words) {
    const { logOfFleet } = await import('../log/fleet-log.js');
    return logOfFleet(asked, options, words, { ...LOG_LOOKS, ink: inkAsked(options.color, process.stdout) });
  },
  async run(call) {
    const { database, options, output, filter, places } = call;
    const { lines, grep } = options;
    const newestFirst = options.reverse === true;
    const span = spanIn(database);
    const window = span && windowOf(options, span, say);
    // What is followed may be in namespaces that have no name yet, and get owners later.
    const named =
      options.follow === true && window !== undefined ? { ...window, toUs: Number.MAX_SAFE_INTEGER } : window;
    const condition = everIn(await filter(named));
    const order: LineOrder = newestFirst ? 'newestFirst' : 'oldestFirst';
    const looks = { ...LOG_LOOKS, ink: inkAsked(options.color, process.stdout), order };
    const lineOf = entryLines(options.json === true, places, looks);
    const follower = options.follow ? new Follower(database) : undefined;
    const pager = options.pager && follower === undefined ? pagerOfTerminal() : undefined;
    const isCut = lines === undefined && follower === undefined && process.stdout.isTTY && pager === undefined;
    // One more shows whether some were left out.
    const count = lines ?? (isCut ? LINES_ON_TERMINAL + 1 : follower && LINES_BEFORE_FOLLOWING);
    // The last ones are looked for from the end.
    const readOrder: LineOrder = count === undefined ? order : 'newestFirst';
    const isWanted = grep && grepTest(grep, entryLines(false, places, { ...PLAIN_LOOKS, order: readOrder }));
    let transitions = 0;
    const print = async (to: LineOutput) => {
      if (window === undefined) return;
      if (lines === undefined && follower === undefined) notePruned(database, window.fromUs, say);
      if (grep !== undefined) noteGaps(gapsTouching(database, window.fromUs, window.toUs), window, say);
      const chosen = chosenEntries(database, { window, condition, isWanted, count, newestFirst });
      const all = isCut ? [...chosen] : undefined;
      const shown = all === undefined ? chosen : cutToTerminal(all, newestFirst);
      for (const entry of shown) {
        if (entry.kind === 'transition') transitions++;
        if (to.add(lineOf(entry))) await to.flush();
      }
      await to.flush();
      if (all !== undefined && shown !== all)
        say(`only the last ${LINES_ON_TERMINAL} transitions are shown: -n COUNT, --since or a pipe show more`);
    };
    if (pager === undefined) await print(output);
    else await throughPager(pager, (stream) => print(new LineOutput(stream)));
    // Fewer than asked for: the others may have been deleted.
    if (lines !== undefined && transitions < lines && follower === undefined && window !== undefined)
      notePruned(database, window.fromUs, say);
    // `-n 0` asks for no lines.
    if (transitions === 0 && follower === undefined && lines !== 0) noteNoEntries(database);
    if (follower !== undefined)
      await follow(call, follower, condition, (entry) => (isWanted?.(entry) === false ? undefined : lineOf(entry)));
    return 0;
  },
});

/** Tests lines as they are without zone and colour. */
function grepTest(pattern: RegExp, lineOf: (entry: LogEntry) => string): (entry: LogEntry) => boolean {
  return (entry) => pattern.test(lineOf(entry));
}

/** Without the oldest transition, if there is one more than a terminal gets. */
function cutToTerminal(entries: readonly LogEntry[], newestFirst: boolean): readonly LogEntry[] {
  if (entries.filter(({ kind }) => kind === 'transition').length <= LINES_ON_TERMINAL) return entries;
  return newestFirst ? entries.slice(0, -1) : entries.slice(1);
}
