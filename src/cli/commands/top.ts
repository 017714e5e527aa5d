import { Option } from 'commander';
import { usageError } from '../../model/error.js';
import { mayLackTransitions } from '../../model/gap.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import { FLEET_GROUP_KINDS, type FleetGroupKind, type GroupKind } from '../../query/ranking/group-key.js';
import type { RankedGroup } from '../../query/ranking/group-total.js';
import { inRankOrder, RANK_ORDERS, type RankOrder } from '../../query/ranking/rank-order.js';
import { rankedGroups } from '../../query/ranking/ranking.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import { rankingJson } from '../../view/ranking-lines.js';
import { wholeNumber } from '../command.js';
import { type HistoryCall, historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { printRanking } from '../output/ranking-table.js';
import { say } from '../output/say.js';
import { isScreen } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface TopOptions extends WindowOptions {
  readonly by: FleetGroupKind;
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
q quits, o changes the order, space pauses. More: docs/monitoring.md
With --fleet: +: at least, some is not known; what hosts only counted is included as far as that is known (docs/fleet.md).`;

/** `sstory top`: which processes, peers, ports ... connect, fail and transfer the most. */
export const run = historyCommand<TopOptions>({
  name: 'top',
  summary: SUMMARIES.top,
  declare: (parser) =>
    windowOptions(parser)
      .addOption(
        new Option('--by <what>', 'a row for each; machine: with --fleet')
          .choices(Object.keys(FLEET_GROUP_KINDS))
          .default('process'),
      )
      .addOption(
        new Option('--sort <column>', 'the largest first').choices(Object.keys(RANK_ORDERS)).default('connects'),
      )
      .option(
        '-n, --lines <count>',
        `at most COUNT rows; 0: all (default: ${DEFAULT_ROWS}, --json all)`,
        wholeNumber(0),
      )
      .addHelpText('after', DETAILS),
  async ofFleet(asked, options, words) {
    const { topOfFleet } = await import('../fleet/top.js');
    return topOfFleet(asked, options, words, DEFAULT_ROWS);
  },
  async run(call) {
    const { database, options, span, filter } = call;
    const by = kindOfHost(options.by);
    if (span.grows && options.until === undefined && options.json !== true && isTerminal()) {
      const { liveTop } = await import('../terminal/top-session.js');
      const wanted = await filter({ fromUs: span.fromUs, toUs: Number.MAX_SAFE_INTEGER });
      return await liveTop(database, { ...options, by, condition: everIn(wanted) });
    }
    return await printTop(call, by);
  },
});

function kindOfHost(by: FleetGroupKind): GroupKind {
  if (by !== 'machine') return by;
  throw usageError('usage', '--by machine compares the hosts of a fleet', 'it works with --fleet');
}

function isTerminal(): boolean {
  return isScreen(process.stdout) && process.stdin.isTTY === true;
}

async function printTop(
  { database, options, window, filter, output, places }: HistoryCall<TopOptions>,
  by: GroupKind,
): Promise<number> {
  const condition = everIn(await filter(window));
  noteGaps(gapsTouching(database, window.fromUs, window.toUs).filter(mayLackTransitions), window, say);
  notePruned(database, window.fromUs, say);
  const groups = inRankOrder(rankedGroups(database, window, condition, by), options.sort);
  const netnsName = ({ key }: RankedGroup) =>
    typeof key === 'number' ? places.namespaces.nameDuring(key, window.fromUs, window.toUs) : undefined;
  const ranking = { kind: by, window, netnsName };
  if (options.json === true) {
    for (const group of firstOf(groups, options.lines ?? 0)) await output.line(rankingJson(group, ranking));
  } else {
    await printRanking(output, firstOf(groups, options.lines ?? DEFAULT_ROWS), groups.length, ranking);
  }
  await output.flush();
  return 0;
}

/** 0: all. */
function firstOf<T>(rows: readonly T[], count: number): readonly T[] {
  return count === 0 ? rows : rows.slice(0, count);
}
