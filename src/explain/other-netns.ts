/** The listeners of a peer that is another network namespace of this host. */
import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import { livesBetween } from '../query/lives.js';
import { storedForms } from './address-forms.js';
import type { ExplainContext } from './context.js';
import { accepts, listenersFor } from './listeners.js';
import { listenersAtPeer } from './own-address.js';

const THEIRS = 'IN (SELECT value FROM json_each(@theirs))';
const OURS = 'IN (SELECT value FROM json_each(@ours))';
/** Both ends of the connections between the two addresses, to the port. */
const ENDS = livesBetween({
  select: 'netns, local_port, remote_port',
  where: `(netns = @netns AND remote_port = @port AND remote_addr ${THEIRS} AND local_addr ${OURS})
    OR (netns <> @netns AND local_port = @port AND local_addr ${THEIRS} AND remote_addr ${OURS})`,
});
const NAMESPACES = `WITH ends AS (${ENDS})
SELECT DISTINCT there.netns FROM ends AS there JOIN ends AS here ON here.local_port = there.remote_port
WHERE here.netns = @netns AND there.netns <> @netns`;

/** The listeners to which a connect went: of its own network namespace, else of another one. */
export function listenersReached(context: ExplainContext, connection: Connection, atUs: number): readonly Connection[] {
  const here = listenersAtPeer(context, connection, atUs);
  return here.length > 0 ? here : listenersInOtherNetns(context, connection);
}

/**
 * The listeners to which a connect went (`listenersFor`), in another network namespace. The same addresses may be in use in several, so that it is this
 * one is known only from another connection between the two at that time, of which both ends are recorded.
 */
function listenersInOtherNetns(context: ExplainContext, { netns, tuple, openedUs }: Connection): readonly Connection[] {
  const { remoteAddr, remotePort } = tuple;
  const listeners = context.listeners(undefined, remotePort, openedUs);
  if (!listeners.some((each) => each.netns !== netns && accepts(each, remoteAddr))) return [];
  const found = context.database
    .prepare(NAMESPACES)
    .pluck()
    .all({
      ...{ netns, port: remotePort, fromUs: openedUs, toUs: openedUs },
      ...{ theirs: storedForms([remoteAddr]), ours: storedForms([tuple.localAddr]) },
    }) as number[];
  const [other] = found;
  if (other === undefined || found.length > 1) return [];
  return listenersFor(context, other, plainAddress(remoteAddr), remotePort, openedUs);
}
