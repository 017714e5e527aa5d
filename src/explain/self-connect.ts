/** A connection to itself: a client that connects to a port of this host from which its own local port was chosen. */
import type { Connection } from '../model/connection.js';
import type { ExplainContext } from './context.js';
import { listenersFor } from './listeners.js';
import { at, lasting, type Sentence, sentence, words } from './sentence.js';
import { localEndOf, ownerOf, type Subject } from './subject.js';

/** `isSelfConnect` in SQL, on the columns of the table `socket`. */
export const SELF_CONNECTED = 'local_port = remote_port AND local_port <> 0 AND local_addr = remote_addr';

/** One socket with both ends: simultaneous open, RFC 9293, 3.5. */
export function isSelfConnect({ tuple, steps }: Connection): boolean {
  const isSame = tuple.localPort === tuple.remotePort && tuple.localAddr === tuple.remoteAddr;
  return isSame && tuple.localPort !== 0 && steps.some(({ newState }) => newState === 'ESTAB');
}

export function explainSelfConnect(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, atUs } = subject;
  const established = connection.steps.find((step) => step.newState === 'ESTAB' && step.atUs <= atUs);
  if (!isSelfConnect(connection) || established === undefined) return [];
  const left = connection.steps.find((step) => step.oldState === 'ESTAB' && step.atUs <= atUs);
  const lasted =
    left === undefined
      ? words`has been connected to itself at ${localEndOf(connection)} since ${at(established.atUs)}, for ${lasting(atUs - established.atUs)}`
      : words`was connected to itself at ${localEndOf(connection)} from ${at(established.atUs)} on, for ${lasting(left.atUs - established.atUs)}`;
  const since = {
    kind: 'transition' as const,
    connectionId: connection.id,
    index: connection.steps.indexOf(established) + 1,
    step: established,
  };
  const [listener] = listenersFor(
    context,
    connection.netns,
    connection.tuple.localAddr,
    connection.tuple.localPort,
    atUs,
  );
  const before = listener?.closedUs !== undefined && listener.closedUs <= connection.openedUs ? listener : undefined;
  return [
    sentence(
      words`${ownerOf(connection)} ${lasted}: no process listened there, and the kernel chose the same port as the local one. It reads what it writes; while this socket has the port, no server can listen on it (EADDRINUSE). Keep the ports of services out of ip_local_port_range (ip_local_reserved_ports).`,
      since,
    ),
    ...(before?.closedUs === undefined
      ? []
      : [
          sentence(words`${ownerOf(before)} listened there until ${at(before.closedUs)} (#${before.id}).`, {
            kind: 'connection',
            connectionId: before.id,
            atUs: before.closedUs,
          }),
        ]),
  ];
}
