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

/** The columns of `SocketValues`, for a SELECT whose rows come as arrays: objects take better-sqlite3 twice the time. */
export const CONNECTION_COLUMNS = `
  id, netns, family, local_addr, local_port, remote_addr, remote_port, state, opened_us, opened_not_before_us,
  opened_source, closed_us, closed_not_before_us, closed_source, origin, close_reason, pid, tid, comm, fd, uid,
  inode, cookie, cgroup_id, bytes_sent, bytes_received, retransmits, rtt_us, path`;

/** A row of CONNECTION_COLUMNS. */
export type SocketValues = readonly [
  id: number,
  netns: number,
  family: number,
  local_addr: string,
  local_port: number,
  remote_addr: string,
  remote_port: number,
  state: number,
  opened_us: number,
  opened_not_before_us: number | null,
  opened_source: number,
  closed_us: number | null,
  closed_not_before_us: number | null,
  closed_source: number | null,
  origin: number,
  close_reason: number | null,
  pid: number | null,
  tid: number | null,
  comm: string | null,
  fd: number | null,
  uid: number | null,
  inode: number | null,
  cookie: number | null,
  cgroup_id: number | null,
  bytes_sent: number | null,
  bytes_received: number | null,
  retransmits: number,
  rtt_us: number | null,
  path: string,
];

/** The connection of a row. */
export function connectionOfValues(v: SocketValues): Connection {
  return {
    id: v[0],
    netns: v[1],
    tuple: {
      family: v[2] === 6 ? 6 : 4,
      localAddr: v[3],
      localPort: v[4],
      remoteAddr: v[5],
      remotePort: v[6],
    },
    state: stateOfCode(v[7]) ?? 'UNCONN',
    openedUs: v[8],
    openedNotBeforeUs: v[9] ?? undefined,
    openedSource: SOURCES[v[10]] ?? 'snapshot',
    closedUs: v[11] ?? undefined,
    closedNotBeforeUs: v[12] ?? undefined,
    closedSource: v[13] === null ? undefined : SOURCES[v[13]],
    origin: ORIGINS[v[14]] ?? 'unknown',
    closeReason: v[15] === null ? undefined : CLOSE_REASONS[v[15]],
    pid: v[16] ?? undefined,
    tid: v[17] ?? v[16] ?? undefined,
    comm: v[18] ?? undefined,
    fd: v[19] ?? undefined,
    uid: v[20] ?? undefined,
    inode: v[21] ?? undefined,
    cookie: v[22] ?? undefined,
    cgroup: v[23] ?? undefined,
    bytesSent: v[24] ?? undefined,
    bytesReceived: v[25] ?? undefined,
    retransmits: v[26],
    rttUs: v[27] ?? undefined,
    steps: decodePath(v[8], v[28]),
  };
}
