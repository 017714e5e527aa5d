/** A made history for the benches: many connections with a realistic mix of lifetimes and a long tail. */
import type Database from 'better-sqlite3';
import type { Connection, HistoryBatch } from '../../src/model/connection.js';
import { PackedSteps } from '../../src/model/packed-steps.js';
import { HistoryWriter } from '../../src/store/index.js';

/** The same numbers at each run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface LongHistory {
  readonly connections: number;
  readonly startUs: number;
  readonly endUs: number;
  /** Rows a commit, as a busy recorder makes them. */
  readonly rowsPerCommit: number;
}

const PORTS = [443, 9_200, 5_432, 6_379, 80, 8_080, 3_306, 11_211] as const;

/** Lifetimes, microseconds: most are short or a TIME-WAIT long, a few stay for hours or days, and some for good. */
function lifeUs(random: () => number): number | undefined {
  const kind = random();
  if (kind < 0.25) return 200 + random() * 20_000;
  if (kind < 0.55) return 20_000 + random() * 2_000_000;
  if (kind < 0.93) return 60_000_000 + random() * 2_000_000;
  if (kind < 0.99) return 60_000_000 / (0.02 + random());
  if (kind < 0.9999) return Math.min(20 * 86_400e6, 600e6 / (0.0005 + random()));
  return undefined;
}

/** Writes the history, oldest first; `told` hears how many there are so far. */
export function writeLongHistory(
  database: Database.Database,
  history: LongHistory,
  told: (written: number) => void = () => undefined,
): void {
  const random = randomFrom(11);
  const writer = new HistoryWriter(database);
  const stepUs = (history.endUs - history.startUs) / history.connections;
  for (let id = 1; id <= history.connections; ) {
    const connections: Connection[] = [];
    for (; connections.length < history.rowsPerCommit && id <= history.connections; id++) {
      connections.push(connectionOf(id, Math.floor(history.startUs + id * stepUs), history.endUs, random));
    }
    writer.write(batchOf(connections), Math.floor(history.startUs + id * stepUs));
    told(id - 1);
  }
}

function batchOf(connections: readonly Connection[]): HistoryBatch {
  const samples = connections
    .filter(({ id }) => id % 20 === 0)
    .map(({ id, openedUs }) => ({
      connectionId: id,
      atUs: openedUs + 100_000,
      recvQ: 0,
      sendQ: 0,
      timer: 'off',
      timerMs: 0,
      retrans: 0,
      rttUs: 812,
      rttvarUs: 400,
      rtoUs: 201_000,
      cwnd: 10,
      ssthresh: undefined,
      mss: 1_448,
      unacked: 0,
      lost: 0,
      totalRetrans: 0,
      bytesSent: 512,
      bytesAcked: 512,
      bytesReceived: 4_096,
      minRttUs: 700,
      deliveryRate: 1_000_000,
      congestion: 'cubic',
      skmem: undefined,
    }));
  const events = connections
    .filter(({ id }) => id % 50 === 0)
    .map(
      ({ id, openedUs }) =>
        ({ connectionId: id, atUs: openedUs + 200_000, kind: 'retransmit', detail: 'data' }) as const,
    );
  return {
    connections: connections.map((connection) => ({ connection, isNew: true, firstNewStep: 0 })),
    events,
    samples,
    owners: [],
    snapshots: [],
    gaps: [],
    throughUs: connections.at(-1)?.openedUs ?? 0,
  };
}

function connectionOf(id: number, openedUs: number, endUs: number, random: () => number): Connection {
  const life = lifeUs(random);
  const wholeLife = life === undefined ? undefined : Math.floor(life);
  const closedUs = wholeLife === undefined || openedUs + wholeLife > endUs ? undefined : openedUs + wholeLife;
  const packed = new PackedSteps();
  const refused = random() < 0.01;
  packed.push(0, 'probe', 'UNCONN', 'SYN-SENT', undefined);
  const handshakeUs = Math.min(1_000, Math.floor((wholeLife ?? 1_000) / 4));
  if (!refused) packed.push(handshakeUs, 'probe', 'SYN-SENT', 'ESTAB', undefined);
  if (closedUs !== undefined && wholeLife !== undefined) end(packed, wholeLife, handshakeUs, refused);
  const remotePort = PORTS[Math.floor(random() * PORTS.length)] ?? 443;
  return {
    id,
    netns: 4_026_531_840,
    tuple: {
      family: 4,
      localAddr: `10.0.${id & 3}.1`,
      localPort: 32_768 + (id % 28_232),
      remoteAddr: `10.4.${Math.floor(random() * 4)}.${Math.floor(random() * 250)}`,
      remotePort,
    },
    state: closedUs === undefined ? (refused ? 'SYN-SENT' : 'ESTAB') : 'UNCONN',
    openedUs,
    openedNotBeforeUs: undefined,
    openedSource: 'probe',
    closedUs,
    closedNotBeforeUs: undefined,
    closedSource: closedUs === undefined ? undefined : 'probe',
    origin: 'connect',
    closeReason: closedUs === undefined ? undefined : refused ? 'refused' : 'orderly',
    pid: 1_000 + (id % 40),
    tid: 1_000 + (id % 40),
    comm: 'java',
    fd: 3 + (id % 100),
    uid: 1_000,
    inode: 5_000_000 + id,
    cookie: undefined,
    cgroup: 77,
    bytesSent: 512,
    bytesReceived: 4_096,
    retransmits: 0,
    rttUs: 812,
    steps: [],
    packed,
  };
}

function end(packed: PackedSteps, lifeUs: number, handshakeUs: number, refused: boolean): void {
  if (refused) {
    packed.push(lifeUs, 'probe', 'SYN-SENT', 'UNCONN', undefined);
    return;
  }
  const timeWaitUs = lifeUs > 60_000_000 ? 60_000_000 : 0;
  const closingUs = Math.max(handshakeUs, lifeUs - timeWaitUs - 50);
  if (timeWaitUs > 0) {
    packed.push(closingUs, 'probe', 'ESTAB', 'FIN-WAIT-1', undefined);
    packed.push(lifeUs - timeWaitUs, 'probe', 'FIN-WAIT-1', 'TIME-WAIT', undefined);
    packed.push(lifeUs, 'timer', 'TIME-WAIT', 'UNCONN', lifeUs);
  } else {
    packed.push(closingUs, 'probe', 'ESTAB', 'CLOSE-WAIT', undefined);
    packed.push(lifeUs, 'probe', 'CLOSE-WAIT', 'UNCONN', undefined);
  }
}
