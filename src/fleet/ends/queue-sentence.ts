import { queueText } from '../../explain/accept-queue.js';
import { at, count, type Evidence, ofHost, type Sentence, sentence, words } from '../../explain/sentence.js';
import { localEndOf, ownerOf } from '../../explain/subject.js';
import type { ListenerThere } from './remote-host.js';

/** A listener that drops what comes to it because its process does not accept. */
export function queueSentence({ found, full }: ListenerThere, host: string, dropped: 'SYN' | 'last ACK'): Sentence {
  const listener = found.connection;
  if (full === undefined) return sentence([]);
  const { waiting, backlog, atUs } = full;
  const evidence: Evidence =
    full.by === 'sample'
      ? { kind: 'sample', connectionId: listener.id, atUs, values: { recv_q: waiting, backlog } }
      : count('connection', waiting, atUs, atUs, 'that no process had accepted');
  return sentence(
    words`${host} dropped the ${dropped} because the accept queue of ${ownerOf(listener)}'s listener ${localEndOf(listener)} was full at ${at(atUs)}: ${queueText({ recv_q: waiting, send_q: backlog })}. ${ownerOf(listener)} accepts connections more slowly than they come, or not at all.`,
    ...ofHost(host, [evidence]),
  );
}
