/** Listeners whose accept queue was full in a window. */

import { ALWAYS } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { socketsWithPorts } from '../../query/connections-by-ports.js';
import { LISTEN_MASK } from '../../query/listeners.js';
import { NEAR_US, queueEvidence, synAcks } from '../accept-queue.js';
import type { ExplainContext } from '../context.js';
import type { FoundTrouble } from '../explanation.js';
import { fullestQueue } from '../listeners.js';
import { listenersReached } from '../other-netns.js';
import { at, count, lasting, sentence, words } from '../sentence.js';
import { localEndOf, ownerOf } from '../subject.js';
import type { TroubleWindow } from './endings.js';
import { overflowResets } from './overflow-resets.js';
import { LESS_IF_GONE, MOST_OF_STUCK } from './severity.js';
import { exampleOf, troubleOf } from './trouble.js';

interface Row {
  readonly id: number;
  /** How many samples had a full queue; the first of them may be from before the window. */
  readonly n: number;
  readonly sampleUs: number;
  /** For how long it was full within the window, and from when to when. */
  readonly fullUs: number;
  readonly firstUs: number;
  readonly lastUs: number;
}

/** A sample is kept when a queue changes, so it holds until the next one. A listener has no peer: its remote port is 0. */
const FULL = (condition: string) => `
SELECT id, count(*) AS n, min(at_us) AS sampleUs, sum(until_us - from_us) AS fullUs, min(from_us) AS firstUs, max(until_us) AS lastUs
FROM (
  SELECT l.id, s.at_us, max(s.at_us, @fromUs) AS from_us, min(@toUs, coalesce(l.closed_us, @toUs), coalesce(
    (SELECT min(at_us) FROM samples WHERE connection_id = l.id AND at_us > s.at_us), @toUs)) AS until_us
  FROM (
    ${socketsWithPorts({
      ports: { remote: 0 },
      select: 'id, closed_us',
      where: `(states & ${LISTEN_MASK}) <> 0 AND opened_us <= @toUs AND coalesce(closed_us, @toUs) >= @fromUs AND (${condition})`,
      coveredWhere: 'from_us <= @toUs',
    })}
  ) l CROSS JOIN samples s ON s.connection_id = l.id AND s.at_us <= @toUs
    AND s.at_us >= coalesce((SELECT max(at_us) FROM samples WHERE connection_id = l.id AND at_us <= @fromUs), @fromUs)
  WHERE s.recv_q > s.send_q
) GROUP BY id`;

export function fullQueues(
  context: ExplainContext,
  { fromUs, toUs, condition = ALWAYS }: TroubleWindow,
): FoundTrouble[] {
  const rows = context.database.prepare(FULL(condition.sql)).all({ ...condition.params, fromUs, toUs }) as Row[];
  return rows.flatMap(({ id, n, sampleUs, fullUs, firstUs, lastUs }) => {
    const listener = exampleOf(context, id)?.connection;
    const worst = fullestQueue(context, id, sampleUs, toUs);
    if (listener === undefined || worst === undefined || !context.samplesHold(listener)) return [];
    const how =
      lastUs === toUs && fullUs === lastUs - firstUs
        ? words`has been full for at least ${lasting(fullUs)}, since ${at(firstUs)} or earlier`
        : words`was full for ${lasting(fullUs)}, from ${at(firstUs)} to ${at(lastUs)}`;
    const trouble = troubleOf('accept queue full', {
      netns: listener.netns,
      netnsIdentity: context.reuse.identity(listener.netns, listener.openedUs),
      subject: `${localEndOf(listener)} ${ownerOf(listener)}`,
      listeners: [localEndOf(listener)],
      fromUs: firstUs,
      toUs: lastUs,
      count: worst.recv_q,
      exampleIds: [id],
      processes: [ownerOf(listener)],
      peers: [],
      more: ['explain', `${id}`],
      explain: () => [
        sentence(
          words`The accept queue of ${localEndOf(listener)} (${ownerOf(listener)}) ${how}, at worst with ${counted(worst.recv_q, 'connection')} waiting against a backlog of ${worst.send_q}, at ${at(worst.at_us)}: the process accepts connections more slowly than they come, or not at all. While the queue is full, the kernel drops SYNs and last ACKs of clients.`,
          queueEvidence(id, worst),
          count('sample', n, firstUs, lastUs, 'with a full queue'),
        ),
        ...synAcks(listener, context, fromUs, toUs),
        ...overflowResets(listener, context, firstUs - NEAR_US, lastUs),
      ],
    });
    // Clients of one that is gone fail for other reasons by now.
    const isGone = listener.closedUs !== undefined && listener.closedUs <= toUs;
    const lessSevere = Math.min(trouble.severity - LESS_IF_GONE, MOST_OF_STUCK);
    return [isGone ? { ...trouble, severity: lessSevere } : trouble];
  });
}

/** Connects to a listener of this host that got no answer come below its full queue, which is their cause. */
export function belowTheirQueues(
  context: ExplainContext,
  troubles: readonly FoundTrouble[],
  queues: readonly FoundTrouble[],
): FoundTrouble[] {
  return troubles.map((trouble) => {
    const example = queues.length === 0 ? undefined : exampleOf(context, trouble.exampleIds[0] ?? 0)?.connection;
    const atPort = queues.filter(({ listeners }) =>
      listeners?.some((end) => end.endsWith(`:${example?.tuple.remotePort}`)),
    );
    if (example === undefined || atPort.length === 0) return trouble;
    const listeners = listenersReached(context, example, trouble.toUs);
    const queue = atPort.find(({ exampleIds }) => listeners.some(({ id }) => exampleIds.includes(id)));
    return queue === undefined ? trouble : { ...trouble, severity: Math.min(trouble.severity, queue.severity - 1) };
  });
}
