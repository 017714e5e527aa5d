/** A connection whose handshake is complete, and which no process accepts: it waits in the queue of its listener. */
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import type { SampleRow } from '../model/sample.js';
import { codeOfOrigin } from '../model/stored-codes.js';
import { connectionsBetween } from '../query/connections-between.js';
import { queueEvidence } from './accept-queue.js';
import type { ExplainContext } from './context.js';
import { isFull, listenerFor } from './listeners.js';
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
  if ((origin !== 'accept' && origin !== 'before-recording') || pid !== undefined) return undefined;
  const sample = context.sampleAt(id, atUs);
  const listener = listenerFor(context, netns, tuple.localAddr, tuple.localPort, atUs);
  const queue = listener === undefined ? undefined : context.sampleAt(listener.id, atUs);
  // One that was there before the recorder is either end: without an inode, a listener has it in its queue.
  const isListed = origin === 'accept' && sample?.orphan !== 0 && (queue?.recv_q ?? 0) > 0;
  const isWaiting = listener === undefined ? isListed : sample?.orphan === 1 || isListed;
  return isWaiting ? { listener, queue, sample } : undefined;
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
      words`No process has accepted it in the ${lasting(atUs - established.atUs)} since it was established at ${at(established.atUs)}: it waits in ${queueText(waiting)}.${closed}`,
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

/** A connection that was opened in this time has a process. */
function hasAccepted({ netns, tuple }: Connection, context: ExplainContext, fromUs: number, toUs: number): boolean {
  const condition = {
    sql: `netns = @netns AND local_port = @port AND origin = ${codeOfOrigin('accept')} AND pid IS NOT NULL AND opened_us >= @openedUs`,
    params: { netns, port: tuple.localPort, openedUs: fromUs },
  };
  for (const _ of connectionsBetween(context.database, fromUs, toUs, condition)) return true;
  return false;
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
