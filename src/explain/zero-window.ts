/** The peer does not take what was sent: its receive window is zero, and the persist timer probes it. */
import { counted } from '../model/counted.js';
import type { SampleRow } from '../model/sample.js';
import type { ExplainContext } from './context.js';
import { otherEndOf } from './other-end.js';
import { at, type Evidence, lasting, type Sentence, sentence, words } from './sentence.js';
import { ownerOf, peerOf, type Subject } from './subject.js';
import { unreadBytes } from './unread.js';

/** A process that reads opens its window again within milliseconds. */
export const STALLED_AFTER_US = 3_000_000;
/** So many samples are read to find when it began. */
const MOST_SAMPLES = 100;

export function explainZeroWindow(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, state, ended, atUs } = subject;
  if (state === 'TIME-WAIT' || state === 'LISTEN') return [];
  const untilUs = ended?.atUs ?? atUs;
  const samples = context.samples(connection.id, MOST_SAMPLES).filter(({ at_us }) => at_us <= untilUs);
  const [last] = samples;
  const before = samples.findIndex(({ timer }) => timer !== 'persist');
  const first = samples[before < 0 ? samples.length - 1 : before - 1];
  if (last?.timer !== 'persist' || first === undefined || untilUs - first.at_us < STALLED_AFTER_US) return [];
  const [owner, peer] = [ownerOf(connection), peerOf(connection)];
  const forUs = lasting(untilUs - first.at_us);
  const bytes = counted(last.send_q, 'byte');
  const closed = state === 'FIN-WAIT-1' || state === 'LAST-ACK' || state === 'CLOSING';
  return [
    sentence(
      closed
        ? words`${owner} closed the connection with ${bytes} that ${peer} does not take: its receive window has been zero since ${at(first.at_us)} at the latest, for ${forUs}. The socket stays until they are taken, or the kernel gives up.`
        : words`The receive window of ${peer} has been zero since ${at(first.at_us)} at the latest, for ${forUs}: it does not read. ${bytes} of ${owner} wait in the send queue; the kernel probes the window (persist timer), and does not give up while the probes are answered.`,
      windowEvidence(first),
      ...(first === last ? [] : [windowEvidence(last)]),
    ),
    ...readerHere(subject, context, untilUs),
  ];
}

/** The end that does not read: its own window is zero, or that is what the other end of this host sees. */
export function explainUnread({ connection, state, ended, atUs }: Subject, context: ExplainContext): Sentence[] {
  if ((state !== 'ESTAB' && state !== 'FIN-WAIT-2') || ended !== undefined) return [];
  if (!context.samplesHold(connection)) return [];
  const samples = context.samples(connection.id, MOST_SAMPLES);
  const before = samples.findIndex(({ recv_q }) => recv_q !== samples[0]?.recv_q);
  const sample = samples[before < 0 ? samples.length - 1 : before - 1];
  const unread = sample === undefined ? 0 : unreadBytes(connection, sample);
  if (sample === undefined || unread === 0 || atUs - sample.at_us < STALLED_AFTER_US) return [];
  const other = sample.rcv_wnd === 0 ? undefined : otherEndOf(context, connection, atUs);
  const seen = other === undefined ? undefined : context.sampleAt(other.id, atUs);
  if (sample.rcv_wnd !== 0 && seen?.timer !== 'persist') return [];
  return [
    sentence(
      words`${ownerOf(connection)} has not read ${counted(unread, 'byte')} since ${at(sample.at_us)}, for ${lasting(atUs - sample.at_us)}: the window that it offers ${peerOf(connection)} is zero, and the peer waits.`,
      { kind: 'sample', connectionId: connection.id, atUs: sample.at_us, values: { recv_q: sample.recv_q } },
      ...(seen === undefined ? [] : [windowEvidence(seen)]),
    ),
  ];
}

export function windowEvidence({ connection_id, at_us, timer, send_q, snd_wnd, notsent }: SampleRow): Evidence {
  const known = { ...(snd_wnd === null ? {} : { snd_wnd }), ...(notsent === null ? {} : { notsent }) };
  return { kind: 'sample', connectionId: connection_id, atUs: at_us, values: { timer, send_q, ...known } };
}

/** The process of this host that does not read. */
function readerHere({ connection }: Subject, context: ExplainContext, atUs: number): Sentence[] {
  const other = otherEndOf(context, connection, atUs);
  if (other === undefined) return [];
  const sample = context.sampleAt(other.id, atUs);
  const unread = sample === undefined ? 0 : unreadBytes(other, sample);
  const evidence: Evidence[] =
    sample === undefined
      ? [{ kind: 'connection', connectionId: other.id, atUs: other.openedUs }]
      : [{ kind: 'sample', connectionId: other.id, atUs: sample.at_us, values: { recv_q: sample.recv_q } }];
  const rest = sample === undefined ? [] : words`, with ${counted(unread, 'byte')} unread at ${at(sample.at_us)}`;
  return [sentence(words`The other end is on this host: ${ownerOf(other)} (#${other.id})${rest}.`, ...evidence)];
}
