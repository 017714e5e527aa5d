/** A connection that the kernel of this host reset because its listener's accept queue was full (net.ipv4.tcp_abort_on_overflow). */
import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import { endpoint, type FourTuple } from '../model/four-tuple.js';
import { NEAR_US, queueEvidence, queueText } from './accept-queue.js';
import type { ExplainContext } from './context.js';
import { accepts, fullestQueue, isFull, queueAt } from './listeners.js';
import { otherEndOf } from './other-end.js';
import { at, type Sentence, sentence, words } from './sentence.js';
import { localEndOf, ownerOf, type Subject } from './subject.js';

/** A RST arrives at once on the same host. */
const ON_ITS_WAY_US = 100_000;

/** Of either end: the client that was reset, and the request whose last ACK was answered by the RST. */
export function explainOverflowReset(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, ended } = subject;
  if (ended === undefined) return [];
  const { tuple } = connection;
  const isClient = connection.origin !== 'accept' && ended.reason === 'reset by peer';
  const isRequest = connection.origin === 'accept' && ended.reason === 'aborted' && !wasEstablished(connection);
  if (!isClient && !isRequest) return [];
  const ofServer = isClient ? swapped(tuple) : tuple;
  const request = isClient ? otherEndOf(context, connection, ended.atUs - ON_ITS_WAY_US) : connection;
  if (request !== undefined && wasEstablished(request)) return [];
  const fitting = context
    .listeners(isClient ? undefined : connection.netns, ofServer.localPort, ended.atUs)
    .filter((each) => accepts(each, ofServer.localAddr))
    .filter(({ closedUs }) => closedUs === undefined || closedUs > ended.atUs);
  for (const listener of fitting) {
    const sent = resetOf(
      context,
      request?.netns === listener.netns ? request : undefined,
      listener,
      ofServer,
      ended.atUs,
    );
    const sample = [
      queueAt(context, listener.id, ended.atUs),
      fullestQueue(context, listener.id, ended.atUs, Math.min(ended.atUs + NEAR_US, context.atUs)),
    ].find((each) => each !== undefined && isFull(each));
    if (sent === undefined || sample === undefined) continue;
    return [
      sentence(
        words`The kernel of this host reset it for the listener ${localEndOf(listener)} of ${ownerOf(listener)} (#${listener.id}), whose accept queue was full: ${queueText(sample)} at ${at(sample.at_us)}. It does so where net.ipv4.tcp_abort_on_overflow is set: the client believed that it was connected. The process accepts more slowly than clients come.`,
        queueEvidence(listener.id, sample),
        { kind: 'event', event: sent },
      ),
    ];
  }
  return [];
}

/** The RST that was sent for a request: it stands on the request if a snapshot saw it, else on the listener, with its addresses. */
function resetOf(
  context: ExplainContext,
  request: Connection | undefined,
  listener: Connection,
  { localAddr, localPort, remoteAddr, remotePort }: FourTuple,
  untilUs: number,
): ConnectionEvent | undefined {
  const ends = `${endpoint(localAddr, localPort)} > ${endpoint(remoteAddr, remotePort)}`;
  const isSent = ({ kind, detail, atUs }: ConnectionEvent) =>
    kind === 'reset' && detail.startsWith('sent') && atUs <= untilUs && atUs >= untilUs - ON_ITS_WAY_US;
  return (
    (request === undefined ? undefined : context.events(request.id).find(isSent)) ??
    context.events(listener.id).find((event) => isSent(event) && event.detail.endsWith(` ${ends}`))
  );
}

function wasEstablished({ steps }: Connection): boolean {
  return steps.some(({ newState }) => newState === 'ESTAB');
}

function swapped({ family, localAddr, localPort, remoteAddr, remotePort }: FourTuple): FourTuple {
  return { family, localAddr: remoteAddr, localPort: remotePort, remoteAddr: localAddr, remotePort: localPort };
}
