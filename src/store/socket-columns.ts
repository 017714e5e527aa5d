/** How a connection is stored in a row of the table `socket`. */

import type { Connection, LoggedConnection } from '../model/connection.js';
import type { FourTuple } from '../model/four-tuple.js';
import { packSteps, stepsOfText } from '../model/packed-steps.js';
import {
  closedSourceOfCode,
  closeReasonOfCode,
  codeOfCloseReason,
  codeOfOrigin,
  codeOfSource,
  FORESEEN,
  originOfCode,
  sourceOfCode,
} from '../model/stored-codes.js';
import { codeOfState, stateOfCode } from '../model/tcp-state.js';
import type { Value } from './bulk-insert.js';
import { lifeClass, OPEN_CLASS } from './life-class.js';

/**
 * What may change in a connection that is in TIME-WAIT: its end, and the cookie, which a snapshot may report later. In the
 * order in which `putEnding` writes them.
 */
export const ENDING_COLUMNS = [
  'life_class',
  'closed_us',
  'state',
  'states',
  'closed_source',
  'closed_not_before_us',
  'close_reason',
  'cookie',
  'path',
] as const;

/**
 * What never changes once a connection is written, except the local end of one that was written before it had a port. It
 * stays out of UPDATEs: SQLite would rewrite the row's entry in every index that has such a column.
 */
const CONSTANT_COLUMNS = [
  'id',
  'opened_us',
  'netns',
  'family',
  'local_addr',
  'local_port',
  'remote_addr',
  'remote_port',
  'origin',
  'opened_source',
  'opened_not_before_us',
] as const;

/** In the order in which `putSocketValues` writes them. */
export const SOCKET_COLUMNS = [
  ...CONSTANT_COLUMNS,
  'pid',
  'tid',
  'comm',
  'fd',
  'uid',
  'inode',
  'cgroup_id',
  'bytes_sent',
  'bytes_received',
  'retransmits',
  'rtt_us',
  ...ENDING_COLUMNS,
] as const;
/** What may change after a connection was first written, in the order in which `putChanging` writes them. */
export const CHANGING_COLUMNS = SOCKET_COLUMNS.slice(CONSTANT_COLUMNS.length);
const ENDING_AT = CHANGING_COLUMNS.length - ENDING_COLUMNS.length;

/** An UPDATE of these columns of one connection. */
export function updateOf(columns: readonly string[]): string {
  return `UPDATE socket SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;
}

/** An UPDATE of these columns of many connections; a row of parameters has the id, then the columns. */
export function updateManyOf(columns: readonly string[], rows: string): string {
  const sets = columns.map((column, index) => `${column} = v.column${index + 2}`);
  return `UPDATE socket SET ${sets.join(', ')} FROM (VALUES ${rows}) v WHERE socket.id = v.column1`;
}

/** Writes a connection's row to `values` from `at` on, in the order of SOCKET_COLUMNS. */
export function putSocketValues(values: Value[], at: number, c: Connection): void {
  const { tuple } = c;
  values[at] = c.id;
  values[at + 1] = c.openedUs;
  values[at + 2] = c.netns;
  values[at + 3] = tuple.family;
  values[at + 4] = tuple.localAddr;
  values[at + 5] = tuple.localPort;
  values[at + 6] = tuple.remoteAddr;
  values[at + 7] = tuple.remotePort;
  values[at + 8] = codeOfOrigin(c.origin);
  values[at + 9] = codeOfSource(c.openedSource);
  values[at + 10] = c.openedNotBeforeUs ?? null;
  putChanging(values, at + CONSTANT_COLUMNS.length, c);
}

/** Writes the CHANGING_COLUMNS of a connection to `values` from `at` on. */
export function putChanging(values: Value[], at: number, c: Connection): void {
  const { tid, pid } = c;
  values[at] = pid ?? null;
  values[at + 1] = tid === undefined || tid === pid ? null : tid;
  values[at + 2] = c.comm ?? null;
  values[at + 3] = c.fd ?? null;
  values[at + 4] = c.uid ?? null;
  values[at + 5] = c.inode ?? null;
  values[at + 6] = c.cgroup ?? null;
  values[at + 7] = c.bytesSent ?? null;
  values[at + 8] = c.bytesReceived ?? null;
  values[at + 9] = c.retransmits;
  values[at + 10] = c.rttUs ?? null;
  putEnding(values, at + ENDING_AT, c);
}

/**
 * The life class that a connection is written with. One that ended before the end that was foreseen keeps its class, which then is an upper
 * bound: its entries in the tables of closed connections stay where they are.
 */
export function writtenClass({ openedUs, closedUs, foreseenEnd, writtenEndUs }: Connection): number {
  const endUs = closedUs === undefined ? foreseenEnd?.closedUs : Math.max(closedUs, writtenEndUs ?? closedUs);
  return endUs === undefined ? OPEN_CLASS : lifeClass(endUs - openedUs);
}

/** Writes the ENDING_COLUMNS of a connection to `values` from `at` on. */
export function putEnding(values: Value[], at: number, c: Connection): void {
  const { closedUs, openedUs, closedSource, closeReason, foreseenEnd } = c;
  const packed = c.packed ?? packSteps(openedUs, c.steps);
  values[at] = writtenClass(c);
  if (foreseenEnd !== undefined) {
    values[at + 1] = foreseenEnd.closedUs;
    values[at + 2] = codeOfState('UNCONN');
    values[at + 3] = packed.states | (1 << codeOfState('UNCONN'));
    values[at + 4] = FORESEEN;
    values[at + 5] = foreseenEnd.notBeforeUs;
    values[at + 6] = codeOfCloseReason(closeReason ?? 'orderly');
    values[at + 7] = c.cookie ?? null;
    values[at + 8] = packed.textWithEnd(
      foreseenEnd.closedUs - openedUs,
      foreseenEnd.closedUs - foreseenEnd.notBeforeUs,
    );
    return;
  }
  values[at + 1] = closedUs ?? null;
  values[at + 2] = codeOfState(c.state);
  values[at + 3] = packed.states | (1 << codeOfState(c.state));
  values[at + 4] = closedSource === undefined ? null : codeOfSource(closedSource);
  values[at + 5] = c.closedNotBeforeUs ?? null;
  values[at + 6] = closeReason === undefined ? null : codeOfCloseReason(closeReason);
  values[at + 7] = c.cookie ?? null;
  values[at + 8] = packed.text();
}

/** Where CONNECTION_COLUMNS and LOGGED_COLUMNS have `opened_us`. */
export const OPENED_AT = 8;

/** Up to when the last run has recorded. */
export const REACHED_US = '(SELECT last_us FROM runs ORDER BY id DESC LIMIT 1)';

/** The condition for a connection to be in TIME-WAIT still: its row has an end that the last run has not reached. */
const UNREACHED = `closed_source = ${FORESEEN} AND closed_us > ${REACHED_US}`;

/** A column of the end, or what it is until that was reached. */
export const ended = (column: string, before = 'NULL') => `iif(${UNREACHED}, ${before}, ${column})`;

/** The column `path`, without a step that was not reached. */
export const PATH = ended('path', "json_remove(path, '$[#-1]')");

/** `end` gives the SQL of each column that an end which was not reached changes. */
function connectionColumns(end: (column: string, before?: string) => string, path: string): string {
  return `
  id, netns, family, local_addr, local_port, remote_addr, remote_port, ${end('state', String(codeOfState('TIME-WAIT')))},
  opened_us, opened_not_before_us, opened_source, ${end('closed_us')}, ${end('closed_not_before_us')}, ${end('closed_source')},
  origin, close_reason, pid, tid, comm, fd, uid, inode, cookie, cgroup_id, bytes_sent, bytes_received, retransmits, rtt_us,
  ${path}`;
}

/** The columns of `SocketValues`, for a SELECT whose rows come as arrays: objects take better-sqlite3 twice the time. */
export const CONNECTION_COLUMNS = connectionColumns(ended, PATH);

/** The same as they are written, with ends that were not reached. */
export const WRITTEN_COLUMNS = connectionColumns((column) => column, 'path');

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
    tuple: tupleOfValues(v),
    state: stateOfCode(v[7]) ?? 'UNCONN',
    openedUs: v[8],
    openedNotBeforeUs: v[9] ?? undefined,
    openedSource: sourceOfCode(v[10]) ?? 'snapshot',
    closedUs: v[11] ?? undefined,
    closedNotBeforeUs: v[12] ?? undefined,
    closedSource: v[13] === null ? undefined : closedSourceOfCode(v[13]),
    origin: originOfCode(v[14]) ?? 'unknown',
    closeReason: v[15] === null ? undefined : closeReasonOfCode(v[15]),
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
    steps: stepsOfText(v[8], v[28]),
  };
}

/** For the log, which reads a million transitions: half the columns take half the time. `id` and `opened_us` have the same places as above. */
export const LOGGED_COLUMNS = `
  id, netns, family, local_addr, local_port, remote_addr, remote_port, ${ended('closed_us')}, opened_us, origin, close_reason, pid,
  comm, fd, cgroup_id, ${PATH}`;

/** A row of LOGGED_COLUMNS. */
export type LoggedValues = readonly [
  id: number,
  netns: number,
  family: number,
  local_addr: string,
  local_port: number,
  remote_addr: string,
  remote_port: number,
  closed_us: number | null,
  opened_us: number,
  origin: number,
  close_reason: number | null,
  pid: number | null,
  comm: string | null,
  fd: number | null,
  cgroup_id: number | null,
  path: string,
];

/** The connection of a row, as far as the log shows it. */
export function loggedConnectionOfValues(v: LoggedValues): LoggedConnection {
  return {
    id: v[0],
    netns: v[1],
    tuple: tupleOfValues(v),
    openedUs: v[8],
    closedUs: v[7] ?? undefined,
    origin: originOfCode(v[9]) ?? 'unknown',
    closeReason: v[10] === null ? undefined : closeReasonOfCode(v[10]),
    pid: v[11] ?? undefined,
    comm: v[12] ?? undefined,
    fd: v[13] ?? undefined,
    cgroup: v[14] ?? undefined,
    steps: stepsOfText(v[8], v[15]),
  };
}

/** Both kinds of rows have the four-tuple at the same place. */
function tupleOfValues(v: SocketValues | LoggedValues): FourTuple {
  return { family: v[2] === 6 ? 6 : 4, localAddr: v[3], localPort: v[4], remoteAddr: v[5], remotePort: v[6] };
}
