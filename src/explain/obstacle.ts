/** SYNs that did not leave this host: its firewall dropped them, or no neighbour answered for their address. */
import type { ConnectionEvent } from '../model/connection-event.js';
import type { ExplainContext } from './context.js';
import { at, type Evidence, type Piece, type Sentence, sentence, times, words } from './sentence.js';
import type { Subject } from './subject.js';

export type Obstacle = 'local firewall' | 'unanswered ARP';

/** A packet that was dropped on its way out (net/netfilter/core.c, nf_hook_slow()): Linux 6.17 reports retransmits that fail. */
export const DROPPED = 'SYN failed EPERM';
/** The SYN waits still in a queue of this host (__tcp_retransmit_skb()), as it does until its neighbour has answered. */
export const QUEUED = 'SYN failed EBUSY';
/** The kernel retransmits a SYN after 1 s. One that has left this host was retransmitted by then. */
export const FIRST_RETRANSMIT_US = 1_000_000;
/** Events that a sentence lists one by one. */
const MOST_LISTED = 4;

/** What kept the SYN of an unanswered connect on this host, as far as the events show. */
export function obstacleOf(subject: Subject, context: ExplainContext): Obstacle | undefined {
  const { connection, ended, ageUs } = subject;
  if (!context.withEvents) return undefined;
  const events = context.events(connection.id);
  if (has(events, DROPPED)) return 'local firewall';
  // ARP gives up by an ICMP error of this host to itself; the error of a router comes after a SYN that has left.
  const gaveUp = ended?.reason === 'unreachable' && ageUs >= FIRST_RETRANSMIT_US && connection.retransmits === 0;
  return !has(events, 'SYN') && (has(events, QUEUED) || gaveUp) ? 'unanswered ARP' : undefined;
}

export function obstacleSentence(obstacle: Obstacle, subject: Subject, context: ExplainContext): Sentence {
  const events = context.events(subject.connection.id);
  return obstacle === 'local firewall' ? dropped(events) : noNeighbour(subject, events);
}

/** A firewall of this host dropped the SYN, and the one after 1 s. */
function dropped(events: readonly ConnectionEvent[]): Sentence {
  const failed = events.filter(({ detail }) => detail === DROPPED);
  const left = events.filter(({ detail }) => detail === 'SYN').length;
  const rejected = events.find(
    ({ kind, detail }) => (kind === 'error' || kind === 'connect') && detail !== 'ETIMEDOUT',
  );
  const how: Piece[] =
    rejected === undefined
      ? words`dropped its SYN`
      : words`rejected it (${rejected.detail.replace(/ ICMP$/, '')} at ${at(rejected.atUs)})`;
  const some = left === 0 ? '' : `; ${left} left this host`;
  return sentence(
    words`A firewall of this host ${how}: retransmitting it failed ${times(failed.length)} with EPERM, first at ${at(failed[0]?.atUs ?? 0)}${some}. Look for a rule on outgoing packets in its network namespace (nft list ruleset), or a BPF program of its cgroup.`,
    ...failed.slice(0, MOST_LISTED).map((event): Evidence => ({ kind: 'event', event })),
    ...(rejected === undefined ? [] : [{ kind: 'event', event: rejected } as const]),
  );
}

function noNeighbour({ connection, ended }: Subject, events: readonly ConnectionEvent[]): Sentence {
  const { remoteAddr } = connection.tuple;
  const how = connection.tuple.family === 6 && !remoteAddr.startsWith('::ffff:') ? 'neighbour discovery' : 'ARP';
  const errors = events.filter(({ kind }) => kind === 'error' || kind === 'connect');
  const queued = events.filter(({ detail }) => detail === QUEUED);
  const outcome =
    ended?.reason === 'unreachable'
      ? words`so the kernel reported EHOSTUNREACH at ${at(ended.atUs)}`
      : words`and the kernel could not retransmit the SYN`;
  return sentence(
    words`No answer from neighbour ${remoteAddr} (${how}), or from the router to it where it is not on a link of this host: its SYN never left this host, ${outcome}. The host is off or not on this link, its address is wrong, or the link drops ${how}.`,
    ...queued.slice(0, MOST_LISTED).map((event): Evidence => ({ kind: 'event', event })),
    ...errors.slice(0, 2).map((event): Evidence => ({ kind: 'event', event })),
  );
}

function has(events: readonly ConnectionEvent[], detail: string): boolean {
  return events.some((event) => event.kind === 'retransmit' && event.detail === detail);
}
