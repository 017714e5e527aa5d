/** A connect(2) from a bound port that failed because another socket had its four-tuple. */
import type { Connection } from '../model/connection.js';
import { shownState, TIMEWAIT_LIFE_US } from '../model/tcp-state.js';
import type { ExplainContext } from './context.js';
import { at, lasting, type Sentence, sentence, words } from './sentence.js';
import { socketsBetweenPorts } from './sockets-with-ports.js';
import { localEndOf, ownerOf, peerOf, type Subject, whenOf } from './subject.js';

/** The kernel looks for a free port where the program has bound none: then it is another failure. */
export function hadPort({ tuple }: Connection): boolean {
  return tuple.localPort !== 0;
}

/** Which socket had the four-tuple of a connection at an instant, and how long it would keep it. */
export function takenSentences(context: ExplainContext, connection: Connection, atUs: number): Sentence[] {
  const held = `${localEndOf(connection)} to ${peerOf(connection)}`;
  const holder = holderOf(context, connection, atUs);
  if (holder?.since === undefined) {
    return [
      sentence(
        words`The program had bound it to ${localEndOf(connection)}.${context.lacksConnections ? '' : ' No other socket with this four-tuple is known from then.'}`,
      ),
    ];
  }
  const { connection: other, state, since } = holder;
  const owner = state === 'TIME-WAIT' ? '' : ` of ${ownerOf(other)}`;
  const evidence = {
    kind: 'transition' as const,
    connectionId: other.id,
    index: other.steps.indexOf(since) + 1,
    step: since,
  };
  const endsUs = since.atUs + TIMEWAIT_LIFE_US;
  const rest =
    state === 'TIME-WAIT'
      ? words` It ends at ${at(endsUs)}${since.notBeforeUs === undefined ? '' : ' at the latest'}, ${lasting(Math.max(0, endsUs - atUs))} after that connect: do not bind the local port, or let the other end close first.`
      : words` Only one connection can have it.`;
  return [
    sentence(
      [
        ...words`The program had bound it to ${localEndOf(connection)}, and the four-tuple ${held} belonged to #${other.id}${owner}, which entered ${shownState(state)} ${whenOf(since)}.`,
        ...rest,
      ],
      evidence,
    ),
  ];
}

function holderOf(context: ExplainContext, { id, netns, tuple }: Connection, atUs: number): Subject | undefined {
  const condition = {
    sql: 'netns = @netns AND family = @family AND local_addr = @localAddr AND remote_addr = @remoteAddr AND local_port = @localPort AND remote_port = @remotePort',
    params: { netns, ...tuple },
    ports: { remote: tuple.remotePort, local: tuple.localPort },
  };
  return socketsBetweenPorts(context, condition, atUs).find(({ connection }) => connection.id !== id);
}
