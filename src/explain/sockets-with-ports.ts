/** The sockets between two ports at an instant, by the table over ports. */
import type { Condition, PinnedPorts } from '../model/condition.js';
import { connectionById } from '../query/connection-by-id.js';
import { socketsWithPorts } from '../query/connections-by-ports.js';
import type { ExplainContext } from './context.js';
import { type Subject, subjectAt } from './subject.js';

/** Those that fulfil the condition and had not ended by then; it has to name the ports. */
export function socketsBetweenPorts(
  context: ExplainContext,
  { sql, params, ports }: Omit<Condition, 'ports'> & { readonly ports: PinnedPorts },
  atUs: number,
): Subject[] {
  const there = `opened_us <= @atUs AND coalesce(closed_us, @atUs) >= @atUs AND (${sql})`;
  // They may be of a row, and no numbers in a damaged one.
  const { remote, local } = ports;
  const pinned = { remote: '@pinnedRemote', local: local === undefined ? undefined : '@pinnedLocal' };
  const ids = context.database
    .prepare(socketsWithPorts({ ports: pinned, select: 'id', where: there }))
    .pluck()
    .all({ ...params, atUs, pinnedRemote: remote, pinnedLocal: local ?? null }) as number[];
  return ids.flatMap((id) => {
    const connection = connectionById(context.database, id);
    const subject = connection === undefined ? undefined : subjectAt(connection, atUs);
    return subject === undefined || subject.ended !== undefined ? [] : [subject];
  });
}
