/** This end has closed, and the peer has acknowledged it but does not close: FIN-WAIT-2. */
import type { ExplainContext } from './context.js';
import { receivedAfter, stillReceives } from './half-close.js';
import { at, lasting, type Sentence, sentence, words } from './sentence.js';
import { endEvidence, ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';

export function explainFinWait2(subject: Subject, context: ExplainContext): { orphan: boolean; sentences: Sentence[] } {
  const { connection, state, since, ended } = subject;
  if (state !== 'FIN-WAIT-2' || since === undefined) return { orphan: false, sentences: [] };
  const [sample] = context.samples(connection.id);
  // tcp_time_wait() replaces a socket that no process holds by a timewait socket: ss shows it with a timewait timer.
  const seen = sample?.timer === 'timewait' && sample.at_us >= since.atUs ? sample : undefined;
  const transfer = receivedAfter(context, connection.id, since.atUs, ended?.atUs ?? subject.atUs);
  const byTimer = ended?.reason === 'timed out';
  const orphan = seen !== undefined || byTimer;
  const owner = ownerOf(connection);
  const sentences = [
    sentence(
      words`${owner} closed its half; ${peerOf(connection)} acknowledged that ${whenOf(since)} and has not closed its own half in ${lasting(subject.ageUs)}.`,
      ...sinceEvidence(subject),
    ),
  ];
  if (seen !== undefined) {
    sentences.push(
      sentence(
        words`No process holds the socket any longer: at ${at(seen.at_us)} a snapshot showed it as an orphan, with ${lasting(seen.timer_ms * 1000)} left on its timer.`,
        {
          kind: 'sample',
          connectionId: connection.id,
          atUs: seen.at_us,
          values: { timer: seen.timer, timer_ms: seen.timer_ms },
        },
      ),
    );
  } else if (transfer !== undefined) {
    sentences.push(stillReceives(connection, transfer));
  } else if (!byTimer && ended === undefined && !context.isSlice) {
    sentences.push(
      sentence(
        words`No snapshot showed it as an orphan: ${owner} probably still holds it, with its sending half shut down.`,
      ),
    );
  }
  if (byTimer) {
    sentences.push(
      sentence(
        words`The peer never closed its half: the kernel deleted the orphan ${whenOf({ ...(subject.end ?? since) })}.`,
        ...endEvidence(subject),
      ),
    );
  }
  return { orphan, sentences };
}
