/** A connection as it was known at an instant, without what the recording has of it from later. */
import type { Connection } from '../model/connection.js';
import type { ExplainContext } from './context.js';
import type { Subject } from './subject.js';
import { payloadReceived } from './unread.js';

/** The subject with the numbers, the owner and the steps of its instant. */
export function asKnownThen(subject: Subject, context: ExplainContext): Subject {
  const { connection, atUs, ended } = subject;
  if (ended !== undefined || atUs >= context.span.toUs) return subject;
  return { ...subject, connection: connectionThen(connection, atUs, context) };
}

function connectionThen(connection: Connection, atUs: number, context: ExplainContext): Connection {
  const steps = connection.steps.filter((step) => step.atUs <= atUs);
  const [sample] = context.samples(connection.id);
  const retransmits = context.events(connection.id).filter(({ kind }) => kind === 'retransmit').length;
  const then: Connection = {
    ...connection,
    state: steps.at(-1)?.newState ?? 'UNCONN',
    closedUs: undefined,
    closedNotBeforeUs: undefined,
    closedSource: undefined,
    closeReason: undefined,
    bytesSent: sample?.bytes_sent ?? undefined,
    bytesReceived: sample === undefined ? undefined : payloadReceived(connection, sample),
    retransmits: Math.max(retransmits, sample?.total_retrans ?? 0),
    rttUs: sample?.rtt_us ?? undefined,
    steps,
  };
  return context.wasOwned(connection.id)
    ? then
    : { ...then, pid: undefined, tid: undefined, comm: undefined, fd: undefined };
}
