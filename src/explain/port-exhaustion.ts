/** Local ports toward one destination: all taken, most of them by TIME-WAIT. */

import type { ConnectionEvent } from '../model/connection-event.js';
import { counted } from '../model/counted.js';
import { shownState } from '../model/tcp-state.js';
import type { ExplainContext, LocalPorts } from './context.js';
import { hadPort, takenSentences } from './four-tuple-taken.js';
import { heldToward } from './held-ports.js';
import { at, count, lasting, type Sentence, sentence, words } from './sentence.js';
import { ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';

/** The share of the local ports above which TIME-WAITs toward one destination are too many. */
const MANY_SHARE = 0.5;
/** The same where the range is unknown: half of the default one, 32768 - 60999. */
export const MANY_WITHOUT_RANGE = 14_116;

/** Whether so many TIME-WAITs toward one destination are a pile-up. */
export function isPileUp(timeWaits: number, ports: LocalPorts | undefined): boolean {
  return timeWaits >= (ports === undefined ? MANY_WITHOUT_RANGE : Math.max(2, sizeOf(ports) * MANY_SHARE));
}

export function sizeOf({ low, high }: LocalPorts): number {
  return high - low + 1;
}

/** A connect that failed with EADDRNOTAVAIL, of a socket that was not bound to a port. */
export function explainPortExhaustion(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection } = subject;
  const failed = notAvailable(subject, context);
  if (failed === undefined || hadPort(connection)) return [];
  const { remoteAddr, remotePort } = connection.tuple;
  return heldSentences(context, connection.netns, remoteAddr, remotePort, failed.atUs - 1);
}

/** The same of a socket that was bound to one. */
export function explainTaken(subject: Subject, context: ExplainContext): Sentence[] {
  const failed = notAvailable(subject, context);
  if (failed === undefined || !hadPort(subject.connection)) return [];
  return takenSentences(context, subject.connection, failed.atUs - 1);
}

/** The failure with EADDRNOTAVAIL. */
function notAvailable({ connection, ended }: Subject, context: ExplainContext): ConnectionEvent | undefined {
  if (ended?.reason !== 'failed') return undefined;
  return context.events(connection.id).find(({ kind, detail }) => kind === 'connect' && detail === 'EADDRNOTAVAIL');
}

/** How many sockets held local ports toward a destination at an instant, against how many there are. */
export function heldSentences(
  context: ExplainContext,
  netns: number,
  address: string,
  port: number,
  atUs: number,
): Sentence[] {
  const held = heldToward(context, netns, address, port, atUs);
  const ports = context.localPorts(netns, atUs);
  const range =
    ports === undefined
      ? 'the number of local ports (ip_local_port_range) is not recorded'
      : `ip_local_port_range now has ${counted(sizeOf(ports), 'port')} (${ports.low} - ${ports.high})`;
  if (held.total === 0) {
    if (context.lacksConnections) return [];
    return [
      sentence(
        words`No socket of this namespace toward ${address} port ${port} was known then; ${range}. The local address itself may not exist.`,
        count('socket', 0, atUs, atUs, 'toward it'),
      ),
    ];
  }
  const states = held.byState.map(({ state, n }) => `${n} ${shownState(state)}`).join(', ');
  return [
    sentence(
      words`${context.lacksConnections ? 'At least ' : ''}${counted(held.total, 'socket')} toward it held local ports then (${states}), ports ${held.lowPort} - ${held.highPort}; ${range}.`,
      count('socket', held.total, held.oldestTimeWaitUs ?? atUs, atUs, `toward ${address} port ${port}`),
    ),
    ...(held.timeWaits > held.total / 2 && held.oldestTimeWaitUs !== undefined
      ? [
          sentence(
            words`Most of them are in TIME-WAIT, which lasts 60 s, the oldest since ${at(held.oldestTimeWaitUs)}: connections are opened and closed faster than ports become free. Keep connections open longer, or allow more local ports.`,
            count('socket', held.timeWaits, held.oldestTimeWaitUs, atUs, 'in TIME-WAIT'),
          ),
        ]
      : []),
  ];
}

/** A TIME-WAIT: what is normal about it, and whether there are too many. */
export function explainTimeWait(subject: Subject, context: ExplainContext): { pileUp: boolean; sentences: Sentence[] } {
  const { connection, state, since, ended, atUs } = subject;
  if (state !== 'TIME-WAIT' || since === undefined || ended !== undefined) return { pileUp: false, sentences: [] };
  const normal = sentence(
    words`The connection was closed in order, by this end first, ${whenOf(since)}. The kernel keeps its addresses and ports for 60 s (${lasting(subject.ageUs)} of them have passed): TIME-WAIT is normal, and no process holds the socket.`,
    ...sinceEvidence(subject),
  );
  if (connection.origin === 'accept') return { pileUp: false, sentences: [normal] };
  const { remoteAddr, remotePort } = connection.tuple;
  const held = heldToward(context, connection.netns, remoteAddr, remotePort, atUs);
  const ports = context.localPorts(connection.netns, connection.openedUs);
  if (!isPileUp(held.timeWaits, ports)) return { pileUp: false, sentences: [normal] };
  const share = ports === undefined ? '' : `, out of ${counted(sizeOf(ports), 'local port')}`;
  return {
    pileUp: true,
    sentences: [
      normal,
      sentence(
        words`But ${counted(held.timeWaits, 'socket')} toward ${peerOf(connection)} are in TIME-WAIT${share}: when no port is left, ${ownerOf(connection)} can no longer connect to it (EADDRNOTAVAIL).`,
        count(
          'socket',
          held.timeWaits,
          held.oldestTimeWaitUs ?? atUs,
          atUs,
          `in TIME-WAIT toward ${peerOf(connection)}`,
        ),
      ),
    ],
  };
}
