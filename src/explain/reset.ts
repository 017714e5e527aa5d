/** A connection that ended without an orderly close: who reset it, and after what. */
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import type { ExplainContext } from './context.js';
import { closedListener, whoReset } from './other-story.js';
import { explainOverflowReset } from './overflow-reset.js';
import { at, type Evidence, lasting, type Piece, type Sentence, sentence, words } from './sentence.js';
import { endEvidence, localEndOf, ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';
import { isUnanswered } from './unanswered-syn.js';
import { unreadBytes } from './unread.js';

export function explainReset(subject: Subject, context: ExplainContext): Sentence[] {
  const { ended } = subject;
  if (ended === undefined || isUnanswered(subject)) return [];
  if (ended.reason === 'reset by peer') {
    const isOverflow = explainOverflowReset(subject, context).length > 0;
    return [byPeer(subject, context), ...(isOverflow ? [] : whoReset(subject, context)), ...leftOver(subject, context)];
  }
  if (ended.reason === 'aborted') {
    if (explainOverflowReset(subject, context).length > 0) return [];
    return [byThisHost(subject, context), ...leftOver(subject, context)];
  }
  if (ended.reason === 'destroyed') {
    return [
      sentence(
        words`The socket was destroyed ${endTime(subject)} by SOCK_DESTROY (as ss -K does), in ${after(subject)}.`,
        ...sinceEvidence(subject),
        ...endEvidence(subject),
      ),
    ];
  }
  return [];
}

function byPeer(subject: Subject, context: ExplainContext): Sentence {
  const { connection, state } = subject;
  const received = context
    .events(connection.id)
    .filter(({ kind, detail }) => kind === 'reset' && detail.startsWith('received'));
  const closing = state === 'CLOSE-WAIT' ? ' The peer had closed its half before.' : '';
  return sentence(
    words`The peer, ${peerOf(connection)}, reset the connection ${endTime(subject)}, in ${after(subject)}.${closing}`,
    ...sinceEvidence(subject),
    ...endEvidence(subject),
    ...received.slice(-3).map((event): Evidence => ({ kind: 'event', event })),
  );
}

function byThisHost(subject: Subject, context: ExplainContext): Sentence {
  const { connection, state } = subject;
  const sent = context
    .events(connection.id)
    .filter(({ kind, detail }) => kind === 'reset' && detail.startsWith('sent'));
  const who = connection.pid === undefined ? 'this host (no process had accepted it)' : ownerOf(connection);
  const listener =
    connection.pid === undefined && connection.origin === 'accept'
      ? closedListener(connection, subject.ended?.atUs ?? subject.atUs, context)
      : undefined;
  const why: Piece[] =
    listener?.closedUs !== undefined
      ? words`${ownerOf(listener)} closed its listener ${localEndOf(listener)} (#${listener.id}) at ${at(listener.closedUs)}, before it was accepted`
      : words`${usualReason(connection, state)}`;
  const rst = sent.length > 0 ? 'a RST was sent' : 'no RST was seen';
  return sentence(
    words`It was reset by ${who}, not by the peer, ${endTime(subject)}, in ${after(subject)}: ${why} (${rst}).`,
    ...sinceEvidence(subject),
    ...endEvidence(subject),
    ...sent.slice(-3).map((event): Evidence => ({ kind: 'event', event })),
  );
}

function usualReason({ pid }: Connection, state: TcpState): string {
  return state === 'SYN-RECV' || state === 'NEW-SYN-RECV' || pid === undefined
    ? 'its listener was closed before it was accepted, or the handshake was abandoned'
    : 'closed with SO_LINGER 0, or with unread data';
}

function endTime({ end, ended, atUs }: Subject): Piece[] {
  return end === undefined ? words`at ${at(ended?.atUs ?? atUs)}` : whenOf(end);
}

/** `ESTAB, 3.2s after its last transition, after 10 bytes sent and 20 bytes received`. */
function after({ connection, state, ageUs }: Subject): Piece[] {
  const { bytesSent, bytesReceived } = connection;
  const bytes =
    bytesSent === undefined || bytesReceived === undefined
      ? 'number of bytes unknown'
      : `after ${counted(bytesSent, 'byte')} sent and ${counted(bytesReceived, 'byte')} received`;
  return words`${shownState(state)}, ${lasting(ageUs)} after its last transition, ${bytes}`;
}

/** What the last snapshot showed in its queues. */
function leftOver({ connection, ended, atUs }: Subject, context: ExplainContext): Sentence[] {
  const [sample] = context.samples(connection.id);
  if (sample === undefined) return [];
  const unread = unreadBytes(connection, sample);
  if (unread === 0 && sample.send_q === 0) return [];
  return [
    sentence(
      words`A snapshot ${lasting((ended?.atUs ?? atUs) - sample.at_us)} earlier showed ${counted(unread, 'byte')} not read by its process and ${counted(sample.send_q, 'byte')} not acknowledged by the peer.`,
      {
        kind: 'sample',
        connectionId: connection.id,
        atUs: sample.at_us,
        values: { recv_q: sample.recv_q, send_q: sample.send_q },
      },
    ),
  ];
}
