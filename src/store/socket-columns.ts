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
import { packSteps } from '../model/packed-steps.js';
import { codeOfState, stateOfCode } from '../model/tcp-state.js';
import type { Value } from './bulk-insert.js';
import { lifeClass, OPEN_CLASS } from './life-class.js';
import { decodePath } from './path-codec.js';

const ORIGIN_CODES = codesOf<Origin>(ORIGINS);
const REASON_CODES = codesOf<CloseReason>(CLOSE_REASONS);
const SOURCE_CODES = codesOf<Source>(SOURCES);

function codesOf<T extends string>(names: readonly T[]): Readonly<Record<T, number>> {
  return Object.fromEntries(names.map((name, code) => [name, code])) as Record<T, number>;
}

/** In the order in which `putSocketValues` writes them. */
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

/** Writes a connection's row to `values` from `at` on, in the order of SOCKET_COLUMNS. */
export function putSocketValues(values: Value[], at: number, c: Connection): void {
  const { tuple, closedUs, openedUs, closedSource, closeReason, tid, pid } = c;
  const packed = c.packed ?? packSteps(openedUs, c.steps);
  values[at] = c.id;
  values[at + 1] = closedUs === undefined ? OPEN_CLASS : lifeClass(closedUs - openedUs);
  values[at + 2] = openedUs;
  values[at + 3] = closedUs ?? null;
  values[at + 4] = c.netns;
  values[at + 5] = tuple.family;
  values[at + 6] = tuple.localAddr;
  values[at + 7] = tuple.localPort;
  values[at + 8] = tuple.remoteAddr;
  values[at + 9] = tuple.remotePort;
  values[at + 10] = codeOfState(c.state);
  values[at + 11] = packed.states | (1 << codeOfState(c.state));
  values[at + 12] = ORIGIN_CODES[c.origin];
  values[at + 13] = SOURCE_CODES[c.openedSource];
  values[at + 14] = closedSource === undefined ? null : SOURCE_CODES[closedSource];
  values[at + 15] = closeReason === undefined ? null : REASON_CODES[closeReason];
  values[at + 16] = c.openedNotBeforeUs ?? null;
  values[at + 17] = c.closedNotBeforeUs ?? null;
  values[at + 18] = pid ?? null;
  values[at + 19] = tid === undefined || tid === pid ? null : tid;
  values[at + 20] = c.comm ?? null;
  values[at + 21] = c.fd ?? null;
  values[at + 22] = c.uid ?? null;
  values[at + 23] = c.inode ?? null;
  values[at + 24] = c.cookie ?? null;
  values[at + 25] = c.cgroup ?? null;
  values[at + 26] = c.bytesSent ?? null;
  values[at + 27] = c.bytesReceived ?? null;
  values[at + 28] = c.retransmits;
  values[at + 29] = c.rttUs ?? null;
  values[at + 30] = packed.text();
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
