/** A connection whose handshake is complete, and which no process accepts: it waits in the queue of its listener. */
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import type { SampleRow } from '../model/sample.js';
import { queueEvidence } from './accept-queue.js';
import type { ExplainContext } from './context.js';
import { listenerFor } from './listeners.js';
import { at, type Evidence, lasting, type Sentence, sentence, words } from './sentence.js';
import { localEndOf, ownerOf, peerOf, type Subject, sinceEvidence } from './subject.js';

/** A process that works accepts within milliseconds. */
export const UNACCEPTED_AFTER_US = 5_000_000;

/** Where a connection waits to be accepted. */
export interface Waiting {
  readonly listener: Connection | undefined;
  readonly queue: SampleRow | undefined;
  /** Of the connection. */
  readonly sample: SampleRow | undefined;
}

/**
 * Undefined: it was accepted, or nothing shows that it was not. A socket in the queue has no inode; where that is not known, its
 * listener has connections that wait.
 */
export function waitingAt(connection: Connection, context: ExplainContext, atUs: number): Waiting | undefined {
  const { origin, pid, netns, tuple, id } = connection;
  if (origin !== 'accept' || pid !== undefined) return undefined;
  const sample = context.sampleAt(id, atUs);
  const listener = listenerFor(context, netns, tuple.localAddr, tuple.localPort, atUs);
  const queue = listener === undefined ? undefined : context.sampleAt(listener.id, atUs);
  const isWaiting = sample?.orphan === 1 || (sample?.orphan !== 0 && (queue?.recv_q ?? 0) > 0);
  return isWaiting ? { listener, queue, sample } : undefined;
}

export function explainUnaccepted(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, state, ended, since, atUs } = subject;
  if ((state !== 'ESTAB' && state !== 'CLOSE-WAIT') || ended !== undefined || since === undefined) return [];
  const established = connection.steps.find(({ newState }) => newState === 'ESTAB') ?? since;
  if (atUs - established.atUs < UNACCEPTED_AFTER_US) return [];
  const waiting = waitingAt(connection, context, atUs);
  if (waiting === undefined) return [];
  const closed = state === 'CLOSE-WAIT' ? words` ${peerOf(connection)} closed its half at ${at(since.atUs)}.` : [];
  return [
    sentence(
      words`No process has accepted it in the ${lasting(atUs - established.atUs)} since it was established at ${at(established.atUs)}: it waits in ${queueText(waiting)}.${closed}`,
      ...sinceEvidence(subject),
      ...waitingEvidence(connection.id, waiting),
    ),
  ];
}

function queueText({ listener, queue }: Waiting): string {
  if (listener === undefined) return 'the accept queue of a listener that is not known';
  const n = queue === undefined ? '' : `, where ${counted(queue.recv_q, 'connection')} waited at the last sample`;
  return `the accept queue of ${ownerOf(listener)} at ${localEndOf(listener)} (#${listener.id})${n}`;
}

export function waitingEvidence(id: number, { listener, queue, sample }: Waiting): Evidence[] {
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
    ...(listener === undefined || queue === undefined ? [] : [queueEvidence(listener.id, queue)]),
  ];
}
