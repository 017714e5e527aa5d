/** A connection whose peer stopped answering: it timed out, or will. */

import { counted } from '../model/counted.js';
import { type SampleRow, WORRYING_RETRANSMITS } from '../model/sample.js';
import { shownState } from '../model/tcp-state.js';
import type { ExplainContext } from './context.js';
import { whereTheyWent } from './other-story.js';
import { at, count, type Evidence, lasting, type Sentence, sentence, times, words } from './sentence.js';
import { endEvidence, ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';
import { isUnanswered } from './unanswered-syn.js';

/** So many samples are read to find one without retransmits. */
const MOST_SAMPLES = 100;

export function explainTimedOut(subject: Subject, context: ExplainContext): Sentence[] {
  const { state, ended } = subject;
  if (isUnanswered(subject) || state === 'FIN-WAIT-2' || state === 'LISTEN') return [];
  if (ended?.reason === 'timed out')
    return [gaveUp(subject, context), ...retransmits(subject, context), ...whereTheyWent(subject, context)];
  if (ended !== undefined || state === 'TIME-WAIT') return [];
  const [sample] = context.samples(subject.connection.id);
  if (sample === undefined || sample.retrans < WORRYING_RETRANSMITS) return [];
  if (state === 'SYN-RECV' || state === 'NEW-SYN-RECV' || state === 'SYN-SENT') return [];
  return [unacknowledged(subject, sample), ...retransmits(subject, context), ...whereTheyWent(subject, context)];
}

/** When the first segment was retransmitted that was not answered, as far as events and samples show it. */
export function unansweredSince({ connection, ended, atUs }: Subject, context: ExplainContext): number | undefined {
  const untilUs = ended?.atUs ?? atUs;
  const calm = context
    .samples(connection.id, MOST_SAMPLES)
    .find(({ at_us, retrans }) => retrans === 0 && at_us <= untilUs);
  return context
    .events(connection.id)
    .find(({ kind, detail, atUs: us }) => kind === 'retransmit' && detail === 'data' && us > (calm?.at_us ?? 0))?.atUs;
}

function gaveUp(subject: Subject, context: ExplainContext): Sentence {
  const { connection, state, end, ended, atUs } = subject;
  const [sample] = context.samples(connection.id);
  const when = end === undefined ? words`at ${at(ended?.atUs ?? atUs)}` : whenOf(end);
  const orphan = state === 'FIN-WAIT-1' || state === 'LAST-ACK' || state === 'CLOSING';
  const what = orphan
    ? `its FIN was not acknowledged by ${peerOf(connection)}`
    : sample?.timer === 'keepalive' && connection.retransmits === 0
      ? `${peerOf(connection)} answered no keepalive probe`
      : `${peerOf(connection)} no longer acknowledged anything`;
  return sentence(
    words`The kernel gave up on the connection ${when}, ${lasting(subject.ageUs)} after it became ${shownState(state)}: ${what}.`,
    ...sinceEvidence(subject),
    ...endEvidence(subject),
  );
}

function retransmits({ connection, ended, atUs, since }: Subject, context: ExplainContext): Sentence[] {
  const sent = context.events(connection.id).filter(({ kind, detail }) => kind === 'retransmit' && detail === 'data');
  const [first] = sent;
  const last = sent.at(-1);
  if (first === undefined || last === undefined) {
    if (connection.retransmits === 0) return [];
    return [
      sentence(
        words`Segments were retransmitted ${times(connection.retransmits)}; the times are not recorded.`,
        count('retransmit', connection.retransmits, since?.atUs ?? connection.openedUs, ended?.atUs ?? atUs),
      ),
    ];
  }
  return [
    sentence(
      words`The kernel retransmitted segments ${times(sent.length)}, from ${at(first.atUs)} to ${at(last.atUs)}.`,
      ...(sent.length > 4 ? [count('retransmit', sent.length, first.atUs, last.atUs)] : []),
      ...sent.slice(0, 4).map((event): Evidence => ({ kind: 'event', event })),
    ),
  ];
}

function unacknowledged(subject: Subject, sample: SampleRow): Sentence {
  const { connection } = subject;
  return sentence(
    words`${peerOf(connection)} acknowledges nothing: at ${at(sample.at_us)} a snapshot showed ${counted(sample.send_q, 'byte')} of ${ownerOf(connection)} unacknowledged after ${counted(sample.retrans, 'retransmit')} in a row. The kernel keeps retransmitting until it gives up.`,
    ...sinceEvidence(subject),
    {
      kind: 'sample',
      connectionId: connection.id,
      atUs: sample.at_us,
      values: { send_q: sample.send_q, retrans: sample.retrans, timer: sample.timer },
    },
  );
}
