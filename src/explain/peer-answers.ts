/** Whether a peer ever answered a connect from here: on the same port, and on others. */

import { plainAddress } from '../model/address.js';
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { codeOfCloseReason, codeOfOrigin } from '../model/stored-codes.js';
import { closedBetween, connectionsBetween } from '../query/connections-between.js';
import { storedForms } from './address-forms.js';
import type { ExplainContext } from './context.js';
import type { PeerPort } from './peers.js';
import { at, count, type Evidence, type Sentence, sentence, times, words } from './sentence.js';
import { ESTABLISHED_MASK } from './state-masks.js';
import { peerOf, type Subject } from './subject.js';

/** Ports that a sentence lists one by one. */
const MOST_LISTED = 8;

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
export function otherPorts(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, atUs } = subject;
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
  const answer = answerMeanwhile(context, subject, answered);
  const list = listOf(answered);
  return [
    ...inbound,
    sentence(
      answer !== undefined
        ? words`Other ports of ${remoteAddr} answered: ${list}. Port ${answer.port} answered a connect that was begun at ${at(answer.begunUs)}, while the SYN waited: the host was reachable, and the problem is port ${remotePort}.`
        : words`Other ports of ${remoteAddr} answered at other times: ${list}. That does not show whether the host was reachable then.`,
      ...answered.slice(0, MOST_LISTED).map((port) => portCount(remoteAddr, port)),
      ...(answer?.evidence ?? []),
    ),
  ];
}

interface Answer {
  readonly port: number;
  /** When the connect that was answered was begun. */
  readonly begunUs: number;
  readonly evidence: readonly Evidence[];
}

/** An answer of another port to a connect that was begun after this one, before this one ended: others prove nothing about it. */
function answerMeanwhile(
  context: ExplainContext,
  { connection, ended }: Subject,
  others: readonly PeerPort[],
): Answer | undefined {
  const { openedUs } = connection;
  const late = others.filter(
    ({ lastEstablishedUs = 0, lastRefusedUs = 0 }) => Math.max(lastEstablishedUs, lastRefusedUs) >= openedUs,
  );
  if (ended !== undefined) return late.length === 0 ? undefined : answerBetween(context, connection, ended.atUs);
  const [port] = late;
  if (port === undefined) return undefined;
  return { port: port.port, begunUs: Math.max(port.lastEstablishedUs ?? 0, port.lastRefusedUs ?? 0), evidence: [] };
}

function answerBetween(
  context: ExplainContext,
  { netns, openedUs, tuple }: Connection,
  untilUs: number,
): Answer | undefined {
  const condition = {
    sql: `netns = @netns AND origin = ${codeOfOrigin('connect')} AND opened_us >= @openedUs AND remote_port <> @port
      AND remote_addr IN (SELECT value FROM json_each(@forms))
      AND ((states & ${ESTABLISHED_MASK}) <> 0 OR close_reason = ${codeOfCloseReason('refused')})`,
    params: { netns, openedUs, port: tuple.remotePort, forms: storedForms([tuple.remoteAddr]) },
  };
  // Most are closed: the open ones, which have no index over time, are read only where those do not show it.
  for (const read of [closedBetween, connectionsBetween]) {
    for (const other of read(context.database, openedUs, untilUs, condition)) {
      const answer = other.steps.find(({ oldState }) => oldState === 'SYN-SENT');
      if (answer === undefined || answer.atUs > untilUs || !context.isSameNetns(netns, other.openedUs, openedUs))
        continue;
      const evidence = { kind: 'connection', connectionId: other.id, atUs: other.openedUs } as const;
      return { port: other.tuple.remotePort, begunUs: other.openedUs, evidence: [evidence] };
    }
  }
  return undefined;
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
