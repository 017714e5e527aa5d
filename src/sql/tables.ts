import type Database from 'better-sqlite3';
import { MAY_LACK_TRANSITIONS } from '../model/gap.js';
import type { Place } from '../model/place.js';
import { shownState } from '../model/tcp-state.js';
import { isoTime } from '../model/time-text.js';
import { timesTwice } from '../query/clock-set-back.js';
import { missingBeforeSnapshot } from '../query/first-snapshot.js';
import { Places } from '../query/places.js';
import { type SocketAt, socketsAt } from '../query/point-in-time.js';
import { recordedSpan } from '../query/span.js';
import { readPruned } from '../store/prunings.js';
import type { SqlTime } from './functions.js';
import { type SsFilters, ssRows } from './ss-table.js';

type Cell = string | number | null;

/** One declaration a column of `sockets_at`. */
const SOCKET_AT_COLUMNS: readonly (readonly [string, (socket: SocketAt, place: Place) => Cell | undefined])[] = [
  ['connection_id', ({ connection }) => connection.id],
  ['netns', ({ connection }) => connection.netns],
  ['family', ({ connection }) => connection.tuple.family],
  ['state', ({ state }) => shownState(state)],
  ['local_addr', ({ connection }) => connection.tuple.localAddr],
  ['local_port', ({ connection }) => connection.tuple.localPort],
  ['remote_addr', ({ connection }) => connection.tuple.remoteAddr],
  ['remote_port', ({ connection }) => connection.tuple.remotePort],
  ['since_us', ({ since }) => since.atUs],
  ['age_us', ({ ageUs }) => ageUs],
  ['source', ({ source }) => source],
  ['uncertain', ({ uncertain }) => (uncertain ? 1 : 0)],
  ['pid', ({ connection }) => connection.pid],
  ['comm', ({ connection }) => connection.comm],
  ['uid', ({ connection }) => connection.uid],
  ['inode', ({ connection }) => connection.inode],
  ['opened_us', ({ connection }) => connection.openedUs],
  ['recv_q', ({ sample }) => sample?.row.recv_q],
  ['send_q', ({ sample }) => sample?.row.send_q],
  ['timer', ({ sample }) => sample?.row.timer],
  ['timer_ms', ({ sample }) => sample?.row.timer_ms],
  ['retrans', ({ sample }) => sample?.row.retrans],
  ['rtt_us', ({ sample }) => sample?.row.rtt_us],
  ['sampled_us', ({ sample }) => sample?.row.at_us],
  ['netns_name', (_, { netnsName }) => netnsName],
  ['cgroup', (_, { cgroup }) => cgroup?.path],
  ['container', (_, { cgroup }) => cgroup?.container],
  ['pod', (_, { cgroup }) => cgroup?.pod],
  ['unit', (_, { cgroup }) => cgroup?.unit],
];

export const SOCKETS_AT_COLUMNS: readonly string[] = SOCKET_AT_COLUMNS.map(([name]) => name);

/** What the tables of one statement need. */
export interface TableContext {
  /** Another handle on the same file: the first one is busy with the statement. */
  readonly lookups: Database.Database;
  readonly time: SqlTime;
  /** Of each ss() in the statement. */
  readonly filters: SsFilters;
  /** Reports what limits an answer: gaps, times that were not recorded. */
  readonly note: (text: string) => void;
}

/** Registers `sockets_at(t)` and `ss(filter, since, until)`. */
export function registerTables(database: Database.Database, context: () => TableContext): void {
  database.table('sockets_at', {
    columns: [...SOCKETS_AT_COLUMNS],
    parameters: ['at'],
    *rows(at: unknown) {
      yield* socketRows(context(), at);
    },
  });
  const columns = database.prepare('SELECT * FROM connections LIMIT 0').columns();
  database.table('ss', {
    columns: columns.map(({ name }) => name),
    parameters: ['filter', 'since', 'until'],
    *rows(filter: unknown, since?: unknown, until?: unknown) {
      const { lookups, filters, note } = context();
      yield* ssRows(lookups, filters, [filter, since, until], note);
    },
  });
}

function* socketRows({ lookups, time, note }: TableContext, at: unknown): Generator<Cell[]> {
  const atUs = time(at);
  if (atUs === undefined) return;
  noteLimits(lookups, atUs, note);
  const places = new Places(lookups);
  for (const socket of socketsAt(lookups, atUs, { details: true })) {
    const place = places.at(socket.connection, atUs);
    yield SOCKET_AT_COLUMNS.map(([, value]) => value(socket, place) ?? null);
  }
}

/** An empty answer can mean that nothing was recorded: it must not look like a host without sockets. */
function noteLimits(database: Database.Database, atUs: number, note: (text: string) => void): void {
  const span = recordedSpan(database);
  if (span === undefined || atUs < span.fromUs || atUs > span.toUs) {
    const recorded = span === undefined ? 'nothing is recorded' : `${isoTime(span.fromUs)} to ${isoTime(span.toUs)}`;
    note(`sockets_at(${isoTime(atUs)}): outside the recorded time: ${recorded}`);
  }
  const pruned = readPruned(database);
  if (pruned !== undefined && atUs <= pruned.throughUs) {
    note(
      `sockets_at(${isoTime(atUs)}): pruned: connections that closed up to ${isoTime(pruned.throughUs)} were deleted`,
    );
  }
  const gap = database
    .prepare(`SELECT reason FROM gaps WHERE from_us <= @atUs AND to_us >= @atUs AND ${MAY_LACK_TRANSITIONS} LIMIT 1`)
    .pluck()
    .get({ atUs });
  if (gap !== undefined) note(`sockets_at(${isoTime(atUs)}): in a gap (${gap}): the answer may be incomplete`);
  for (const text of timesTwice(database, { fromUs: atUs, toUs: atUs }, isoTime))
    note(`sockets_at(${isoTime(atUs)}): ${text}`);
  const missing = missingBeforeSnapshot(database, atUs, undefined);
  if (missing !== undefined) note(`sockets_at(${isoTime(atUs)}): no snapshot had been taken yet: ${missing}`);
}
