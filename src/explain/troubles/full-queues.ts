/** Listeners whose accept queue was full in a window. */

import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { socketsWithPorts } from '../../query/connections-by-ports.js';
import { LISTEN_MASK } from '../../query/listeners.js';
import { queueEvidence, synAcks } from '../accept-queue.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { fullestQueue } from '../listeners.js';
import { at, count, sentence, words } from '../sentence.js';
import { localEndOf, ownerOf } from '../subject.js';
import type { TroubleWindow } from './endings.js';
import { exampleOf, troubleOf } from './trouble.js';

interface Row {
  readonly id: number;
  readonly n: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

/**
 * Samples are kept when a queue changes: the last one before the window holds at its beginning. A listener has no peer:
 * its remote port is 0.
 */
const FULL = (condition: string) => `
SELECT l.id, count(*) AS n, max(min(s.at_us), @fromUs) AS firstUs, max(max(s.at_us), @fromUs) AS lastUs
FROM (
  ${socketsWithPorts({
    ports: { remote: 0 },
    select: 'id',
    where: `(states & ${LISTEN_MASK}) <> 0 AND opened_us <= @toUs AND coalesce(closed_us, @toUs) >= @fromUs AND (${condition})`,
    coveredWhere: 'from_us <= @toUs',
  })}
) l CROSS JOIN samples s ON s.connection_id = l.id AND s.at_us <= @toUs
  AND s.at_us >= coalesce((SELECT max(at_us) FROM samples WHERE connection_id = l.id AND at_us <= @fromUs), @fromUs)
WHERE s.recv_q > s.send_q GROUP BY l.id`;

export function fullQueues(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
): FoundTrouble[] {
  const rows = context.database.prepare(FULL(condition.sql)).all({ ...condition.params, fromUs, toUs }) as Row[];
  return rows.flatMap(({ id, n, firstUs, lastUs }) => {
    const listener = exampleOf(context, id)?.connection;
    const worst = fullestQueue(context, id, 0, toUs);
    if (listener === undefined || worst === undefined) return [];
    return [
      troubleOf('accept queue full', {
        netns: listener.netns,
        subject: `${localEndOf(listener)} ${ownerOf(listener)}`,
        fromUs: firstUs,
        toUs: lastUs,
        count: n,
        exampleIds: [id],
        explain: () => [
          sentence(
            words`The accept queue of ${localEndOf(listener)} (${ownerOf(listener)}) was full in ${counted(n, 'snapshot')}, at worst at ${at(worst.at_us)}: ${counted(worst.recv_q, 'connection')} waiting against a backlog of ${worst.send_q}. The process does not accept as fast as clients come; the kernel drops their SYNs and last ACKs.`,
            queueEvidence(id, worst),
            count('sample', n, firstUs, lastUs, 'with a full queue'),
          ),
          ...synAcks(listener, context, fromUs, toUs),
        ],
      }),
    ];
  });
}
