/** What is normal is explained as normal. */

import { counted } from '../model/counted.js';
import { queueEvidence, queueText } from './accept-queue.js';
import type { ExplainContext } from './context.js';
import { at, lasting, type Sentence, sentence, words } from './sentence.js';
import { endEvidence, localEndOf, ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';

/** For a connection for which no trouble was found. */
export function explainHealthy(subject: Subject, context: ExplainContext): Sentence[] {
  const { ended, since, state } = subject;
  if (ended !== undefined) return [howItEnded(subject)];
  if (since === undefined) return [];
  switch (state) {
    case 'LISTEN':
      return [listening(subject, context)];
    case 'ESTAB':
      return [established(subject), ...waitingForAccept(subject, context)];
    default:
      return [passing(subject)];
  }
}

function howItEnded(subject: Subject): Sentence {
  const { ended, end, state, connection, atUs } = subject;
  const when = end === undefined ? words`at ${at(ended?.atUs ?? atUs)}` : whenOf(end);
  if (ended?.reason !== 'orderly') {
    return sentence(
      words`It was gone ${when}; its last known state was ${state}. Why it ended is unknown: the end itself was not observed.`,
      ...sinceEvidence(subject),
      ...endEvidence(subject),
    );
  }
  const what = state === 'LISTEN' ? `${ownerOf(connection)} closed the listener` : 'The connection ended in order';
  return sentence(words`${what} ${when}: that is normal.`, ...endEvidence(subject));
}

function listening(subject: Subject, context: ExplainContext): Sentence {
  const { connection, since, atUs } = subject;
  const [sample] = context.samples(connection.id);
  const when = since === undefined ? [] : whenOf(since);
  const queue =
    sample === undefined
      ? 'its queue was not sampled'
      : sample.recv_q > 0
        ? `its queue was not full, ${queueText(sample)}`
        : `its queue was fine, ${queueText(sample)}`;
  return sentence(
    words`${ownerOf(connection)} listens on ${localEndOf(connection)}: it became LISTEN ${when}, ${lasting(atUs - (since?.atUs ?? atUs))} ago; ${queue}.`,
    ...sinceEvidence(subject),
    ...(sample === undefined ? [] : [queueEvidence(connection.id, sample)]),
  );
}

function established(subject: Subject): Sentence {
  const { connection, since, ageUs } = subject;
  const { bytesSent, bytesReceived, retransmits } = connection;
  const when = since === undefined ? [] : whenOf(since);
  const bytes =
    bytesSent === undefined || bytesReceived === undefined
      ? ''
      : `, ${counted(bytesSent, 'byte')} sent and ${counted(bytesReceived, 'byte')} received when last seen`;
  const again = retransmits === 0 ? '' : `, ${counted(retransmits, 'retransmit')}`;
  return sentence(
    words`${ownerOf(connection)} and ${peerOf(connection)} are connected: it became ESTAB ${when}, ${lasting(ageUs)} ago${bytes}${again}. Nothing recorded looks wrong.`,
    ...sinceEvidence(subject),
  );
}

/** Only BPF reports the accepting process at the moment it accepts; without it a snapshot names the owner later. */
function waitingForAccept({ connection, atUs, since }: Subject, context: ExplainContext): Sentence[] {
  if (connection.origin !== 'accept' || connection.pid !== undefined || !context.withEvents) return [];
  return [
    sentence(words`No process was seen to accept it by ${at(atUs)}: it probably waits in the accept queue.`, {
      kind: 'connection',
      connectionId: connection.id,
      atUs: since?.atUs ?? connection.openedUs,
    }),
  ];
}

function passing(subject: Subject): Sentence {
  const { state, since, ageUs } = subject;
  const when = since === undefined ? [] : whenOf(since);
  return sentence(
    words`It became ${state} ${when}, ${lasting(ageUs)} ago: a normal state of a connection that is closing. Nothing recorded looks wrong.`,
    ...sinceEvidence(subject),
  );
}
