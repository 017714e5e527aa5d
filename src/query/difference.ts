/** What changed in the socket table between two instants. */
import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import type { Connection } from '../model/connection.js';
import type { TcpState } from '../model/tcp-state.js';
import { type SocketAt, socketsAt } from './point-in-time.js';

/** A queue before and after, bytes (of a listener, connections); undefined where no snapshot had sampled it. */
export interface QueueChange {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

export type Change =
  | { readonly kind: 'appeared'; readonly after: SocketAt }
  | { readonly kind: 'gone'; readonly before: SocketAt }
  | {
      readonly kind: 'changed';
      readonly before: SocketAt;
      readonly after: SocketAt;
      readonly stateChanged: boolean;
      readonly recvQ: QueueChange;
      readonly sendQ: QueueChange;
    };

export interface Difference {
  /** By kind (appeared, gone, changed), then by connection. */
  readonly changes: readonly Change[];
  readonly before: number;
  readonly after: number;
  /** Sockets in both tables whose queues were never sampled: whether they grew is unknown. */
  readonly notSampled: number;
}

export interface DifferenceOptions {
  readonly condition?: Condition | undefined;
  /** Sockets in one of these states at either instant. */
  readonly states?: ReadonlySet<TcpState> | undefined;
}

/** The difference between the tables at `firstUs` and `secondUs`, the earlier first. */
export function differenceBetween(
  database: Database.Database,
  firstUs: number,
  secondUs: number,
  { condition, states }: DifferenceOptions = {},
): Difference {
  const table = (atUs: number) =>
    new Map(
      socketsAt(database, atUs, { details: true, ...(condition === undefined ? {} : { condition }) }).map((socket) => [
        socket.connection.id,
        socket,
      ]),
    );
  const before = table(firstUs);
  const after = table(secondUs);
  const wanted = (id: number) =>
    states === undefined || [before.get(id), after.get(id)].some((socket) => socket && states.has(socket.state));
  const appeared = [...after.values()].filter(({ connection }) => !before.has(connection.id) && wanted(connection.id));
  const gone = [...before.values()].filter(({ connection }) => !after.has(connection.id) && wanted(connection.id));
  const stayed = [...before.values()].flatMap((socket) => {
    const other = after.get(socket.connection.id);
    return other === undefined || !wanted(socket.connection.id) ? [] : [changeOf(socket, other)];
  });
  return {
    changes: [
      ...appeared.map((socket): Change => ({ kind: 'appeared', after: socket })),
      ...gone.map((socket): Change => ({ kind: 'gone', before: socket })),
      ...stayed.filter((change) => change.stateChanged || grew(change.recvQ) || grew(change.sendQ)),
    ],
    before: [...before.keys()].filter(wanted).length,
    after: [...after.keys()].filter(wanted).length,
    notSampled: stayed.filter(({ recvQ }) => recvQ.before === undefined || recvQ.after === undefined).length,
  };
}

/** Whether a queue is known to have grown. */
export function grew({ before, after }: QueueChange): boolean {
  return before !== undefined && after !== undefined && after > before;
}

function changeOf(before: SocketAt, after: SocketAt): Change & { kind: 'changed' } {
  return {
    kind: 'changed',
    before,
    after,
    stateChanged: before.state !== after.state,
    recvQ: { before: before.sample?.row.recv_q, after: after.sample?.row.recv_q },
    sendQ: { before: before.sample?.row.send_q, after: after.sample?.row.send_q },
  };
}

/** How many connections were opened and gone again between the two instants: in neither table. */
export function countBetween(connections: Iterable<Connection>, firstUs: number, secondUs: number): number {
  let count = 0;
  for (const { openedUs, closedUs } of connections) {
    if (openedUs > firstUs && closedUs !== undefined && closedUs <= secondUs) count++;
  }
  return count;
}
