/** A connect that got no answer: each of its SYNs was lost, dropped or not answered. */

import type { ConnectionEvent } from '../model/connection-event.js';
import type { CloseReason } from '../model/stored-codes.js';
import { explainAcceptQueue } from './accept-queue.js';
import type { ExplainContext } from './context.js';
import { FIRST_RETRANSMIT_US, obstacleOf, obstacleSentence } from './obstacle.js';
import { otherPorts, samePort } from './peer-answers.js';
import { at, count, type Evidence, lasting, type Sentence, sentence, times, words } from './sentence.js';
import { endEvidence, ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';

/** Retransmits and errors that a sentence lists one by one. */
const MOST_LISTED = 8;

/** Errors that come while a SYN waits for its answer. */
const MEANING: Readonly<Record<string, string>> = {
  EHOSTUNREACH:
    'a router reported the host unreachable, no host on the link answers for its address (ARP, neighbour discovery), or a firewall rejects it',
  ENETUNREACH: 'a router reported its network unreachable',
  EHOSTDOWN: 'a router reported the host unknown',
  EACCES: 'a firewall on the path forbids it',
  ENETDOWN: 'the interface is down',
  ENOBUFS: 'the kernel was out of buffers',
};
/** A RST is an answer; what failed at once sent nothing. */
const ANSWERED_OR_LOCAL: ReadonlySet<CloseReason> = new Set<CloseReason>(['refused', 'reset by peer', 'failed']);

export function isUnanswered({ state, ended }: Subject): boolean {
  return state === 'SYN-SENT' && !(ended !== undefined && ANSWERED_OR_LOCAL.has(ended.reason));
}

/**
 * A SYN is retransmitted after 1 s. A younger one, or one that was abandoned earlier (the slower of two that raced), is not a
 * trouble.
 */
export function isWorrying(subject: Subject): boolean {
  return (
    subject.ageUs >= FIRST_RETRANSMIT_US ||
    subject.connection.retransmits > 0 ||
    subject.ended?.reason === 'unreachable'
  );
}

export function explainUnansweredSyn(subject: Subject, context: ExplainContext): Sentence[] {
  if (!isUnanswered(subject)) return [];
  const events = context.events(subject.connection.id);
  if (wasClosedEarly(subject, events)) return [attempt(subject), closedEarly(subject)];
  const obstacle = obstacleOf(subject, context);
  if (obstacle !== undefined) {
    return [attempt(subject), obstacleSentence(obstacle, subject, context), ...outcome(subject, events)];
  }
  return [
    attempt(subject),
    retransmits(subject, events, context),
    ...errors(subject, events, context),
    ...samePort(subject, context),
    // A full queue of this host is the cause.
    ...(explainAcceptQueue(subject, context).length > 0 ? [] : otherPorts(subject, context)),
    ...outcome(subject, events),
  ];
}

/** Its program closed it before the kernel would have sent the SYN again, and no error came: this says nothing about the peer. */
function wasClosedEarly(subject: Subject, events: readonly ConnectionEvent[]): boolean {
  return subject.ended?.reason === 'aborted' && !isWorrying(subject) && events.length === 0;
}

function closedEarly(subject: Subject): Sentence {
  const { ended, end, connection } = subject;
  const when = end === undefined ? words`at ${at(ended?.atUs ?? subject.atUs)}` : whenOf(end);
  return sentence(
    words`${ownerOf(connection)} closed the socket ${when}, before the kernel would have retransmitted the SYN (after 1 s): an answer may have been on its way.`,
    ...endEvidence(subject),
  );
}

function attempt(subject: Subject): Sentence {
  const { connection, since, ended, ageUs } = subject;
  const until =
    ended === undefined
      ? words`has not been answered for ${lasting(ageUs)}`
      : words`was not answered in ${lasting(ageUs)}`;
  const when = since === undefined ? [] : whenOf(since);
  return sentence(
    words`${ownerOf(connection)} began to connect to ${peerOf(connection)} ${when}: its SYN ${until}.`,
    ...sinceEvidence(subject),
  );
}

function retransmits(subject: Subject, events: readonly ConnectionEvent[], context: ExplainContext): Sentence {
  const { connection, since } = subject;
  const sent = events.filter(({ kind, detail }) => kind === 'retransmit' && detail === 'SYN');
  const last = sent.at(-1);
  if (last !== undefined) {
    const rhythm = sent.length === 1 ? words`at ${at(last.atUs)}` : words`last at ${at(last.atUs)}`;
    const listed = sent.length <= MOST_LISTED ? sent : [...sent.slice(0, MOST_LISTED - 1), last];
    return sentence(
      words`The kernel retransmitted the SYN ${times(sent.length)}, ${rhythm}, ${lasting(last.atUs - (since?.atUs ?? last.atUs))} after the first SYN.`,
      ...(listed.length === sent.length
        ? []
        : [count('SYN retransmit', sent.length, sent[0]?.atUs ?? last.atUs, last.atUs)]),
      ...listed.map((event): Evidence => ({ kind: 'event', event })),
    );
  }
  const [sample] = context.samples(connection.id);
  if (sample !== undefined && (sample.total_retrans ?? sample.retrans) > 0) {
    const n = Math.max(sample.total_retrans ?? 0, sample.retrans);
    return sentence(
      words`By ${at(sample.at_us)} the kernel had retransmitted the SYN ${times(n)}, according to a snapshot; the times are not recorded.`,
      { kind: 'sample', connectionId: connection.id, atUs: sample.at_us, values: { timer: sample.timer, retrans: n } },
    );
  }
  if (connection.retransmits > 0 && connection.closedUs !== undefined && connection.closedUs <= subject.atUs) {
    return sentence(words`The SYN was retransmitted ${times(connection.retransmits)}; the times are not recorded.`, {
      kind: 'connection',
      connectionId: connection.id,
      atUs: connection.closedUs,
    });
  }
  return sentence(
    context.withEvents
      ? words`No retransmit of the SYN was seen by then (the kernel sends the first after 1 s).`
      : words`Retransmits are unknown: this was recorded without BPF.`,
    count('SYN retransmit', 0, since?.atUs ?? connection.openedUs, subject.ended?.atUs ?? subject.atUs),
  );
}

/** Route and neighbour errors among its events. */
function errors(subject: Subject, events: readonly ConnectionEvent[], context: ExplainContext): Sentence[] {
  const failed = events.filter(
    ({ kind, detail }) =>
      ((kind === 'error' || kind === 'connect') && detail !== 'ETIMEDOUT') ||
      (kind === 'retransmit' && detail.startsWith('SYN failed')),
  );
  const [first] = failed;
  if (first === undefined) {
    if (!context.withEvents || (subject.ended !== undefined && subject.ended.reason === 'unreachable')) return [];
    return [
      sentence(
        words`No route or neighbour error was reported for it: the SYNs were lost or silently dropped, on the path or at the peer.`,
        count('error', 0, subject.since?.atUs ?? subject.connection.openedUs, subject.ended?.atUs ?? subject.atUs),
      ),
    ];
  }
  const name = first.detail.replace(/^SYN failed /, '').replace(/ ICMP$/, '');
  const meaning = MEANING[name];
  return [
    sentence(
      words`The kernel reported ${name}, first at ${at(first.atUs)}${meaning === undefined ? '' : `: ${meaning}`}.`,
      ...failed.slice(0, MOST_LISTED).map((event): Evidence => ({ kind: 'event', event })),
    ),
  ];
}

/** How it ended. */
function outcome(subject: Subject, events: readonly ConnectionEvent[]): Sentence[] {
  const { ended, end, connection } = subject;
  if (ended === undefined) return [];
  const when = end === undefined ? words`at ${at(ended.atUs)}` : whenOf(end);
  const errors = events.filter(({ kind }) => kind === 'connect').map((event): Evidence => ({ kind: 'event', event }));
  const text = {
    'timed out': words`The kernel gave up ${when}: ETIMEDOUT.`,
    unreachable: words`It ended ${when}: the peer was unreachable.`,
    aborted: words`${ownerOf(connection)} gave up waiting and closed the socket ${when}.`,
    destroyed: words`The socket was destroyed ${when} by SOCK_DESTROY (as ss -K does).`,
  } as const;
  const known = text[ended.reason as keyof typeof text] ?? words`It was gone ${when} (reason unknown).`;
  return [sentence(known, ...endEvidence(subject), ...errors)];
}
