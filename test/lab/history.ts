/** Histories written through the store's writer, for what needs no kernel. */

import type { BoundRecord } from '../../src/model/bound.js';
import type { Connection } from '../../src/model/connection.js';
import type { Gap } from '../../src/model/gap.js';
import { type HistoryBatch, NO_CHANGES, type SnapshotRecord } from '../../src/model/history-batch.js';
import type { NameRecord } from '../../src/model/name.js';
import type { Run, RunStart } from '../../src/model/run.js';
import { OPTIONAL_FIELDS, type Sample } from '../../src/model/sample.js';
import type { Step } from '../../src/model/step.js';
import type { Source } from '../../src/model/stored-codes.js';
import type { TcpState } from '../../src/model/tcp-state.js';
import { ClosedIndex } from '../../src/store/closed-index.js';
import { openForWriting } from '../../src/store/database.js';
import { NameWriter } from '../../src/store/name-writer.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';

/** When written histories begin: 2026-11-18 11:06:40 UTC. */
export const BASE_US = 1_795_000_000_000_000;

/** A recording that begins then. */
export const LAB_RUN: RunStart = {
  host: 'lab',
  bootId: 'boot',
  kernel: '6.1',
  sstory: '0',
  bpftrace: undefined,
  source: 'bpf',
  transport: 'map',
  initialNetns: undefined,
  intervalUs: 1_000_000,
  pid: process.pid,
  startedUs: BASE_US,
  clockOffsetUs: 0,
  notes: [],
};

/** The same as a row that has no end yet, last written after ten seconds. */
export function openRun(more: Partial<Run> = {}): Run {
  const none = { endedUs: undefined, end: undefined, clockSteps: [], behindUs: 0, backlogBytes: 0 };
  return { ...LAB_RUN, ...none, id: 1, lastUs: usAt(10), ...more };
}

/** A step: seconds after the beginning, the state entered, and how it is known if not from a probe. */
export type Entered =
  | readonly [atS: number, state: TcpState]
  | readonly [atS: number, state: TcpState, source: Source, notBeforeS: number | 'no bound'];

export const usAt = (seconds: number) => BASE_US + Math.round(seconds * 1e6);

/** A connection with these steps, from 10.0.0.1 to port 9200 of 10.0.0.2. */
export function connectionOf(id: number, entered: readonly Entered[], more: Partial<Connection> = {}): Connection {
  let state: TcpState = 'UNCONN';
  const steps = entered.map(([atS, newState, source, notBeforeS]): Step => {
    const oldState = state;
    state = newState;
    const notBeforeUs = notBeforeS === undefined ? undefined : notBeforeS === 'no bound' ? 0 : usAt(notBeforeS);
    return { atUs: usAt(atS), notBeforeUs, oldState, newState, source: source ?? 'probe' };
  });
  const [first] = steps;
  const last = steps.at(-1);
  const closed = state === 'UNCONN' ? last : undefined;
  return {
    id,
    netns: 1,
    tuple: { family: 4, localAddr: '10.0.0.1', localPort: 40_000 + id, remoteAddr: '10.0.0.2', remotePort: 9_200 },
    state,
    openedUs: first?.atUs ?? BASE_US,
    openedNotBeforeUs: first?.notBeforeUs,
    openedSource: first?.source ?? 'probe',
    closedUs: closed?.atUs,
    closedNotBeforeUs: closed?.notBeforeUs,
    closedSource: closed?.source,
    origin: 'connect',
    closeReason: closed === undefined ? undefined : 'orderly',
    pid: 42,
    tid: 42,
    comm: 'java',
    fd: 3,
    uid: 0,
    inode: id,
    cookie: undefined,
    cgroup: undefined,
    bytesSent: 10,
    bytesReceived: 20,
    retransmits: 0,
    rttUs: undefined,
    steps,
    ...more,
  };
}

/** A sample with nothing in it but what `more` gives. */
export function sampleOf(connectionId: number, atUs: number, more: Partial<Sample> = {}): Sample {
  const unknown = Object.fromEntries(OPTIONAL_FIELDS.map((field) => [field, undefined])) as unknown as Sample;
  return { ...unknown, connectionId, atUs, recvQ: 0, sendQ: 0, timer: 'off', timerMs: 0, retrans: 0, ...more };
}

export interface Written extends Partial<Omit<HistoryBatch, 'connections' | 'gaps'>> {
  readonly connections?: readonly Connection[];
  readonly gaps?: readonly Pick<Gap, 'fromUs' | 'toUs'>[];
  readonly names?: readonly NameRecord[];
  /** Of the recording, seconds after the beginning; undefined: it runs still. */
  readonly endS?: number | undefined;
}

/** A complete dump of one socket, which took 10 ms. */
export function dumpOf(netns: number, atS: number, more: Partial<SnapshotRecord> = {}): SnapshotRecord {
  return { atUs: usAt(atS), netns, sockets: 1, tookUs: 10_000, complete: true, ...more };
}

/** A socket that is bound to 127.0.0.1 and nothing more, in namespace 1. */
export function boundOf(cookie: number, times: Pick<BoundRecord, 'fromUs' | 'toUs'>): BoundRecord {
  return {
    ...{ netns: 1, cookie, ...times, family: 4, localAddr: '127.0.0.1', localPort: 7_000 + cookie },
    ...{ uid: 0, inode: 100 + cookie, cgroupId: undefined },
    holders: '[{"pid":42,"comm":"java","fd":3}]',
    details: '{"recv_q":0,"send_q":0,"timer":"off","timer_ms":0,"retrans":0}',
  };
}

/** A batch of whole connections. */
export function batchOf({ connections = [], gaps = [], ...rest }: Written): HistoryBatch {
  return {
    ...NO_CHANGES,
    connections: connections.map((connection) => ({ connection, isNew: true, firstNewStep: 0 })),
    throughUs: BASE_US,
    ...rest,
    gaps: gaps.map((gap) => ({ cpu: undefined, lost: 3, reason: 'sequence', scope: 'transitions', ...gap })),
  };
}

/** Makes a database of one finished recording; `more`: batches that follow. Half of its connections are in the tail. */
export function writeHistory(path: string, written: Written, more: () => Iterable<HistoryBatch> = () => []): void {
  const database = openForWriting(path);
  const run = new RunRecord(database, LAB_RUN);
  const writer = new HistoryWriter(database);
  writer.write(batchOf(written), BASE_US);
  new NameWriter(database).write(written.names ?? []);
  for (const batch of more()) writer.write(batch, BASE_US);
  const half = Math.ceil((written.connections ?? []).length / 2);
  if (half > 0) new ClosedIndex(database, half).completeNext();
  run.end(usAt(written.endS ?? 100), 'clean');
  database.close();
}
