/** Whether a peer ever answered a connect from here: on the same port, and on others. */

import { plainAddress } from '../model/address.js';
import { counted } from '../model/counted.js';
import type { ExplainContext } from './context.js';
import type { PeerPort } from './peers.js';
import { at, count, type Evidence, type Sentence, sentence, times, words } from './sentence.js';
import { peerOf, type Subject } from './subject.js';

/** Ports that a sentence lists one by one. */
const MOST_LISTED = 8;
/** Answers so shortly before or after still show that the host was reachable. */
const AROUND_US = 5_000_000;

/** Whether this address and port ever answered a connect from this namespace. */
export function samePort({ connection, atUs }: Subject, context: ExplainContext): Sentence[] {
  const { remotePort } = connection.tuple;
  const remoteAddr = plainAddress(connection.tuple.remoteAddr);
  const port = context.peers.peer(connection, remoteAddr).ports.find((each) => each.port === remotePort);
  if (port === undefined) return [];
  const evidence = count('connect', port.tried, port.firstTriedUs, atUs, `to ${peerOf(connection)}`);
  if (port.established > 0 && port.lastEstablishedUs !== undefined) {
    return [
      sentence(
        words`${peerOf(connection)} did answer other connects ${context.inRecording}: ${port.established} of ${counted(port.tried, 'connect')}, the last of them begun at ${at(port.lastEstablishedUs)}.`,
        evidence,
        count(
          'connection',
          port.established,
          port.firstTriedUs,
          port.lastEstablishedUs,
          `established to ${peerOf(connection)}`,
        ),
      ),
    ];
  }
  if (context.lacksConnections) return [];
  const refused = port.refused === 0 ? '' : ` (${port.refused} refused, which is an answer)`;
  return [
    sentence(
      words`${peerOf(connection)} never accepted a connection from here ${context.inRecording}, in ${counted(port.tried, 'attempt')} since ${at(port.firstTriedUs)}${refused}.`,
      evidence,
    ),
  ];
}

/** Whether other ports of the peer answer: if so the host is up, and the problem is the service or a rule for its port. */
export function otherPorts({ connection, atUs, ended }: Subject, context: ExplainContext): Sentence[] {
  const { remotePort } = connection.tuple;
  const remoteAddr = plainAddress(connection.tuple.remoteAddr);
  const peer = context.peers.peer(connection, remoteAddr);
  const others = peer.ports.filter(({ port, tried }) => port !== remotePort && tried > 0);
  const inbound: Sentence[] =
    peer.inbound === 0 || peer.lastInboundUs === undefined || plainAddress(connection.tuple.localAddr) === remoteAddr
      ? []
      : [
          sentence(
            words`${remoteAddr} itself connected to this host ${times(peer.inbound)}, last at ${at(peer.lastInboundUs)}: packets from it arrive here.`,
            count('connection', peer.inbound, peer.lastInboundUs, atUs, `from ${remoteAddr}`),
          ),
        ];
  if (others.length === 0) {
    if (context.lacksConnections) return inbound;
    return [
      ...inbound,
      sentence(
        words`No other port of ${remoteAddr} was tried from here${context.isSlice ? ` ${context.inRecording}` : ''}.`,
        count('connect', 0, context.span.fromUs, atUs, `to other ports of ${remoteAddr}`),
      ),
    ];
  }
  const answered = others.filter(({ established, refused }) => established > 0 || refused > 0);
  if (answered.length === 0) {
    if (context.lacksConnections) return inbound;
    const tried = others.reduce((sum, each) => sum + each.tried, 0);
    return [
      ...inbound,
      sentence(
        words`No other port of ${remoteAddr} answered either (${counted(others.length, 'port')} tried): the problem is the host or the path to it rather than the service.`,
        count('connect', tried, firstOf(others), atUs, `to other ports of ${remoteAddr}`),
      ),
    ];
  }
  const wasReachable = answered.some((port) => hasAnsweredDuring(port, connection.openedUs, ended?.atUs ?? atUs));
  const list = listOf(answered);
  return [
    ...inbound,
    sentence(
      wasReachable
        ? words`Other ports of ${remoteAddr} answered: ${list}. So the host was reachable, and the problem is port ${remotePort}.`
        : words`Other ports of ${remoteAddr} answered at other times: ${list}. That does not show whether the host was reachable then.`,
      ...answered.slice(0, MOST_LISTED).map((port) => portCount(remoteAddr, port)),
    ),
  ];
}

/** Answers at other times prove nothing about this one. */
function hasAnsweredDuring(port: PeerPort, fromUs: number, toUs: number): boolean {
  return [port.lastEstablishedUs, port.lastRefusedUs].some(
    (us) => us !== undefined && us >= fromUs - AROUND_US && us <= toUs + AROUND_US,
  );
}

function listOf(ports: readonly PeerPort[]): readonly (string | { atUs: number })[] {
  const shown = ports
    .slice(0, MOST_LISTED)
    .flatMap(({ port, established, lastEstablishedUs, refused, lastRefusedUs }, index) => [
      `${index === 0 ? '' : ', '}${port} (${established > 0 ? `${established} established` : `${refused} refused`}, last at `,
      { atUs: lastEstablishedUs ?? lastRefusedUs ?? 0 },
      ')',
    ]);
  return ports.length > MOST_LISTED ? [...shown, ` and ${ports.length - MOST_LISTED} more`] : shown;
}

function portCount(address: string, port: PeerPort): Evidence {
  const n = port.established + port.refused;
  const toUs = Math.max(port.lastEstablishedUs ?? 0, port.lastRefusedUs ?? 0);
  return count('answer', n, port.firstTriedUs, toUs, `of ${address} port ${port.port}`);
}

function firstOf(ports: readonly PeerPort[]): number {
  return Math.min(...ports.map(({ firstTriedUs }) => firstTriedUs));
}
