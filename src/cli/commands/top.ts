import { Option } from 'commander';
import { mayLackTransitions } from '../../model/gap.js';
import { localTime } from '../../model/time-text.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import { GROUP_KINDS, type GroupKind } from '../../query/ranking/group-key.js';
import { inRankOrder, RANK_ORDERS, type RankOrder } from '../../query/ranking/rank-order.js';
import { rankedGroups } from '../../query/ranking/ranking.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import { rankingJson, rankingLines } from '../../view/ranking-lines.js';
import { cutToCells } from '../../view/terminal-cells.js';
import { wholeNumber } from '../command.js';
import { type HistoryCall, historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { say } from '../output/say.js';
import { isScreen } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface TopOptions extends WindowOptions {
  readonly by: GroupKind;
  readonly sort: RankOrder;
  readonly lines?: number;
}

/** Rows of a table where -n names no number. */
const DEFAULT_ROWS = 20;

const DETAILS = `
connects, accepts: opened in the time range. failed: ended in it other than orderly, by reason; an unknown reason does not
count. p50, p95: of the times from SYN-SENT to ESTAB that were observed, exact. open: at its end, without TIME-WAIT. bytes:
payload sent and received in it, as of the last samples where a connection reaches beyond it. -: not known. Listeners are
left out. --by port: the port that was connected to. --by name: the name that the peer had then.
On a terminal, while a recorder runs and without --until, the table is live: a range of the last minute, or --since.
q quits, o changes the order, space pauses. More: docs/monitoring.md`;

/** `sstory top`: which processes, peers, ports ... connect, fail and transfer the most. */
export const run = historyCommand<TopOptions>({
  name: 'top',
  summary: SUMMARIES.top,
  declare: (parser) =>
    windowOptions(parser)
      .addOption(new Option('--by <what>', 'a row for each').choices(Object.keys(GROUP_KINDS)).default('process'))
      .addOption(
        new Option('--sort <column>', 'the largest first').choices(Object.keys(RANK_ORDERS)).default('connects'),
      )
      .option(
        '-n, --lines <count>',
        `at most COUNT rows; 0: all (default: ${DEFAULT_ROWS}, --json all)`,
        wholeNumber(0),
      )
      .addHelpText('after', DETAILS),
  async run(call) {
    const { database, options, span, filter } = call;
    if (span.grows && options.until === undefined && options.json !== true && isTerminal()) {
      const { liveTop } = await import('../terminal/top-session.js');
      const wanted = await filter({ fromUs: span.fromUs, toUs: Number.MAX_SAFE_INTEGER });
      return await liveTop(database, { ...options, condition: everIn(wanted) });
    }
    return await printTop(call);
  },
});

function isTerminal(): boolean {
  return isScreen(process.stdout) && process.stdin.isTTY === true;
}

async function printTop({
  database,
  options,
  window,
  filter,
  output,
  places,
}: HistoryCall<TopOptions>): Promise<number> {
  const condition = everIn(await filter(window));
  noteGaps(gapsTouching(database, window.fromUs, window.toUs).filter(mayLackTransitions), window, say);
  notePruned(database, window.fromUs, say);
  const groups = inRankOrder(rankedGroups(database, window, condition, options.by), options.sort);
  const ranking = { kind: options.by, window, namespaces: places.namespaces };
  if (options.json === true) {
    for (const group of firstOf(groups, options.lines ?? 0)) await output.line(rankingJson(group, ranking));
  } else {
    const shown = firstOf(groups, options.lines ?? DEFAULT_ROWS);
    const cells = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
    await output.line(`${localTime(window.fromUs).slice(0, -7)} to ${localTime(window.toUs).slice(0, -7)}`);
    for (const line of rankingLines(shown, ranking)) await output.line(cutToCells(line, cells));
    if (shown.length < groups.length) await output.line(`(${groups.length - shown.length} more: -n 0 shows all)`);
  }
  await output.flush();
  return 0;
}

/** 0: all. */
function firstOf<T>(rows: readonly T[], count: number): readonly T[] {
  return count === 0 ? rows : rows.slice(0, count);
}
