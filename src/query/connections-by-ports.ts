/** The connections with certain ports, as SQL over the table closed_port (block, remote, local, from_us, connection_id). */
import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import { IN_TAIL } from '../store/closed-index.js';
import { LAST_CLASS, OPEN_CLASS } from '../store/life-class.js';
import { lifeRange } from './lives.js';

/** By one port alone, only lives up to this class (5 hours) are searched: few connections of longer classes exist at any time. */
const LAST_SHORT_CLASS = 17;
/** With more connections than this on a port, the table over lives is faster. */
const MOST_ROWS = 20_000;

/** What to select from the connections with certain ports. */
interface PortsQuery {
  readonly ports: { readonly remote: number | string; readonly local?: number | string | undefined };
  /** Columns of the table `socket`. */
  readonly select: string;
  /** A further condition on the columns of the table `socket`. */
  readonly where: string;
  /** A further condition on those of `closed_port`, whose column `from_us` has the opening. */
  readonly coveredWhere?: string;
}

/**
 * One SELECT for all connections with a remote port, and perhaps a local one: a number or a parameter. A UNION ALL of the covered
 * closed ones, block by block, of the open ones, and of the tail.
 */
export function socketsWithPorts({ ports, select, where, coveredWhere = '1' }: PortsQuery): string {
  const { remote, local } = ports;
  const covered = `remote = ${remote}${local === undefined ? '' : ` AND local = ${local}`} AND ${coveredWhere}`;
  const others = `remote_port = ${remote}${local === undefined ? '' : ` AND local_port = ${local}`} AND (${where})`;
  return `SELECT ${select} FROM socket WHERE life_class = ${OPEN_CLASS} AND ${others}
    UNION ALL SELECT ${select} FROM socket WHERE ${IN_TAIL} AND ${others}
    UNION ALL SELECT ${select} FROM closed_port CROSS JOIN socket ON socket.id = connection_id WHERE ${covered} AND (${where})`;
}

/** One SELECT for the ids of all connections that fulfil a condition, in their order; quick where it has certain ports. */
export function idsOf({ sql, ports }: Condition): string {
  if (ports === undefined) return `SELECT id FROM socket WHERE ${sql}`;
  // Without a LIMIT, SQLite may leave out the order of a subquery.
  return `SELECT id FROM (${socketsWithPorts({ ports, select: 'id', where: sql })}) ORDER BY id LIMIT -1`;
}

export interface FoundByPorts<Row> {
  /** In the order of their opening. */
  readonly rows: readonly Row[];
  /** They are all that are open or in the tail, and all others of the life classes up to this one. */
  readonly lastClass: number;
}

/**
 * The connections that existed at some time from `fromUs` to `toUs`, by the table over ports; undefined where the condition has
 * no such ports, or where too many connections have them. What the table itself has (ports, opening) is compared before the row is
 * read. `openedAt`: where the columns have `opened_us`; they have the id first.
 */
export function connectionsByPorts<Row extends readonly (string | number | null)[]>(
  database: Database.Database,
  fromUs: number,
  toUs: number,
  condition: Condition,
  { columns, openedAt }: { readonly columns: string; readonly openedAt: number },
): FoundByPorts<Row> | undefined {
  const { ports } = condition;
  if (ports === undefined) return undefined;
  const lastClass = ports.local === undefined ? LAST_SHORT_CLASS : LAST_CLASS;
  const { earliestUs } = lifeRange(lastClass, fromUs, toUs);
  const statement = socketsWithPorts({
    ports,
    select: columns,
    where: `(${condition.sql}) AND opened_us <= @toUs AND coalesce(closed_us, @toUs) >= @fromUs`,
    coveredWhere: 'from_us BETWEEN @earliestUs AND @toUs AND life_class <= @lastClass',
  });
  const rows = database
    .prepare(`${statement} LIMIT ${MOST_ROWS + 1}`)
    .raw()
    .all({ ...condition.params, lastClass, earliestUs, fromUs, toUs }) as Row[];
  if (rows.length > MOST_ROWS) return undefined;
  return {
    rows: rows.sort((a, b) => Number(a[openedAt]) - Number(b[openedAt]) || Number(a[0]) - Number(b[0])),
    lastClass,
  };
}
