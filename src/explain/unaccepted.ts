/** A connection whose handshake is complete, and which no process accepts: it waits in the queue of its listener. */
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { endpoint } from '../model/four-tuple.js';
import type { SampleRow } from '../model/sample.js';
import { codeOfOrigin } from '../model/stored-codes.js';
import type { UlpInfo } from '../model/ulp-info.js';
import { connectionsBetween } from '../query/connections-between.js';
import { queueEvidence } from './accept-queue.js';
import type { ExplainContext } from './context.js';
import { isFull, listenersFor, listenersOf } from './listeners.js';
import { at, type Evidence, lasting, type Sentence, sentence, words } from './sentence.js';
import { localEndOf, ownerOf, peerOf, type Subject, sinceEvidence } from './subject.js';

/** A process that works accepts within milliseconds. */
export const UNACCEPTED_AFTER_US = 5_000_000;

/** Where a connection waits to be accepted: in the queue of one of these. None: its listener is not known. */
export interface Waiting {
  readonly queues: readonly Queue[];
  /** Of the connection. */
  readonly sample: SampleRow | undefined;
}

interface Queue {
  readonly listener: Connection;
  readonly sample: SampleRow | undefined;
}

/**
 * Undefined: it was accepted, or nothing shows that it was not. A socket in the queue has no inode; where that is not known, its
 * listener has connections that wait.
 */
export function waitingAt(connection: Connection, context: ExplainContext, atUs: number): Waiting | undefined {
  const { origin, pid, id } = connection;
  if ((origin !== 'accept' && origin !== 'before-recording') || pid !== undefined) return undefined;
  const sample = context.sampleAt(id, atUs);
  const queues = listenersOf(context, connection, atUs).map((listener) => {
    return { listener, sample: context.sampleAt(listener.id, atUs) };
  });
  const used = queues.filter((queue) => queue.sample === undefined || queue.sample.recv_q > 0);
  // One that was there before the recorder is either end: without an inode, a listener has it in its queue. So has one that came to an
  // address on which none listens (TPROXY, BPF sk_lookup), where it is known to be the accepting end.
  const isInQueue = sample?.orphan === 1 && (queues.length > 0 || origin === 'accept');
  const isListed = origin === 'accept' && sample?.orphan !== 0 && used.some((queue) => queue.sample !== undefined);
  return isInQueue || isListed ? { queues: used.length > 0 ? used : queues, sample } : undefined;
}

/** MPTCP_SUBFLOW_FLAG_JOIN_REM of include/uapi/linux/mptcp.h. */
const JOIN_REM = 4;

/** Whether it is a further subflow of a Multipath TCP connection: the first one of these waits in the queue, for all of them. */
export function isJoined({ sample }: Waiting): boolean {
  if (typeof sample?.details !== 'string') return false;
  const { mptcp } = JSON.parse(sample.details) as Partial<UlpInfo>;
  return ((mptcp?.flags ?? 0) & JOIN_REM) !== 0;
}

export function explainUnaccepted(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, state, ended, since, atUs } = subject;
  if (state === 'LISTEN' && ended === undefined) return acceptsNone(subject, context);
  if ((state !== 'ESTAB' && state !== 'CLOSE-WAIT') || ended !== undefined || since === undefined) return [];
  const established = connection.steps.find(({ newState }) => newState === 'ESTAB') ?? since;
  if (atUs - established.atUs < UNACCEPTED_AFTER_US) return [];
  const waiting = waitingAt(connection, context, atUs);
  if (waiting === undefined) return [];
  const closed = state === 'CLOSE-WAIT' ? words` ${peerOf(connection)} closed its half at ${at(since.atUs)}.` : [];
  return [
    sentence(
      words`No process has accepted it in the ${lasting(atUs - established.atUs)} since it was established at ${at(established.atUs)}: it waits in ${queueText(connection, waiting)}.${closed}`,
      ...sinceEvidence(subject),
      ...waitingEvidence(connection.id, waiting),
    ),
  ];
}

/** A listener in whose queue as many connections have waited for long. A sample holds until the next one. */
function acceptsNone({ connection, atUs }: Subject, context: ExplainContext): Sentence[] {
  const [sample] = context.samples(connection.id);
  if (sample === undefined || sample.recv_q === 0 || isFull(sample) || atUs - sample.at_us < UNACCEPTED_AFTER_US)
    return [];
  if (!context.samplesHold(connection)) return [];
  if (hasAccepted(connection, context, sample.at_us, atUs)) return [];
  return [
    sentence(
      words`${counted(sample.recv_q, 'connection')} ${sample.recv_q === 1 ? 'has' : 'have'} waited in the accept queue of ${localEndOf(connection)} since ${at(sample.at_us)} at the latest, for ${lasting(atUs - sample.at_us)}: ${ownerOf(connection)} accepts none of them. Is it blocked, stopped or overloaded?`,
      queueEvidence(connection.id, sample),
    ),
  ];
}

/** A connection that was opened in this time has a process; of several listeners there, one that has this listener. */
function hasAccepted(listener: Connection, context: ExplainContext, fromUs: number, toUs: number): boolean {
  const { id, netns, tuple } = listener;
  const isAlone = listenersFor(context, netns, tuple.localAddr, tuple.localPort, toUs).length < 2;
  const accepting = isAlone ? '' : 'AND pid IN (SELECT pid FROM owners WHERE connection_id = @id)';
  const condition = {
    sql: `netns = @netns AND local_port = @port AND origin = ${codeOfOrigin('accept')} AND pid IS NOT NULL AND opened_us >= @openedUs ${accepting}`,
    params: { netns, port: tuple.localPort, openedUs: fromUs, ...(isAlone ? {} : { id }) },
  };
  for (const _ of connectionsBetween(context.database, fromUs, toUs, condition)) return true;
  return false;
}

function queueText({ tuple }: Connection, { queues }: Waiting): string {
  const [first, ...others] = queues;
  if (first === undefined) {
    return `the accept queue of a listener that is not known: none is known to listen on ${endpoint(tuple.localAddr, tuple.localPort)} in this namespace (TPROXY and BPF sk_lookup pass connections to a listener on another address)`;
  }
  const waiting = queues.reduce((sum, { sample }) => sum + (sample?.recv_q ?? 0), 0);
  const n = first.sample === undefined ? '' : `, where ${counted(waiting, 'connection')} waited at the last sample`;
  if (others.length === 0) {
    return `the accept queue of ${ownerOf(first.listener)} at ${localEndOf(first.listener)} (#${first.listener.id})${n}`;
  }
  const names = queues.map(({ listener }) => `#${listener.id} of ${ownerOf(listener)}`).join(', ');
  return `the accept queue of one of ${queues.length} listeners at ${localEndOf(first.listener)} (${names})${n}: which of them the kernel chose is not recorded`;
}

/** Whose queues they are. */
export function queueOwners(waiting: readonly Waiting[]): string[] {
  return [...new Set(waiting.flatMap(({ queues }) => queues.map(({ listener }) => ownerOf(listener))))];
}

export function waitingEvidence(id: number, { queues, sample }: Waiting): Evidence[] {
  return [
    ...(sample?.orphan === 1
      ? [
          {
            kind: 'sample' as const,
            connectionId: id,
            atUs: sample.at_us,
            values: { orphan: 1, recv_q: sample.recv_q },
          },
        ]
      : []),
    ...queues.flatMap((queue) => (queue.sample === undefined ? [] : [queueEvidence(queue.listener.id, queue.sample)])),
  ];
}
