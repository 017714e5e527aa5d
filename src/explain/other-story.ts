/** What the other end of a connection shows of its failure, where it is on this host too. */
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { isInferredOpener } from '../model/owner.js';
import { shownState } from '../model/tcp-state.js';
import type { ExplainContext } from './context.js';
import { accepts } from './listeners.js';
import { otherEndOf } from './other-end.js';
import { at, type Evidence, type Piece, type Sentence, sentence, words } from './sentence.js';
import { localEndOf, ownerOf, type Subject, subjectAt } from './subject.js';
import { unreadBytes } from './unread.js';

/** How long before the end of one end the other may have ended: on one host a RST arrives at once. */
const BEFORE_US = [100_000, 10_000, 1_000, 100, 20, 0] as const;
/** A process that ends closes its listener shortly before or after the connections in its queue. */
const WITH_ITS_LISTENER_US = 1_000_000;

/** Of a connection that the peer reset. */
export function whoReset(subject: Subject, context: ExplainContext): Sentence[] {
  const { ended } = subject;
  const other = ended === undefined ? undefined : otherEnd(subject, context, ended.atUs);
  if (ended === undefined || other?.closedUs === undefined || other.closedUs > ended.atUs) return [];
  const how = howItReset(other, other.closedUs, context);
  return how === undefined ? [] : [sentence(how, endOf(other, other.closedUs))];
}

function howItReset(other: Connection, closedUs: number, context: ExplainContext): Piece[] | undefined {
  const where = words`The other end is on this host (#${other.id})`;
  if (other.closeReason === 'destroyed')
    return words`${where}: it was destroyed by SOCK_DESTROY (as ss -K does) at ${at(closedUs)}.`;
  if (other.closeReason !== 'aborted') return undefined;
  if (other.pid !== undefined && !isInferredOpener(other)) return resetBy(other, closedUs, context);
  return notAccepted(other, closedUs, context);
}

function resetBy(other: Connection, closedUs: number, context: ExplainContext): Piece[] {
  const sample = context.sampleAt(other.id, closedUs);
  const unread = sample === undefined ? 0 : unreadBytes(other, sample);
  const why =
    unread > 0
      ? `with ${counted(unread, 'byte')} unread at the last snapshot`
      : 'with SO_LINGER 0, with unread data, or as it ended';
  return words`The other end is on this host (#${other.id}): ${ownerOf(other)} closed it at ${at(closedUs)}, ${why}.`;
}

/** It waited in the queue of a listener that was closed. */
function notAccepted(other: Connection, closedUs: number, context: ExplainContext): Piece[] | undefined {
  const listener = closedListener(other, closedUs, context);
  if (listener === undefined) return undefined;
  return words`The other end is on this host (#${other.id}): no process had accepted it when ${ownerOf(listener)} closed its listener ${localEndOf(listener)} (#${listener.id}) at ${at(listener.closedUs ?? closedUs)}.`;
}

/** The listener of a connection that ended at `closedUs`, if it was closed at that time. */
export function closedListener(
  { netns, tuple }: Connection,
  closedUs: number,
  context: ExplainContext,
): Connection | undefined {
  return context
    .listeners(netns, tuple.localPort, closedUs)
    .filter((each) => accepts(each, tuple.localAddr))
    .find(({ closedUs: goneUs }) => goneUs !== undefined && Math.abs(goneUs - closedUs) <= WITH_ITS_LISTENER_US);
}

/** Of a connection whose segments are not acknowledged. */
export function whereTheyWent(subject: Subject, context: ExplainContext): Sentence[] {
  const thenUs = subject.ended?.atUs ?? subject.atUs;
  const other = otherEnd(subject, context, thenUs);
  const state = other === undefined ? undefined : subjectAt(other, thenUs);
  if (other === undefined || state === undefined || state.ended !== undefined || state.since === undefined) return [];
  return [
    sentence(
      words`The other end is on this host (#${other.id}, ${ownerOf(other)}), in ${shownState(state.state)} since ${at(state.since.atUs)}: the segments are lost between the two ends, by a rule, a route or a link of this host, or as an address was removed.`,
      { kind: 'transition', connectionId: other.id, index: state.index + 1, step: state.since },
    ),
  ];
}

/** As it was last seen by an instant. */
function otherEnd({ connection }: Subject, context: ExplainContext, us: number): Connection | undefined {
  for (const beforeUs of BEFORE_US.toReversed()) {
    const found = us - beforeUs < connection.openedUs ? undefined : otherEndOf(context, connection, us - beforeUs);
    if (found !== undefined) return found;
  }
  return undefined;
}

function endOf({ id }: Connection, atUs: number): Evidence {
  return { kind: 'connection', connectionId: id, atUs };
}
