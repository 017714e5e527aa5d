/** A history, or a part of it, as the rows of all its tables. */

import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { RowKind, RowKinds } from '../model/history-rows.js';
import type { Interval } from '../model/interval.js';
import { type PlainKind, plainRows } from '../store/history-tables.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../store/socket-columns.js';
import { idsOf } from './connections-by-ports.js';
import { livesBetween } from './lives.js';
import { HAPPENED, LASTED } from './within.js';

export interface HistoryPart {
  /** On the columns of the table `socket`; undefined: all connections, and the rows that belong to none. */
  readonly condition: Condition | undefined;
  /** Times, inclusive; undefined: all. */
  readonly window: Interval | undefined;
}

export type HistoryRow = { [Kind in RowKind]: { readonly kind: Kind; readonly row: RowKinds[Kind] } }[RowKind];

/** The condition for a row to touch the time from @fromUs to @toUs. In this order; connections come before the rows that belong to them. */
const WITHIN: Readonly<Partial<Record<PlainKind, string>>> = {
  run: 'v.started_us <= @toUs AND coalesce(v.ended_us, v.last_us) >= @fromUs',
  cgroup: '1',
  gap: 'v.from_us <= @toUs AND v.to_us >= @fromUs',
  pruning: '1',
  snapshot: HAPPENED,
  name: LASTED,
  namespace: LASTED,
  thread: LASTED,
  sockstat: HAPPENED,
  bound: LASTED,
  timewaits: HAPPENED,
};
const OF_A_CONNECTION: readonly PlainKind[] = ['owner', 'event', 'sample'];

/**
 * The rows of a part of a history: connections that fulfil the condition and existed in the time, each with all its
 * rows, also those outside the time; of the other tables, the rows that touch the time. To be read within one transaction.
 */
export function* historyRows(database: Database.Database, part: HistoryPart): Generator<HistoryRow> {
  const { condition, window } = part;
  const isWhole = condition === undefined && window === undefined;
  for (const [kind, within] of Object.entries(WITHIN) as [PlainKind, string][]) {
    yield* rowsOf(database, kind, { sql: window === undefined ? '1' : within, params: { ...window } });
  }
  const chosen = chosenIds(part);
  const connections = database
    .prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket ${isWhole ? '' : `WHERE id IN (${chosen.sql})`} ORDER BY id`)
    .raw()
    .iterate(isWhole ? {} : chosen.params) as IterableIterator<SocketValues>;
  for (const values of connections) yield { kind: 'connection', row: connectionOfValues(values) };
  for (const kind of OF_A_CONNECTION) {
    yield* rowsOf(
      database,
      kind,
      isWhole ? { sql: '1', params: {} } : { ...chosen, sql: `v.connection_id IN (${chosen.sql})` },
    );
  }
  if (condition !== undefined || window === undefined) return;
  yield* rowsOf(database, 'event', {
    sql: 'v.connection_id IS NULL AND v.at_us BETWEEN @fromUs AND @toUs',
    params: { ...window },
  });
}

function chosenIds({ condition, window }: HistoryPart): Condition {
  return {
    sql:
      window === undefined ? idsOf(condition ?? ALWAYS) : livesBetween({ select: 'id', where: condition?.sql ?? '1' }),
    params: { ...condition?.params, ...window },
  };
}

function* rowsOf(database: Database.Database, kind: PlainKind, { sql, params }: Condition): Generator<HistoryRow> {
  for (const row of plainRows(database, kind, sql, params)) yield { kind, row } as HistoryRow;
}
