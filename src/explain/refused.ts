/** A connect that was answered with a RST: no process listens there. */
import { counted } from '../model/counted.js';
import type { ExplainContext } from './context.js';
import { accepts } from './listeners.js';
import { DROPPED } from './obstacle.js';
import { isOwnAddress, listenersAtPeer } from './own-address.js';
import { at, count, type Evidence, lasting, type Sentence, sentence, words } from './sentence.js';
import { endEvidence, localEndOf, ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';

export function explainRefused(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, ended, state } = subject;
  if (ended?.reason !== 'refused') return [];
  const all = context.events(connection.id);
  const events = all.filter(({ kind, detail }) => kind !== 'retransmit' || detail === DROPPED);
  const resets = events.filter(({ kind, detail }) => kind === 'reset' && detail.startsWith('received'));
  const when = subject.end === undefined ? words`at ${at(ended.atUs)}` : whenOf(subject.end);
  const delay = state === 'SYN-SENT' ? words`, ${lasting(subject.ageUs)} after the SYN of ${ownerOf(connection)}` : [];
  const icmp = events.some(({ kind, detail }) => kind === 'error' && detail.endsWith(' ICMP'));
  const how = events.some(({ detail }) => detail === DROPPED)
    ? 'a firewall of this host rejects it (a retransmit failed with EPERM): look for a rule on outgoing packets'
    : icmp
      ? 'an ICMP error came back (port unreachable): a firewall rejects it, on this host or on the path'
      : resets.length > 0
        ? 'a RST came back: no process listens there, or a firewall sent it'
        : context.withEvents
          ? 'no RST was seen, so an ICMP error (port unreachable, or a firewall that rejects) may be the cause'
          : 'no process listens there, or a firewall rejects it';
  return [
    sentence(
      words`${peerOf(connection)} refused the connection ${when}${delay}: ${how}.`,
      ...sinceEvidence(subject),
      ...endEvidence(subject),
      ...events.slice(0, 4).map((event): Evidence => ({ kind: 'event', event })),
    ),
    ...listenerHere(subject, context),
    ...listenersElsewhere(subject, context),
    ...acceptedBefore(subject, context),
  ];
}

/** Whether a socket of this host listened on that port, and until when. */
export function listenerHere({ connection, ended }: Subject, context: ExplainContext): Sentence[] {
  const [listener] = listenersAtPeer(context, connection, connection.openedUs);
  if (listener?.closedUs === undefined || ended === undefined || listener.closedUs > ended.atUs) return [];
  return [
    sentence(
      words`${ownerOf(listener)} of this host listened there until ${at(listener.closedUs)} (#${listener.id}).`,
      { kind: 'connection', connectionId: listener.id, atUs: listener.closedUs },
    ),
  ];
}

/** Listeners of this host that had the port then, but not the address, or in another network namespace. */
export function listenersElsewhere({ connection, ended, atUs }: Subject, context: ExplainContext): Sentence[] {
  if (!isOwnAddress(connection)) return [];
  const { netns, tuple } = connection;
  const thenUs = ended?.atUs ?? atUs;
  const open = context
    .listeners(undefined, tuple.remotePort, thenUs)
    .filter(({ closedUs }) => closedUs === undefined || closedUs > thenUs);
  if (open.some((each) => each.netns === netns && accepts(each, tuple.remoteAddr))) return [];
  // Those of its own namespace first: the address is wrong.
  const [other] = open.toSorted((a, b) => Number(b.netns === netns) - Number(a.netns === netns));
  if (other === undefined) return [];
  const where = other.netns === netns ? '' : ` in ${context.netnsText(other.netns, thenUs)}`;
  return [
    sentence(
      words`${ownerOf(other)} listens on ${localEndOf(other)}${where} only (#${other.id}): not on ${peerOf(connection)}${where === '' ? '' : ' in the namespace of the connection'}.`,
      { kind: 'connection', connectionId: other.id, atUs: other.openedUs },
    ),
  ];
}

export function acceptedBefore({ connection, atUs }: Subject, context: ExplainContext): Sentence[] {
  const { remoteAddr, remotePort } = connection.tuple;
  const port = context.peers.peer(connection, remoteAddr).ports.find((each) => each.port === remotePort);
  if (port === undefined || port.tried === 0) return [];
  const peer = peerOf(connection);
  const tried = count('connect', port.tried, port.firstTriedUs, atUs, `to ${peer}`);
  if (port.lastEstablishedUs === undefined) {
    if (context.lacksConnections) return [];
    return [
      sentence(
        words`It never accepted a connection from here ${context.inRecording}: ${port.refused} of ${counted(port.tried, 'connect')} refused since ${at(port.firstTriedUs)}.`,
        tried,
      ),
    ];
  }
  return [
    sentence(
      words`It did accept ${port.established} of ${counted(port.tried, 'connect')} from here, the last of them begun at ${at(port.lastEstablishedUs)}; ${port.refused} refused.`,
      tried,
    ),
  ];
}
