/** Which names resolved to which addresses, at a time and over time. */

import type Database from 'better-sqlite3';
import { plainAddress } from '../model/address.js';
import type { Interval } from '../model/interval.js';
import type { NameRecord } from '../model/name.js';
import { type NameRow, nameOfRow } from '../store/name-writer.js';
import { NetnsReuse } from './netns-reuse.js';

/**
 * `current`: the TTL of the last answer had not expired, or the line was in the hosts file. `expired`: it had expired, and no later
 * answer contradicts it; programs that cached the address still use it. `ended`: a later answer no longer lists the address, or the
 * line was removed.
 */
export type NameStatus = 'current' | 'expired' | 'ended';

export interface NameAt extends NameRecord {
  readonly status: NameStatus;
}

/** At most so many rows of one address are read: the newest. */
const MOST_ROWS = 500;
/** Records of one answer end together, within the tolerance with which their ends are written. */
const SAME_ANSWER_US = 1_000_000;

export class NameHistory {
  private readonly exists: boolean;

  /** @param reuse where several readers share it */
  constructor(
    private readonly database: Database.Database,
    private readonly reuse = new NetnsReuse(database),
  ) {
    const table = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'names'").get();
    this.exists = table !== undefined;
  }

  /**
   * The name of an address at `us`, undefined where none was seen by then. Of several: the one that was current then, from a
   * hosts file before DNS, as resolvers do; else the one that was current last. A v4-mapped address has the name of its
   * IPv4 address.
   * @param netns only names seen in the network namespace that had that inode number then; undefined: in all
   */
  nameAt(address: string, us: number, netns?: number): NameAt | undefined {
    return this.bestName(address, us, { ...this.within(netns, us), other: null });
  }

  /** `nameAt` in the namespaces with other inode numbers. */
  nameElsewhere(address: string, us: number, netns: number): NameAt | undefined {
    return this.bestName(address, us, { ...this.within(undefined, us), other: netns });
  }

  /** `nameAt` of one address and many times: its rows are read once. */
  namesOf(address: string, netns: number): (us: number) => NameAt | undefined {
    const rows = this.rows(NAMES_OF, { address: plainAddress(address), netns });
    if (rows.length === 0) return () => undefined;
    return (us) => {
      const { fromUs: sinceUs } = this.reuse.during(netns, us);
      return best(
        rows.filter(({ fromUs }) => fromUs <= us && fromUs >= sinceUs),
        us,
      );
    };
  }

  /**
   * The addresses of a name at `us`, in each network namespace and family: those that were current, or, where none was, those of
   * the last answer before, which are `expired` then.
   * @param whenUs when the inode number stood for the namespace that is meant
   */
  addressesOf(name: string, us: number, netns?: number, whenUs = us): NameAt[] {
    const views = new Map<string, NameAt[]>();
    for (const record of this.rows(ADDRESSES_OF, { name, us, ...this.within(netns, whenUs) })) {
      const key = `${record.netns} ${record.source} ${record.address.includes(':')}`;
      const view = views.get(key) ?? [];
      view.push({ ...record, status: statusAt(record, us) });
      views.set(key, view);
    }
    return [...views.values()].flatMap(lastAnswer);
  }

  /**
   * When a name that has an address no more at `us` was first seen without it, in one namespace: when another answer replaced it, or the
   * first later answer where its TTL had expired before; undefined where neither was seen.
   */
  leftUs({ name, address, netns, fromUs }: NameRecord, us: number): number | undefined {
    const within = this.within(netns, fromUs);
    const [last] = this.rows(LAST_OF, { name, address, ...within, us });
    if (last?.toUs === undefined || last.toUs > us) return undefined;
    const [next] = this.rows(NEXT_OF, {
      name,
      address,
      ...within,
      us,
      endUs: last.toUs,
      isV6: Number(address.includes(':')),
    });
    if (next !== undefined) return Math.max(next.fromUs, last.toUs);
    return last.ended === undefined ? undefined : last.toUs;
  }

  /** Every address that a name resolved to at some time in a window, including the one at its beginning. */
  addressesBetween(name: string, window: Interval): NameRecord[] {
    const within = this.rows(ADDRESSES_BETWEEN, { name, ...window });
    const known = new Set(within.map(identity));
    return [...this.addressesOf(name, window.fromUs).filter((record) => !known.has(identity(record))), ...within];
  }

  /** The records that touch a window, oldest first: of all names, or of one name or address (in canonical form). */
  *between(window: Interval, which: { name: string } | { address: string } | undefined): Generator<NameRecord> {
    if (!this.exists) return;
    const params = { ...window, ...which };
    const subject = which === undefined ? 'TRUE' : 'name' in which ? 'name = @name' : 'address = @address';
    const statement = this.database.prepare(
      `SELECT * FROM names WHERE ${subject} AND ${TOUCHES} ORDER BY from_us, name, address`,
    );
    for (const row of statement.iterate(params) as IterableIterator<NameRow>) yield nameOfRow(row);
  }

  private bestName(address: string, us: number, named: Readonly<Record<string, number | null>>): NameAt | undefined {
    return best(this.rows(NAME_AT, { address: plainAddress(address), us, ...named }), us);
  }

  /** The parameters of IN_NETNS: the namespace that had the inode number at `us`. */
  private within(
    netns: number | undefined,
    us: number,
  ): Readonly<Record<'netns' | 'sinceUs' | 'untilUs', number | null>> {
    if (netns === undefined) return { netns: null, sinceUs: null, untilUs: null };
    const { fromUs, toUs } = this.reuse.during(netns, us);
    return { netns, sinceUs: fromUs, untilUs: toUs };
  }

  private rows(sql: string, params: Readonly<Record<string, string | number | null>>): NameRecord[] {
    if (!this.exists) return [];
    return (this.statement(sql).all(params) as NameRow[]).map(nameOfRow);
  }

  private readonly statements = new Map<string, Database.Statement>();

  private statement(sql: string): Database.Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

const TOUCHES = 'from_us <= @toUs AND (to_us IS NULL OR to_us >= @fromUs)';
const IN_NETNS = '(@netns IS NULL OR (netns = @netns AND from_us BETWEEN @sinceUs AND @untilUs))';
const NAMED = `${IN_NETNS} AND (@other IS NULL OR netns <> @other)`;
/** The newest rows, and those of hosts files, which may be old and still valid. */
// `= +@address`: SQLite 3.54 prepares a statement with ORDER BY again for each value that it compares a column with, and not for an expression.
const NAME_AT = `
SELECT * FROM (
  SELECT * FROM names WHERE address = +@address AND from_us <= @us AND ${NAMED} ORDER BY from_us DESC LIMIT ${MOST_ROWS}
)
UNION
SELECT * FROM (
  SELECT * FROM names INDEXED BY names_of_hosts
  WHERE address = +@address AND source = 'hosts' AND from_us <= @us AND ${NAMED} ORDER BY from_us DESC LIMIT ${MOST_ROWS}
)`;
const NAMES_OF = `
SELECT * FROM names WHERE address = +@address AND netns = @netns ORDER BY from_us DESC LIMIT ${2 * MOST_ROWS}`;
const ADDRESSES_OF = `
SELECT * FROM names WHERE name = +@name AND from_us <= @us AND ${IN_NETNS} ORDER BY from_us DESC LIMIT ${MOST_ROWS}`;
const ADDRESSES_BETWEEN = `SELECT * FROM names WHERE name = @name AND ${TOUCHES} ORDER BY from_us`;

const LAST_OF = `
SELECT * FROM names WHERE name = +@name AND address = @address AND ${IN_NETNS} AND from_us <= @us
ORDER BY from_us DESC LIMIT 1`;
/** The first with another address of the same family that held then, or came later. */
const NEXT_OF = `
SELECT * FROM names WHERE name = +@name AND ${IN_NETNS} AND address <> @address AND (instr(address, ':') > 0) = @isV6
  AND from_us <= @us AND (from_us >= @endUs OR to_us IS NULL OR to_us > @endUs)
ORDER BY from_us LIMIT 1`;

function statusAt({ toUs, ended }: NameRecord, us: number): NameStatus {
  if (toUs === undefined || toUs > us) return 'current';
  return ended === undefined ? 'expired' : 'ended';
}

function best(records: readonly NameRecord[], us: number): NameAt | undefined {
  return records.map((record) => ({ ...record, status: statusAt(record, us) })).sort(byStatus)[0];
}

function byStatus(a: NameAt, b: NameAt): number {
  const isCurrent = Number(b.status === 'current') - Number(a.status === 'current');
  if (isCurrent !== 0) return isCurrent;
  if (a.status !== 'current') return (b.toUs ?? 0) - (a.toUs ?? 0) || b.fromUs - a.fromUs;
  return Number(b.source === 'hosts') - Number(a.source === 'hosts') || b.fromUs - a.fromUs;
}

/** Of the records of a name, the current ones; else those of its last answer, unless that was seen to end. */
function lastAnswer(records: readonly NameAt[]): NameAt[] {
  const current = records.filter(({ status }) => status === 'current');
  if (current.length > 0) return current;
  const lastUs = Math.max(...records.map(({ toUs }) => toUs ?? 0));
  return records.filter(({ toUs, status }) => status === 'expired' && (toUs ?? 0) >= lastUs - SAME_ANSWER_US);
}

function identity({ name, address, fromUs, source, netns }: NameRecord): string {
  return `${name} ${address} ${fromUs} ${source} ${netns}`;
}
