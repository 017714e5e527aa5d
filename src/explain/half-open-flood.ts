/** Handshakes that clients started and did not complete. */
import { counted } from '../model/counted.js';
import type { Step } from '../model/step.js';
import { socketsInState } from '../query/sockets-in-state.js';
import type { ExplainContext } from './context.js';
import { deferredAt, explainDeferred } from './deferred-accept.js';
import { at, count, type Evidence, lasting, type Sentence, sentence, times, words } from './sentence.js';
import { localEndOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';

/** So many half-open connections of one listener are a flood. */
export const FLOOD_COUNT = 20;

export interface HalfOpen {
  readonly kind: 'half-open flood' | 'deferred accept' | undefined;
  readonly sentences: readonly Sentence[];
}

export function explainHalfOpen(subject: Subject, context: ExplainContext): HalfOpen {
  const { connection, state, since, ended, atUs } = subject;
  if ((state !== 'SYN-RECV' && state !== 'NEW-SYN-RECV') || since === undefined) {
    return { kind: undefined, sentences: [] };
  }
  const deferred = deferredAt(context, connection, since.atUs, ended?.atUs ?? atUs);
  if (deferred !== undefined) {
    return { kind: 'deferred accept', sentences: [begun(subject, since), explainDeferred(subject, deferred, context)] };
  }
  const sent = context.events(connection.id).filter(({ detail }) => detail === 'SYN-ACK');
  const last = sent.at(-1);
  const sentences = [
    sentence(
      words`${peerOf(connection)} sent a SYN to ${localEndOf(connection)}, and the connection became half-open ${whenOf(since)}: this host answered with a SYN-ACK, and the last ACK of the handshake ${ended === undefined ? 'has not been accepted' : 'was not accepted'} in ${lasting(subject.ageUs)}. That ACK was lost, never sent (a scan, a forged address), or dropped because the accept queue was full.`,
      ...sinceEvidence(subject),
    ),
  ];
  if (last !== undefined) {
    sentences.push(
      sentence(
        words`The kernel retransmitted the SYN-ACK ${times(sent.length)}, last at ${at(last.atUs)}.`,
        ...sent.slice(-6).map((event): Evidence => ({ kind: 'event', event })),
      ),
    );
  }
  const { netns, tuple } = connection;
  const halfOpen = socketsInState(context.span, atUs, ['SYN-RECV', 'NEW-SYN-RECV']);
  const row = context.database
    .prepare(
      `SELECT count(*) AS n, count(DISTINCT remote_addr) AS peers, min(since_us) AS oldest
       FROM ${halfOpen.sql}
       WHERE netns = @netns AND local_port = @port`,
    )
    .get({ ...halfOpen.params, netns, port: tuple.localPort }) as { n: number; peers: number; oldest: number | null };
  const flood = row.n >= FLOOD_COUNT;
  if (row.n > 1 && row.oldest !== null) {
    sentences.push(
      sentence(
        words`Port ${tuple.localPort} has ${row.n} half-open connections from ${counted(row.peers, 'address')}, the oldest since ${at(row.oldest)}${flood ? ': a flood, or clients that do not receive the SYN-ACKs' : ''}.`,
        count('half-open connection', row.n, row.oldest, atUs, `of port ${tuple.localPort}`),
      ),
    );
  }
  return { kind: flood ? 'half-open flood' : undefined, sentences };
}

function begun(subject: Subject, since: Step): Sentence {
  const { connection, ageUs } = subject;
  return sentence(
    words`${peerOf(connection)} sent a SYN to ${localEndOf(connection)}, and the connection became half-open ${whenOf(since)}, for ${lasting(ageUs)}.`,
    ...sinceEvidence(subject),
  );
}
