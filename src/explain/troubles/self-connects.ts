/** Connections of a window to themselves. */
import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { endpoint } from '../../model/four-tuple.js';
import { windowSockets } from '../../query/window-sockets.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { explainSelfConnect, SELF_CONNECTED } from '../self-connect.js';
import { at, count, sentence, words } from '../sentence.js';
import { ESTABLISHED_MASK } from '../state-masks.js';
import type { TroubleWindow } from './endings.js';
import { whoText } from './peer-group.js';
import { connectionsAt, exampleOf, troubleOf } from './trouble.js';

interface Row {
  readonly netns: number;
  readonly address: string;
  readonly port: number;
  readonly n: number;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly lastId: number;
}

export function selfConnects(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
): FoundTrouble[] {
  const where = `${SELF_CONNECTED} AND (states & ${ESTABLISHED_MASK}) <> 0 AND (${condition.sql})`;
  const rows = context.database
    .prepare(
      `SELECT netns, local_addr AS address, local_port AS port, count(*) AS n, min(opened_us) AS firstUs,
         max(min(coalesce(closed_us, @toUs), @toUs)) AS lastUs, max(id) AS lastId
       FROM (${windowSockets(context.span, { fromUs, toUs }, { select: 'socket.*', where })}) GROUP BY 1, 2, 3`,
    )
    .all({ ...condition.params, fromUs, toUs }) as Row[];
  return rows.map(({ netns, address, port, n, firstUs, lastUs, lastId }) => {
    const end = endpoint(address, port);
    return troubleOf('self-connect', {
      netns,
      subject: end,
      fromUs: firstUs,
      toUs: lastUs,
      count: n,
      exampleIds: [lastId],
      peers: [end],
      alike: address,
      more: connectionsAt(false, address, port),
      explain: () => {
        const example = exampleOf(context, lastId);
        return [
          sentence(
            words`${counted(n, 'connection')} to ${end} had that address and port at both ends${whoText(example)}, the first at ${at(firstUs)}.`,
            count('connection', n, firstUs, lastUs, 'to itself'),
          ),
          ...(example === undefined ? [] : explainSelfConnect(example, context)),
        ];
      },
    });
  });
}
