/** Short ways to write down what the kernel said, for the correlator's tests. */

import type { Connection } from '../../src/model/connection.js';
import type { FourTuple } from '../../src/model/four-tuple.js';
import type { HistoryBatch } from '../../src/model/history-batch.js';
import type { Loss, ProbeBatch, ProbeEvent, TransitionEvent } from '../../src/model/probe-event.js';
import type { SocketRow } from '../../src/model/socket-row.js';
import type { TcpState } from '../../src/model/tcp-state.js';

export const NETNS = 4026531840;
/** Wall clock minus boot clock in all stories. */
export const OFFSET_US = 1_000_000_000_000;

export const CLIENT: FourTuple = {
  family: 4,
  localAddr: '10.0.0.1',
  localPort: 40_000,
  remoteAddr: '10.4.1.80',
  remotePort: 9_200,
};

/** A transition event at a boot time, of the socket at address 1 by default. */
export function transition(
  bootUs: number,
  oldState: TcpState,
  newState: TcpState,
  more: Partial<TransitionEvent> = {},
): TransitionEvent {
  return {
    kind: 'transition',
    bootUs,
    skaddr: 1,
    netns: NETNS,
    tuple: CLIENT,
    oldState,
    newState,
    error: 0,
    done: false,
    cookie: 0,
    inode: 0,
    uid: 0,
    cgroup: 0,
    task: undefined,
    fd: -1,
    inProcess: false,
    totals: undefined,
    ...more,
  };
}

/** A connection by its local port, which enters TIME-WAIT at a boot time, seconds. */
export function timeWait(port: number, atS: number) {
  const tuple = { ...CLIENT, localPort: port };
  const us = atS * 1e6;
  const of = (
    bootUs: number,
    from: Parameters<typeof transition>[1],
    to: Parameters<typeof transition>[2],
    more = {},
  ) => transition(bootUs, from, to, { tuple, skaddr: port, ...more });
  return [
    of(us - 300, 'UNCONN', 'SYN-SENT'),
    of(us - 200, 'SYN-SENT', 'ESTAB'),
    of(us - 100, 'ESTAB', 'FIN-WAIT-1'),
    of(us - 50, 'FIN-WAIT-1', 'FIN-WAIT-2'),
    of(us, 'FIN-WAIT-2', 'UNCONN', { done: true }),
  ];
}

/** A drain of the probe: through the time of its last event, or the one given. */
export function drained(
  events: readonly ProbeEvent[],
  throughBootUs = events.at(-1)?.bootUs ?? 0,
  losses: readonly Loss[] = [],
): ProbeBatch {
  return { kind: 'probe', events, losses, throughBootUs, offsetUs: OFFSET_US };
}

/** A row of a snapshot. */
export function row(state: TcpState, more: Partial<SocketRow> = {}): SocketRow {
  return {
    tuple: CLIENT,
    state,
    interfaceIndex: 0,
    cookie: 77,
    inode: 5_001,
    uid: 1_000,
    recvQ: 0,
    sendQ: 0,
    timer: { kind: 'off', expiresMs: 0, retransmits: 0 },
    memory: undefined,
    info: undefined,
    congestion: undefined,
    congestionInfo: undefined,
    mark: undefined,
    classId: undefined,
    cgroup: undefined,
    tos: undefined,
    tclass: undefined,
    shutdown: undefined,
    v6only: undefined,
    protocol: undefined,
    ulp: undefined,
    sockopt: undefined,
    ...more,
  };
}

/** The connections as they stand after all batches, by id. */
export function connectionsAfter(batches: readonly HistoryBatch[]): Connection[] {
  const byId = new Map<number, Connection>();
  for (const batch of batches) for (const { connection } of batch.connections) byId.set(connection.id, connection);
  return [...byId.values()];
}

/** `SYN-SENT>ESTAB` for each step; inferred ones begin with `~`. */
export function pathOf(connection: Connection | undefined): string[] {
  return (connection?.steps ?? []).map(
    (step) => `${step.notBeforeUs === undefined ? '' : '~'}${step.oldState}>${step.newState}`,
  );
}
