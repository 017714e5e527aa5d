/** `sstory top --fleet`: which processes, peers, hosts ... of a fleet connect, fail and transfer the most. */
import { type CountedInRanking, fleetRanking } from '../../fleet/ranking/ranking.js';
import { counted } from '../../model/counted.js';
import type { FleetGroupKind } from '../../query/ranking/group-key.js';
import type { RankOrder } from '../../query/ranking/rank-order.js';
import { type Ranking, rankingJson } from '../../view/ranking-lines.js';
import { LineOutput } from '../output/line-output.js';
import { printRanking } from '../output/ranking-table.js';
import { say } from '../output/say.js';
import type { FleetAsked } from './asked.js';
import { askFleet, type QuestionOptions } from './question.js';

export interface FleetTopOptions extends QuestionOptions {
  readonly by: FleetGroupKind;
  readonly sort: RankOrder;
  /** 0: all. */
  readonly lines?: number;
}

/** Resolves with the exit code. */
export async function topOfFleet(
  asked: FleetAsked,
  options: FleetTopOptions,
  words: readonly string[],
  defaultRows: number,
): Promise<number> {
  const { by: kind, sort: order, json = false } = options;
  const lines = options.lines ?? (json ? 0 : defaultRows);
  const output = new LineOutput(process.stdout);
  await askFleet(
    asked,
    options,
    words,
    output,
    async ({ fleet, window: { fromUs, toUs }, condition, filter, states }) => {
      const window = { fromUs, toUs };
      const most = lines === 0 ? undefined : lines;
      const answer = await fleetRanking(fleet, { window, condition, filter, states, kind, order, most });
      sayCounted(answer.counted, kind);
      const ranking: Ranking = {
        ...{ kind, window, netnsName: ({ inFleet }) => inFleet?.netnsName },
        showHosts: kind !== 'machine' && kind !== 'netns',
      };
      if (json) for (const group of answer.groups) await output.line(rankingJson(group, ranking));
      else await printRanking(output, answer.groups, answer.total, ranking);
      await output.flush();
    },
  );
  return 0;
}

/** What was counted is in the table as far as that is known. */
function sayCounted({ included, unknown, atTheEnds }: CountedInRanking, kind: FleetGroupKind): void {
  if (included > 0)
    say(
      `${counted(included, 'connection')} that hosts counted ${included === 1 ? 'is' : 'are'} included by the minute of the end, without connect times`,
    );
  if (unknown > 0)
    say(
      `${counted(unknown, 'counted connection')} left out: the ${kind} or whether they match the filter is not known`,
    );
  if (atTheEnds > 0)
    say(`${counted(atTheEnds, 'counted connection')} left out: of minutes that are only partly in the time range`);
}
