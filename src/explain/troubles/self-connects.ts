/** Connections of a window to themselves. */
import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { type StateInterval, stateIntervals } from '../../query/state-intervals.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { explainSelfConnect, SELF_CONNECTED } from '../self-connect.js';
import { at, count, sentence, words } from '../sentence.js';
import type { TroubleWindow } from './endings.js';
import { whoText } from './peer-group.js';
import { connectionsAt, exampleOf, troubleOf } from './trouble.js';

/** TIME-WAIT, which follows, is left out of their span. */
export function selfConnects(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
): FoundTrouble[] {
  const established = stateIntervals(context.database, context.span, {
    states: ['ESTAB'],
    window: { fromUs, toUs },
    leastUs: 0,
    condition: { sql: `${SELF_CONNECTED} AND (${condition.sql})`, params: condition.params },
  });
  const ends = new Map<string, StateInterval[]>();
  for (const each of established) {
    const key = `${context.reuse.identity(each.netns, each.sinceUs)} ${endpoint(each.address, each.port)}`;
    ends.set(key, [...(ends.get(key) ?? []), each]);
  }
  return [...ends.values()].flatMap((intervals) => selfConnect(context, intervals, toUs));
}

/** `intervals`: of one address and port, the oldest first. */
function selfConnect(context: ExplainContext, intervals: readonly StateInterval[], toUs: number): FoundTrouble[] {
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { netns, address, port, sinceUs: fromUs } = first;
  const [n, end] = [intervals.length, endpoint(address, port)];
  const untilUs = Math.max(...intervals.map((each) => Math.min(each.untilUs ?? toUs, toUs)));
  return [
    troubleOf('self-connect', {
      netns,
      netnsIdentity: context.reuse.identity(netns, fromUs),
      subject: end,
      fromUs,
      toUs: untilUs,
      count: n,
      exampleIds: [last.id],
      peers: [end],
      alike: address,
      more: connectionsAt(false, address, port),
      explain: () => {
        const example = exampleOf(context, last.id);
        return [
          sentence(
            words`${counted(n, 'connection')} to ${end} had that address and port at both ends${whoText(example, n)}, the first at ${at(fromUs)}.`,
            count('connection', n, fromUs, untilUs, 'to itself'),
          ),
          ...(example === undefined ? [] : explainSelfConnect(example, context)),
        ];
      },
    }),
  ];
}
