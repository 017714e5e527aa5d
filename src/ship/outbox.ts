/** The local database as the outbox of what is shipped: ended connections in the order in which they ended. */
import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { SstoryError } from '../model/error.js';
import type { Gap } from '../model/gap.js';
import type { Run } from '../model/run.js';
import { TIMER_KINDS } from '../model/socket-row.js';
import { GAP_COLUMNS, gapOfRow } from '../query/gaps.js';
import { CLOSING_COLUMNS, type Closing, type ClosingValues, closingOf } from '../store/closings.js';
import { openForReading, versionOf } from '../store/database.js';
import { OPEN_CLASS } from '../store/life-class.js';
import { SCHEMA_VERSION } from '../store/migration.js';
import { readRuns } from '../store/runs.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../store/socket-columns.js';
import type { LastSample } from './open-standing.js';
import { COUNT_ORDINARY, ORDINARY, type OrdinaryValues } from './ordinary.js';
import type { Range } from './state.js';

/** A segment to be read: connections that ended in one run, numbered `first` to `last`. */
export interface Plan extends Range {
  readonly run: Run | undefined;
  readonly ids: readonly number[];
  /** From when to when they were committed, microseconds. */
  readonly fromUs: number;
  readonly toUs: number;
  /** Up to when the history is complete with it and all before it; 0: not known. */
  readonly throughUs: number;
  /** Numbers before it that were deleted without being shipped. */
  readonly lost: number;
}

/** What a plan may hold. */
export interface PlanLimits {
  readonly mostRows: number;
  /** Commits after this time are left for the next one: their rows may still be written again. Infinity: none are. */
  readonly settledUs: number;
}

/** An ended connection with its number. */
export interface Numbered {
  readonly seq: number;
  readonly connection: Connection;
}

export interface KeptGap extends Gap {
  readonly id: number;
}

/** A row of the table `events`. */
export interface KeptEvent {
  readonly event_id: number;
  readonly connection_id: number | null;
  readonly at_us: number;
  readonly kind: string;
  readonly detail: string;
}

const LAST_SAMPLES = `
SELECT s.connection_id AS id, s.at_us, s.recv_q, s.send_q, s.timer, s.retrans, s.last_data_sent_ms
FROM json_each(?) AS wanted CROSS JOIN sample s ON s.connection_id = wanted.value
  AND s.at_us = (SELECT max(at_us) FROM sample WHERE connection_id = wanted.value)`;

/** Ids that one statement reads. */
const PAGE = 500;

export class Outbox {
  /** `file.uuid`. */
  readonly file: string;
  private readonly database: Database.Database;
  private readonly inode: number;
  private readonly after: Database.Statement;
  private readonly last: Database.Statement;
  private readonly connections: Database.Statement;
  /** Without ordinary short ones. */
  private readonly others: Database.Statement;
  private countOrdinary: Database.Statement | undefined;
  private eventsOf: Database.Statement | undefined;
  private lastSamplesOf: Database.Statement | undefined;
  private runs: readonly Run[] = [];

  /**
   * Opens the database on a connection of its own, which only reads.
   * @throws SstoryError `older-schema`, and those of `openForReading`
   */
  constructor(readonly path: string) {
    this.database = openForReading(path);
    try {
      // Each row is read once. Mapped pages would count as memory of this process, up to the size of the file.
      this.database.pragma('mmap_size = 0');
      requirePresentSchema(path);
      this.inode = statSync(path).ino;
      this.file = String(this.database.prepare('SELECT uuid FROM file').pluck().get());
      this.after = this.database.prepare(`SELECT ${CLOSING_COLUMNS} FROM closings WHERE seq > ? ORDER BY seq`).raw();
      this.last = this.database.prepare('SELECT coalesce(max(seq), 0) FROM closings').pluck();
      const byIds = `SELECT ${CONNECTION_COLUMNS} FROM socket WHERE id IN (SELECT value FROM json_each(?))`;
      this.connections = this.database.prepare(byIds).raw();
      this.others = this.database.prepare(`${byIds} AND NOT ${ORDINARY}`).raw();
    } catch (error) {
      this.database.close();
      throw error;
    }
  }

  /** For what belongs to its connections. */
  get handle(): Database.Database {
    return this.database;
  }

  /** Whether the path leads to another file by now. */
  get isReplaced(): boolean {
    return statSync(this.path, { throwIfNoEntry: false })?.ino !== this.inode;
  }

  /** The number of the connection that ended last; 0: none has. */
  lastSeq(): number {
    return this.last.get() as number;
  }

  /** The number of the oldest connection whose end is listed; one more than the last where none is. */
  firstSeq(): number {
    const first = this.database.prepare('SELECT seq - count + 1 FROM closings ORDER BY seq LIMIT 1').pluck().get();
    return (first as number | undefined) ?? this.lastSeq() + 1;
  }

  /** All runs, oldest first. */
  allRuns(): readonly Run[] {
    const newest = this.database.prepare('SELECT max(id) FROM runs').pluck().get() as number | null;
    if (newest !== null && this.runs.at(-1)?.id !== newest) this.runs = readRuns(this.database);
    return this.runs;
  }

  /** Up to when the history is complete, microseconds; 0: it has no run. */
  reachedUs(): number {
    const run = this.database.prepare('SELECT max(id), last_us, ended_us FROM runs').raw().get() as unknown[];
    return Number(run[2] ?? run[1] ?? 0);
  }

  /** What to ship after the number `sent`; undefined: nothing is due. A plan ends where a run does. */
  plan(sent: number, { mostRows, settledUs }: PlanLimits): Plan | undefined {
    const ids: number[] = [];
    let [first, run, fromUs, toUs, throughUs] = [0, 0, 0, 0, 0];
    for (const values of this.after.iterate(sent) as IterableIterator<ClosingValues>) {
      const closing = closingOf(values);
      if (closing.atUs > settledUs || (ids.length > 0 && closing.run !== run)) break;
      const own = firstOf(closing);
      if (ids.length === 0) {
        first = Math.max(own, sent + 1);
        run = closing.run;
        fromUs = closing.atUs;
      } else if (own !== first + ids.length) break;
      const from = first + ids.length - own;
      const taken = closing.ids.slice(from, from + mostRows - ids.length);
      for (const id of taken) ids.push(id);
      toUs = Math.max(toUs, closing.atUs);
      // Its time is reached with the last of them.
      if (from + taken.length === closing.count) throughUs = closing.throughUs;
      if (ids.length >= mostRows) break;
    }
    if (ids.length === 0) return undefined;
    const last = first + ids.length - 1;
    const found = this.allRuns().find(({ id }) => id === run);
    return { first, last, run: found, ids, fromUs, toUs, throughUs, lost: first - sent - 1 };
  }

  /** The plan of a range that was begun before; what was deleted since is missing from its end or its beginning. */
  planAgain({ first, last }: Range): Plan | undefined {
    const plan = this.plan(first - 1, { mostRows: last - first + 1, settledUs: Number.POSITIVE_INFINITY });
    if (plan === undefined || plan.first > last) return undefined;
    const ids = plan.ids.slice(0, last - plan.first + 1);
    return { ...plan, last: plan.first + ids.length - 1, ids };
  }

  /** The connections of a plan, in order; without those that were deleted; `others`: without the ordinary ones. */
  *read({ first, ids }: Plan, which: 'all' | 'others' = 'all'): Generator<Numbered, void, undefined> {
    const statement = which === 'all' ? this.connections : this.others;
    for (let at = 0; at < ids.length; at += PAGE) {
      const page = ids.slice(at, at + PAGE);
      const found = new Map<number, Connection>();
      for (const values of statement.all(JSON.stringify(page)) as SocketValues[])
        found.set(values[0], connectionOfValues(values));
      for (const [index, id] of page.entries()) {
        const connection = found.get(id);
        if (connection !== undefined) yield { seq: first + at + index, connection };
      }
    }
  }

  /** The ordinary short ones of a plan, counted. */
  ordinary({ ids }: Plan): readonly OrdinaryValues[] {
    this.countOrdinary ??= this.database.prepare(COUNT_ORDINARY).raw();
    return this.countOrdinary.all(JSON.stringify(ids)) as OrdinaryValues[];
  }

  /** Connections that are open since `byUs`, microseconds, without those whose end is written ahead. */
  *open(byUs: number): Generator<Connection, void, undefined> {
    const page = this.database
      .prepare(
        `SELECT ${CONNECTION_COLUMNS} FROM socket
         WHERE life_class = ${OPEN_CLASS} AND opened_us <= @byUs AND (opened_us, id) > (@afterUs, @afterId)
         ORDER BY opened_us, id LIMIT ${PAGE}`,
      )
      .raw();
    let after = { afterUs: Number.MIN_SAFE_INTEGER, afterId: 0 };
    for (;;) {
      const rows = page.all({ byUs, ...after }) as SocketValues[];
      for (const values of rows) yield connectionOfValues(values);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = { afterUs: last[8], afterId: last[0] };
    }
  }

  /** These connections, without those that were deleted. */
  *byId(ids: readonly number[]): Generator<Connection, void, undefined> {
    for (let at = 0; at < ids.length; at += PAGE)
      for (const values of this.connections.all(JSON.stringify(ids.slice(at, at + PAGE))) as SocketValues[])
        yield connectionOfValues(values);
  }

  /** Gaps with higher ids, at most `count`, without those about shipping: the numbers of segments show these. */
  gaps(afterId: number, count: number): KeptGap[] {
    const rows = this.database
      .prepare(`SELECT id, ${GAP_COLUMNS} FROM gaps WHERE id > ? AND scope <> 'shipping' ORDER BY id LIMIT ?`)
      .all(afterId, count) as (Parameters<typeof gapOfRow>[0] & { id: number })[];
    return rows.map((row) => ({ ...gapOfRow(row), id: row.id }));
  }

  /** What happened to connections, by their ids. */
  events(ids: readonly number[]): KeptEvent[] {
    this.eventsOf ??= this.database.prepare(
      `SELECT e.id AS event_id, e.connection_id, e.at_us, e.kind, e.detail
       FROM json_each(?) AS wanted CROSS JOIN events e ON e.connection_id = wanted.value`,
    );
    return this.eventsOf.all(JSON.stringify(ids)) as KeptEvent[];
  }

  /** The id of the last event; 0: none is recorded. */
  lastEventId(): number {
    return this.database.prepare('SELECT coalesce(max(id), 0) FROM events').pluck().get() as number;
  }

  /** Events with ids after one and up to another, at most `count`; `loose`: only those without a connection. */
  eventsBetween(afterId: number, upToId: number, count: number, which: 'all' | 'loose'): KeptEvent[] {
    return this.database
      .prepare(
        `SELECT id AS event_id, connection_id, at_us, kind, detail FROM events
         WHERE ${which === 'loose' ? 'connection_id IS NULL AND' : ''} id > ? AND id <= ? ORDER BY id LIMIT ?`,
      )
      .all(afterId, upToId, count) as KeptEvent[];
  }

  /** Their last samples, by id; without those of which none was taken. */
  lastSamples(ids: readonly number[]): Map<number, LastSample> {
    this.lastSamplesOf ??= this.database.prepare(LAST_SAMPLES);
    const rows = this.lastSamplesOf.all(JSON.stringify(ids)) as (Omit<LastSample, 'timer'> & { timer: number })[];
    return new Map(rows.map((row) => [row.id, { ...row, timer: TIMER_KINDS[row.timer] ?? 'unknown' }]));
  }

  /** Connections that ended in a second, over the last `overUs` before `nowUs`. */
  inflow(nowUs: number, overUs: number): number {
    const before = this.database
      .prepare('SELECT seq FROM closings WHERE at_us < ? ORDER BY seq DESC LIMIT 1')
      .pluck()
      .get(nowUs - overUs) as number | undefined;
    return ((this.lastSeq() - (before ?? 0)) / overUs) * 1e6;
  }

  close(): void {
    this.database.close();
  }
}

/** The number of the first connection in it. */
function firstOf({ seq, count }: Closing): number {
  return seq - count + 1;
}

function requirePresentSchema(path: string): void {
  const version = versionOf(path);
  const hint = `sstory migrate --db ${path} upgrades it; so does sstory record`;
  if (version < SCHEMA_VERSION)
    throw new SstoryError('older-schema', `${path} has schema version ${version}, ship needs ${SCHEMA_VERSION}`, {
      hint,
    });
}
