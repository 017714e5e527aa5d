/** How a connection lies in a row of the table `socket`: one list for writing and reading. */
import {
  CLOSE_REASONS,
  type CloseReason,
  type Connection,
  ORIGINS,
  type Origin,
  SOURCES,
  type Source,
} from '../model/connection.js';
import { codeOfState, stateOfCode } from '../model/tcp-state.js';
import { lifeClass, OPEN_CLASS } from './life-class.js';
import { decodePath, encodePath, statesMask } from './path-codec.js';

type Value = string | number | null;

const ORIGIN_CODES = codesOf<Origin>(ORIGINS);
const REASON_CODES = codesOf<CloseReason>(CLOSE_REASONS);
const SOURCE_CODES = codesOf<Source>(SOURCES);

function codesOf<T>(names: readonly T[]): ReadonlyMap<T, number> {
  return new Map(names.map((name, code) => [name, code]));
}

/** In the order of `socketValues`. */
export const SOCKET_COLUMNS = [
  'id',
  'life_class',
  'opened_us',
  'closed_us',
  'netns',
  'family',
  'local_addr',
  'local_port',
  'remote_addr',
  'remote_port',
  'state',
  'states',
  'origin',
  'opened_source',
  'closed_source',
  'close_reason',
  'opened_not_before_us',
  'closed_not_before_us',
  'pid',
  'tid',
  'comm',
  'fd',
  'uid',
  'inode',
  'cookie',
  'cgroup_id',
  'bytes_sent',
  'bytes_received',
  'retransmits',
  'rtt_us',
  'path',
] as const;

/** Appends a connection's row to `values`. */
export function pushSocketValues(values: Value[], c: Connection): void {
  values.push(
    c.id,
    c.closedUs === undefined ? OPEN_CLASS : lifeClass(c.closedUs - c.openedUs),
    c.openedUs,
    c.closedUs ?? null,
    c.netns,
    c.tuple.family,
    c.tuple.localAddr,
    c.tuple.localPort,
    c.tuple.remoteAddr,
    c.tuple.remotePort,
    codeOfState(c.state),
    statesMask(c.state, c.steps),
    ORIGIN_CODES.get(c.origin) ?? 0,
    SOURCE_CODES.get(c.openedSource) ?? 0,
    c.closedSource === undefined ? null : (SOURCE_CODES.get(c.closedSource) ?? 0),
    c.closeReason === undefined ? null : (REASON_CODES.get(c.closeReason) ?? 0),
    c.openedNotBeforeUs ?? null,
    c.closedNotBeforeUs ?? null,
    c.pid ?? null,
    c.tid === undefined || c.tid === c.pid ? null : c.tid,
    c.comm ?? null,
    c.fd ?? null,
    c.uid ?? null,
    c.inode ?? null,
    c.cookie ?? null,
    c.cgroup ?? null,
    c.bytesSent ?? null,
    c.bytesReceived ?? null,
    c.retransmits,
    c.rttUs ?? null,
    encodePath(c.openedUs, c.steps),
  );
}

/** A row of the table `socket` as better-sqlite3 gives it. */
export interface SocketDbRow {
  readonly id: number;
  readonly life_class: number;
  readonly opened_us: number;
  readonly closed_us: number | null;
  readonly netns: number;
  readonly family: number;
  readonly local_addr: string;
  readonly local_port: number;
  readonly remote_addr: string;
  readonly remote_port: number;
  readonly state: number;
  readonly states: number;
  readonly origin: number;
  readonly opened_source: number;
  readonly closed_source: number | null;
  readonly close_reason: number | null;
  readonly opened_not_before_us: number | null;
  readonly closed_not_before_us: number | null;
  readonly pid: number | null;
  readonly tid: number | null;
  readonly comm: string | null;
  readonly fd: number | null;
  readonly uid: number | null;
  readonly inode: number | null;
  readonly cookie: number | null;
  readonly cgroup_id: number | null;
  readonly bytes_sent: number | null;
  readonly bytes_received: number | null;
  readonly retransmits: number;
  readonly rtt_us: number | null;
  readonly path: string;
}

/** The connection of a row. */
export function connectionOfRow(row: SocketDbRow): Connection {
  return {
    id: row.id,
    netns: row.netns,
    tuple: {
      family: row.family === 6 ? 6 : 4,
      localAddr: row.local_addr,
      localPort: row.local_port,
      remoteAddr: row.remote_addr,
      remotePort: row.remote_port,
    },
    state: stateOfCode(row.state) ?? 'UNCONN',
    openedUs: row.opened_us,
    openedNotBeforeUs: row.opened_not_before_us ?? undefined,
    openedSource: SOURCES[row.opened_source] ?? 'snapshot',
    closedUs: row.closed_us ?? undefined,
    closedNotBeforeUs: row.closed_not_before_us ?? undefined,
    closedSource: row.closed_source === null ? undefined : SOURCES[row.closed_source],
    origin: ORIGINS[row.origin] ?? 'unknown',
    closeReason: row.close_reason === null ? undefined : CLOSE_REASONS[row.close_reason],
    pid: row.pid ?? undefined,
    tid: row.tid ?? row.pid ?? undefined,
    comm: row.comm ?? undefined,
    fd: row.fd ?? undefined,
    uid: row.uid ?? undefined,
    inode: row.inode ?? undefined,
    cookie: row.cookie ?? undefined,
    cgroup: row.cgroup_id ?? undefined,
    bytesSent: row.bytes_sent ?? undefined,
    bytesReceived: row.bytes_received ?? undefined,
    retransmits: row.retransmits,
    rttUs: row.rtt_us ?? undefined,
    steps: decodePath(row.opened_us, row.path),
  };
}

/** What `connectionOfValues` reads, as SQL writes it. */
export const SOCKET_SELECT = SOCKET_COLUMNS.join(', ');

/** A row of `SELECT ${SOCKET_SELECT}` as better-sqlite3 gives it in raw mode: a third of the time of rows as objects. */
export type SocketValues = readonly [
  id: number,
  lifeClass: number,
  openedUs: number,
  closedUs: number | null,
  netns: number,
  family: number,
  localAddr: string,
  localPort: number,
  remoteAddr: string,
  remotePort: number,
  state: number,
  states: number,
  origin: number,
  openedSource: number,
  closedSource: number | null,
  closeReason: number | null,
  openedNotBeforeUs: number | null,
  closedNotBeforeUs: number | null,
  pid: number | null,
  tid: number | null,
  comm: string | null,
  fd: number | null,
  uid: number | null,
  inode: number | null,
  cookie: number | null,
  cgroup: number | null,
  bytesSent: number | null,
  bytesReceived: number | null,
  retransmits: number,
  rttUs: number | null,
  path: string,
];

/** The connection of such a row. */
export function connectionOfValues(v: SocketValues): Connection {
  const pid = v[18] ?? undefined;
  return {
    id: v[0],
    netns: v[4],
    tuple: { family: v[5] === 6 ? 6 : 4, localAddr: v[6], localPort: v[7], remoteAddr: v[8], remotePort: v[9] },
    state: stateOfCode(v[10]) ?? 'UNCONN',
    openedUs: v[2],
    openedNotBeforeUs: v[16] ?? undefined,
    openedSource: SOURCES[v[13]] ?? 'snapshot',
    closedUs: v[3] ?? undefined,
    closedNotBeforeUs: v[17] ?? undefined,
    closedSource: v[14] === null ? undefined : SOURCES[v[14]],
    origin: ORIGINS[v[12]] ?? 'unknown',
    closeReason: v[15] === null ? undefined : CLOSE_REASONS[v[15]],
    pid,
    tid: v[19] ?? pid,
    comm: v[20] ?? undefined,
    fd: v[21] ?? undefined,
    uid: v[22] ?? undefined,
    inode: v[23] ?? undefined,
    cookie: v[24] ?? undefined,
    cgroup: v[25] ?? undefined,
    bytesSent: v[26] ?? undefined,
    bytesReceived: v[27] ?? undefined,
    retransmits: v[28],
    rttUs: v[29] ?? undefined,
    steps: decodePath(v[2], v[30]),
  };
}
