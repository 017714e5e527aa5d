/** A request whose handshake is complete for the client: its listener waits for data (TCP_DEFER_ACCEPT). */
import type { Connection } from '../model/connection.js';
import { endpoint } from '../model/four-tuple.js';
import { queueEvidence, queueText } from './accept-queue.js';
import type { ExplainContext } from './context.js';
import { isFull, listenersOf, queueAt } from './listeners.js';
import { otherEndOf } from './other-end.js';
import { at, count, type Sentence, sentence, words } from './sentence.js';
import { localEndOf, ownerOf, peerOf, type Subject } from './subject.js';

/** The kernel retransmits a SYN-ACK that is not answered after 1 s: one that it did not retransmit by then was answered. */
export const DEFERRED_AFTER_US = 3_000_000;

/** A request is given up after 63 s by default (net.ipv4.tcp_synack_retries). */
const LONGEST_REQUEST_US = 63_000_000;

export interface Deferred {
  readonly listener: Connection;
  /** The other end, where it is on this host: it is established, and has sent nothing. */
  readonly client: Connection | undefined;
}

/**
 * Whether a request that has been half-open from `sinceUs` to `atUs` waits for data. The last ACK has arrived, as the SYN-ACK was not
 * retransmitted (tcp_conn_request timers, net/ipv4/inet_connection_sock.c, syn_ack_recalc()), and the accept queue had room.
 */
export function deferredAt(
  context: ExplainContext,
  request: Connection,
  sinceUs: number,
  atUs: number,
): Deferred | undefined {
  if (!context.withEvents || atUs - sinceUs < DEFERRED_AFTER_US) return undefined;
  const listeners = listenersOf(context, request, atUs);
  const [listener] = listeners;
  const hasRoom = listeners.every((each) => {
    const sample = queueAt(context, each.id, atUs);
    return sample !== undefined && !isFull(sample);
  });
  if (listener === undefined || !hasRoom) return undefined;
  if (listeners.some((each) => wasRetransmitted(context, request, each, atUs))) return undefined;
  const client = otherEndOf(context, request, atUs);
  return { listener, client };
}

/** Whether its SYN-ACK was sent again. Before a snapshot has seen the request, that stands on the listener. */
function wasRetransmitted(context: ExplainContext, request: Connection, listener: Connection, atUs: number): boolean {
  const { localAddr, localPort, remoteAddr, remotePort } = request.tuple;
  const ends = `${endpoint(localAddr, localPort)} > ${endpoint(remoteAddr, remotePort)}`;
  const found = context.database
    .prepare(
      `SELECT 1 FROM events WHERE kind = 'retransmit' AND at_us BETWEEN @fromUs AND @atUs
         AND (connection_id = @request AND detail = 'SYN-ACK' OR connection_id = @listener AND detail = 'SYN-ACK ' || @ends) LIMIT 1`,
    )
    .get({ fromUs: request.openedUs - LONGEST_REQUEST_US, atUs, request: request.id, listener: listener.id, ends });
  return found !== undefined;
}

export function explainDeferred(
  { connection, since, ended, atUs }: Subject,
  { listener, client }: Deferred,
  context: ExplainContext,
): Sentence {
  const untilUs = ended?.atUs ?? atUs;
  const sample = queueAt(context, listener.id, untilUs);
  const queue = sample === undefined ? '' : ` (${queueText(sample)})`;
  const other = client === undefined ? '' : ` of ${ownerOf(client)} of this host (#${client.id})`;
  return sentence(
    words`The client${other} has sent its last ACK, as no SYN-ACK was retransmitted, and the accept queue has room${queue}: ${ownerOf(listener)} listens on ${localEndOf(listener)} with TCP_DEFER_ACCEPT, and the kernel keeps the connection half-open until data comes. The client is established, and has sent nothing.`,
    count('SYN-ACK retransmit', 0, since?.atUs ?? connection.openedUs, untilUs),
    ...(sample === undefined ? [] : [queueEvidence(listener.id, sample)]),
    ...(client === undefined ? [] : [{ kind: 'connection', connectionId: client.id, atUs: client.openedUs } as const]),
  );
}

/** The client's side of it, where both ends are on this host. */
export function explainWaitsForData(
  { connection, state, since, atUs, ended }: Subject,
  context: ExplainContext,
): Sentence[] {
  if (state !== 'ESTAB' || ended !== undefined || since === undefined || connection.origin !== 'connect') return [];
  if (atUs - since.atUs < DEFERRED_AFTER_US) return [];
  const request = otherEndOf(context, connection, atUs);
  const halfOpen = request?.steps.findLast((step) => step.atUs <= atUs);
  if (request === undefined || halfOpen === undefined) return [];
  if (halfOpen.newState !== 'NEW-SYN-RECV' && halfOpen.newState !== 'SYN-RECV') return [];
  const deferred = deferredAt(context, request, since.atUs, atUs);
  if (deferred === undefined) return [];
  const { listener } = deferred;
  return [
    sentence(
      words`${ownerOf(connection)} has been connected to ${peerOf(connection)} since ${at(since.atUs)}, but the other end is half-open at ${at(atUs)} (#${request.id}): ${ownerOf(listener)} listens on ${localEndOf(listener)} with TCP_DEFER_ACCEPT, so it learns of the connection when the first data comes, and ${ownerOf(connection)} has sent none. If both wait for the other to begin, nothing happens.`,
      { kind: 'transition', connectionId: request.id, index: request.steps.indexOf(halfOpen) + 1, step: halfOpen },
    ),
  ];
}
