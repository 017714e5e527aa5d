import { localTime } from '../../model/time-text.js';
import type { RankedGroup } from '../../query/ranking/group-total.js';
import { type Ranking, rankingLines } from '../../view/ranking-lines.js';
import { cutToCells } from '../../view/terminal-cells.js';
import type { LineOutput } from './line-output.js';

/** The time range, and the table of the groups that are shown of `total`. */
export async function printRanking(
  output: LineOutput,
  shown: readonly RankedGroup[],
  total: number,
  ranking: Ranking,
): Promise<void> {
  const { fromUs, toUs } = ranking.window;
  const cells = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  await output.line(`${localTime(fromUs).slice(0, -7)} to ${localTime(toUs).slice(0, -7)}`);
  for (const line of rankingLines(shown, ranking)) await output.line(cutToCells(line, cells));
  if (shown.length < total) await output.line(`(${total - shown.length} more: -n 0 shows all)`);
}
