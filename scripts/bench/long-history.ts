/**
 * A made history for the benches: months of a host that is both server and client, with a realistic mix of lifetimes and a
 * long tail. It is written through the recorder's own writer, in its order and its batches, so that the file is laid out as a
 * recorded one.
 */

import type { Connection } from '../../src/model/connection.js';
import { type HistoryBatch, NO_CHANGES } from '../../src/model/history-batch.js';
import { PackedSteps } from '../../src/model/packed-steps.js';
import { openForWriting } from '../../src/store/database.js';
import { RunRecord } from '../../src/store/runs.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { bulkOf, type Life, lifeOf, type Random, randomFrom, residualLifeUs } from './lifetimes.js';

export interface LongHistory {
  readonly connections: number;
  readonly startUs: number;
  readonly endUs: number;
}

/** How many sockets the first snapshot found open. */
const OPEN_AT_START = 5_000;
/** How many of them stay open: listeners and the pools of daemons. */
const FOR_GOOD = 1_300;
/** 10 million are 30 days: then the sockets that are open at a time stay about as many. */
const US_A_CONNECTION = 259_200;
const ROWS_A_COMMIT = 2_000;
const END_US = Date.UTC(2026, 10, 20) * 1000;

/** Remote ports of connections that were asked for, and how often they are, summed up; the other ports are 7000 - 7049. */
const ASKED_PORTS = [
  [443, 0.35],
  [5_432, 0.5],
  [6_379, 0.62],
  [80, 0.72],
  [3_306, 0.78],
  [8_080, 0.84],
  [11_211, 0.9],
  [9_200, 0.93],
] as const;
const SERVED_PORTS = [443, 443, 443, 80, 8_080] as const;
const PEERS_A_PORT = 40;
const EPHEMERAL_PORTS = 28_232;

/** The time over which so many connections are spread. */
export function longHistory(connections: number): LongHistory {
  return { connections, startUs: END_US - connections * US_A_CONNECTION, endUs: END_US };
}

/**
 * Makes a database of such a history; `onProgress` gets the number of connections written so far. Returns how long the commits
 * took, milliseconds.
 */
export function writeLongHistory(
  path: string,
  history: LongHistory,
  onProgress: (written: number) => void = () => undefined,
): number {
  const { connections: count, startUs, endUs } = history;
  const database = openForWriting(path);
  const run = new RunRecord(database, {
    host: 'bench',
    bootId: '-',
    kernel: '-',
    sstory: '-',
    bpftrace: undefined,
    source: 'bpf',
    transport: 'map',
    initialNetns: undefined,
    intervalUs: 1_000_000,
    pid: 1,
    startedUs: startUs,
    clockOffsetUs: 0,
    notes: [],
  });
  const random = randomFrom(11);
  const writer = new HistoryWriter(database);
  let id = 1;
  let tookMs = 0;
  while (id <= count) {
    const connections: Connection[] = [];
    for (; connections.length < ROWS_A_COMMIT && id <= count; id++) {
      const isFound = id <= Math.min(OPEN_AT_START, count / 10);
      const openedUs = isFound ? startUs : Math.floor(startUs + id * US_A_CONNECTION);
      const life: Life = isFound
        ? { kind: 'found', us: id <= FOR_GOOD ? undefined : residualLifeUs(random) }
        : lifeOf(random);
      connections.push(connectionOf(id, openedUs, endUs, life, random));
    }
    const atUs = Math.floor(startUs + id * US_A_CONNECTION);
    const batch = batchOf(connections, atUs);
    const beganMs = performance.now();
    writer.write(batch, atUs);
    tookMs += performance.now() - beganMs;
    onProgress(id - 1);
  }
  run.end(endUs, 'clean');
  database.close();
  return tookMs;
}

function batchOf(connections: readonly Connection[], throughUs: number): HistoryBatch {
  return {
    ...NO_CHANGES,
    connections: connections.map((connection) => ({ connection, isNew: true, firstNewStep: 0 })),
    ...bulkOf(connections),
    throughUs,
  };
}

function connectionOf(id: number, openedUs: number, endUs: number, life: Life, random: Random): Connection {
  const lifeUs = life.us === undefined || openedUs + life.us > endUs ? undefined : life.us;
  const asks = random() < 0.55;
  const isFound = life.kind === 'found';
  const packed = new PackedSteps();
  const state = storyOf(packed, { ...life, us: lifeUs }, asks);
  const ephemeral = 32_768 + (id % EPHEMERAL_PORTS);
  const closedUs = lifeUs === undefined ? undefined : openedUs + lifeUs;
  return {
    id,
    netns: 4_026_531_840,
    tuple: {
      family: 4,
      localAddr: '10.0.0.1',
      localPort: asks ? ephemeral : (SERVED_PORTS[Math.floor(random() * SERVED_PORTS.length)] ?? 443),
      remoteAddr: `10.4.${asks ? 0 : id & 63}.${1 + Math.floor(random() * PEERS_A_PORT)}`,
      remotePort: asks ? askedPort(random) : 32_768 + Math.floor(random() * EPHEMERAL_PORTS),
    },
    state,
    openedUs,
    openedNotBeforeUs: isFound ? 0 : undefined,
    openedSource: isFound ? 'snapshot' : 'probe',
    closedUs,
    closedNotBeforeUs: undefined,
    closedSource: closedUs === undefined ? undefined : 'probe',
    origin: isFound ? 'unknown' : asks ? 'connect' : 'accept',
    closeReason: closedUs === undefined ? undefined : life.kind === 'refused' ? 'refused' : 'orderly',
    pid: 1_000 + (id % 40),
    tid: 1_000 + (id % 40),
    comm: asks ? 'java' : 'nginx',
    fd: 3 + (id % 100),
    uid: 1_000,
    inode: 5_000_000 + id,
    cookie: undefined,
    cgroup: 77,
    bytesSent: 400 + (id % 9_000),
    bytesReceived: 900 + (id % 90_000),
    retransmits: 0,
    rttUs: 180 + (id % 700),
    steps: [],
    packed,
  };
}

function askedPort(random: Random): number {
  const share = random();
  return ASKED_PORTS.find(([, through]) => share < through)?.[0] ?? 7_000 + Math.floor(random() * 50);
}

/** Packs the steps of a life and answers the state in which it leaves the connection. */
function storyOf(packed: PackedSteps, { kind, us }: Life, asks: boolean): Connection['state'] {
  if (kind === 'found') packed.push(0, 'snapshot', 'UNCONN', 'ESTAB', -1);
  else packed.push(0, 'probe', 'UNCONN', asks ? 'SYN-SENT' : 'SYN-RECV', undefined);
  const opening = asks ? 'SYN-SENT' : 'SYN-RECV';
  if (kind === 'refused') {
    packed.push(us ?? 0, 'probe', opening, 'UNCONN', undefined);
    return 'UNCONN';
  }
  if (kind !== 'found')
    packed.push(Math.min(1_000, Math.floor((us ?? 4_000) / 4)), 'probe', opening, 'ESTAB', undefined);
  if (us === undefined) return 'ESTAB';
  if (kind === 'time-wait') {
    const waitUs = us - 60_000_000;
    packed.push(waitUs - 50, 'probe', 'ESTAB', 'FIN-WAIT-1', undefined);
    packed.push(waitUs, 'probe', 'FIN-WAIT-1', 'TIME-WAIT', undefined);
    packed.push(us, 'timer', 'TIME-WAIT', 'UNCONN', us - waitUs);
  } else {
    packed.push(us - 60, 'probe', 'ESTAB', 'CLOSE-WAIT', undefined);
    packed.push(us - 20, 'probe', 'CLOSE-WAIT', 'LAST-ACK', undefined);
    packed.push(us, 'probe', 'LAST-ACK', 'UNCONN', undefined);
  }
  return 'UNCONN';
}
