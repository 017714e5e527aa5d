/** A listener whose process does not accept: its queue is full, and the kernel drops new connections. */

import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { endpoint } from '../model/four-tuple.js';
import type { SampleRow } from '../model/sample.js';
import type { ExplainContext } from './context.js';
import { fullestQueue, groupText, isFull, listenersOf, queueAt } from './listeners.js';
import { listenersReached } from './other-netns.js';
import { at, count, type Evidence, type Sentence, sentence, times, words } from './sentence.js';
import { localEndOf, ownerOf, type Subject } from './subject.js';

/** How far from the instant a sample of a queue still counts: samples are kept when the queue changes. */
export const NEAR_US = 5_000_000;

export function explainAcceptQueue(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, state, atUs, ended, since } = subject;
  if (state === 'LISTEN') return ofListener(connection, context, ended?.atUs ?? atUs);
  if (since === undefined) return [];
  const untilUs = ended?.atUs ?? atUs;
  const group = listenersAt(subject, context);
  const full = group.flatMap((each) => {
    const before = queueAt(context, each.id, since.atUs);
    const during = fullestQueue(context, each.id, since.atUs, Math.min(untilUs + NEAR_US, context.atUs));
    const sample = [before, during].find((queue) => queue !== undefined && isFull(queue));
    return sample === undefined ? [] : [{ listener: each, sample }];
  });
  const [first] = full;
  if (first === undefined) return [];
  const { listener, sample } = first;
  const where = listener.netns === connection.netns ? '' : ` in ${context.netnsText(listener.netns, since.atUs)}`;
  const what =
    state === 'SYN-SENT'
      ? 'the kernel of this host drops SYNs for it'
      : 'the kernel of this host drops the last ACK of handshakes for it';
  return [
    sentence(
      words`The accept queue of ${ownerOf(listener)}'s listener ${localEndOf(listener)} (#${listener.id})${where} was full at ${at(sample.at_us)}: ${queueText(sample)}. While it is full, ${what}.${groupText(group)}`,
      ...full.map((each) => queueEvidence(each.listener.id, each.sample)),
    ),
  ];
}

/** The listener that a connection came to (or wants to come to), or the group of which it is one. */
function listenersAt({ connection, state, atUs }: Subject, context: ExplainContext): readonly Connection[] {
  if (state === 'SYN-SENT') return listenersReached(context, connection, atUs);
  if (state !== 'SYN-RECV' && state !== 'NEW-SYN-RECV') return [];
  return connection.origin === 'connect' ? [] : listenersOf(context, connection, atUs);
}

function ofListener(connection: Connection, context: ExplainContext, atUs: number): Sentence[] {
  const sample = queueAt(context, connection.id, atUs);
  if (sample === undefined || !isFull(sample)) return [];
  return [
    sentence(
      words`The accept queue of ${localEndOf(connection)} was full at ${at(sample.at_us)}: ${queueText(sample)}. ${ownerOf(connection)} accepts connections more slowly than they come, or not at all; the kernel drops SYNs and last ACKs of clients.`,
      queueEvidence(connection.id, sample),
    ),
    ...synAcks(connection, context, connection.openedUs, atUs),
  ];
}

/** `5 connections waiting against a backlog of 4`. */
export function queueText({ recv_q, send_q }: Pick<SampleRow, 'recv_q' | 'send_q'>): string {
  return `${counted(recv_q, 'connection')} waiting against a backlog of ${send_q}`;
}

export function queueEvidence(connectionId: number, { at_us, recv_q, send_q }: SampleRow): Evidence {
  return { kind: 'sample', connectionId, atUs: at_us, values: { recv_q, backlog: send_q } };
}

/** Retransmitted SYN-ACKs of a listener: of requests that snapshots saw, and of those that none saw. */
export function synAcks(listener: Connection, context: ExplainContext, fromUs: number, toUs: number): Sentence[] {
  const { netns, tuple } = listener;
  const row = context.database
    .prepare(
      `SELECT count(*) AS n, min(e.at_us) AS first, max(e.at_us) AS last FROM events e LEFT JOIN socket s ON s.id = e.connection_id
       WHERE e.at_us BETWEEN @fromUs AND @toUs AND e.kind = 'retransmit' AND e.detail LIKE 'SYN-ACK%'
         AND (s.id = @id OR (s.netns = @netns AND s.local_port = @port AND s.remote_port <> 0))`,
    )
    .get({ fromUs, toUs, id: listener.id, netns, port: tuple.localPort }) as {
    n: number;
    first: number | null;
    last: number | null;
  };
  if (row.first === null || row.last === null) return [];
  return [
    sentence(
      words`SYN-ACKs of ${endpoint(tuple.localAddr, tuple.localPort)} were retransmitted ${times(row.n)}, from ${at(row.first)} to ${at(row.last)}.`,
      count('SYN-ACK retransmit', row.n, row.first, row.last),
    ),
  ];
}
