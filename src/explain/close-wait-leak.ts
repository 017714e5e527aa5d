/** The peer has closed, the process has not: CLOSE-WAIT lasts until it does. */
import { counted } from '../model/counted.js';
import { socketsInState } from '../query/sockets-in-state.js';
import type { ExplainContext } from './context.js';
import { sentAfter, stillSends } from './half-close.js';
import { at, count, lasting, type Sentence, sentence, words } from './sentence.js';
import { ownerOf, peerOf, type Subject, sinceEvidence, whenOf } from './subject.js';
import { unreadBytes } from './unread.js';

/** A process that reads the end of the stream closes at once; one that has not closed after this time has forgotten the socket. */
export const LEAK_AFTER_US = 60_000_000;
/** So many sockets of one owner count as a leak earlier, after PILE_AFTER_US. */
export const LEAK_COUNT = 20;
export const PILE_AFTER_US = 5_000_000;

interface Held {
  readonly n: number;
  readonly oldest: number | null;
}

/** Whether `n` sockets, the oldest of this age, count as a leak. */
export function isLeak(n: number, oldestAgeUs: number): boolean {
  return oldestAgeUs >= LEAK_AFTER_US || (n >= LEAK_COUNT && oldestAgeUs >= PILE_AFTER_US);
}

export function explainCloseWait(subject: Subject, context: ExplainContext): { leak: boolean; sentences: Sentence[] } {
  const { connection, state, ended, ageUs, since, atUs } = subject;
  if (state !== 'CLOSE-WAIT' || ended !== undefined || since === undefined) return { leak: false, sentences: [] };
  const owner = ownerOf(connection);
  const held = heldBy(subject, context);
  const transfer = sentAfter(context, connection.id, since.atUs, atUs);
  const leak = transfer === undefined && isLeak(held.n, atUs - (held.oldest ?? since.atUs));
  const [sample] = context.samples(connection.id);
  const unread = sample === undefined ? 0 : unreadBytes(connection, sample);
  const sentences = [
    sentence(
      words`The peer, ${peerOf(connection)}, closed its half ${whenOf(since)}; ${owner} has not closed the socket in the ${lasting(ageUs)} since. It stays until ${owner} closes it: the kernel has no timer for CLOSE-WAIT.`,
      ...sinceEvidence(subject),
    ),
  ];
  if (connection.pid !== undefined && held.oldest !== null && held.n > 1) {
    sentences.push(
      sentence(
        words`${owner} holds ${counted(held.n, 'such socket')}, the oldest since ${at(held.oldest)}${leak ? ': it leaks them' : ''}.`,
        count('socket', held.n, held.oldest, atUs, `in CLOSE-WAIT of ${owner}`),
      ),
    );
  }
  if (sample !== undefined && unread > 0) {
    sentences.push(
      sentence(
        words`${counted(unread, 'byte')} lay unread in it at ${at(sample.at_us)}: ${owner} no longer reads it.`,
        {
          kind: 'sample',
          connectionId: connection.id,
          atUs: sample.at_us,
          values: { recv_q: sample.recv_q },
        },
      ),
    );
  }
  if (transfer !== undefined) sentences.push(stillSends(connection, transfer));
  else if (!leak && held.n === 1) {
    sentences.push(
      sentence(words`This is normal for such a short time: a process closes when it has read the end of the stream.`),
    );
  }
  return { leak, sentences };
}

function heldBy({ connection, since, atUs }: Subject, context: ExplainContext): Held {
  if (connection.pid === undefined) return { n: 1, oldest: since?.atUs ?? null };
  const { sql, params } = socketsInState(context.span, atUs, ['CLOSE-WAIT']);
  return context.database
    .prepare(`SELECT count(*) AS n, min(since_us) AS oldest FROM ${sql} WHERE pid = @pid AND netns = @netns`)
    .get({ ...params, pid: connection.pid, netns: connection.netns }) as Held;
}
