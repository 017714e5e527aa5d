import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import type { ChangedConnection, HistoryBatch, SnapshotRecord } from '../model/history-batch.js';
import type { Ownership } from '../model/owner.js';
import { encodeAdditions } from './additions-codec.js';
import { BulkInsert, BulkStatement, type Put, putColumns } from './bulk-insert.js';
import { ClosedIndex } from './closed-index.js';
import { Closings } from './closings.js';
import { EarlyEnds } from './early-ends.js';
import { GapRows } from './gap-rows.js';
import { HostTables } from './host-tables.js';
import { NamespaceTable } from './namespace-table.js';
import { ProvisionalGaps } from './provisional-gaps.js';
import { SampleTable } from './sample-table.js';
import {
  CHANGING_COLUMNS,
  ENDING_COLUMNS,
  putChanging,
  putEnding,
  putSocketValues,
  SOCKET_COLUMNS,
  updateManyOf,
} from './socket-columns.js';

/** How long the additions of each commit are kept for followers (`log -f`), microseconds. */
const RECENT_US = 10_000_000;

/** Writes history batches, each in one transaction. A database has one writer at a time. */
export class HistoryWriter {
  private readonly sockets: BulkInsert<Connection>;
  private readonly changes: BulkStatement<Connection>;
  private readonly endings: BulkStatement<Connection>;
  private readonly tuple: Database.Statement;
  private readonly events: BulkInsert<ConnectionEvent>;
  private readonly samples: SampleTable;
  private readonly snapshots: BulkInsert<SnapshotRecord>;
  private readonly gaps: GapRows;
  private readonly openGaps: ProvisionalGaps;
  private readonly closed: ClosedIndex;
  private readonly early: EarlyEnds;
  private readonly closings: Closings;
  private readonly namespaces: NamespaceTable;
  private readonly host: HostTables;
  private readonly owner: Database.Statement;
  private readonly recent: Database.Statement;
  private readonly trimRecent: Database.Statement;
  private readonly writeBatch: (batch: HistoryBatch, nowUs: number) => void;

  /** `pass`: how many connections the tables of closed ones take at once. */
  constructor(
    private readonly database: Database.Database,
    pass?: number,
  ) {
    this.sockets = new BulkInsert(database, { table: 'socket', columns: SOCKET_COLUMNS, put: putSocketValues });
    this.changes = updates(database, CHANGING_COLUMNS, putChanging);
    this.endings = updates(database, ENDING_COLUMNS, putEnding);
    this.tuple = database.prepare('UPDATE socket SET local_addr = ?, local_port = ? WHERE id = ? AND local_port <> ?');
    this.events = new BulkInsert(database, {
      table: 'events',
      columns: ['connection_id', 'at_us', 'kind', 'detail'],
      put: putColumns<ConnectionEvent>([(e) => e.connectionId, (e) => e.atUs, (e) => e.kind, (e) => e.detail]),
    });
    this.samples = new SampleTable(database);
    this.snapshots = new BulkInsert(database, {
      table: 'snapshots',
      columns: ['at_us', 'netns', 'sockets', 'took_us', 'complete', 'next_us', 'owners'],
      put: putColumns<SnapshotRecord>([
        (s) => s.atUs,
        (s) => s.netns,
        (s) => s.sockets,
        (s) => s.tookUs,
        (s) => (s.complete === false ? 0 : 1),
        (s) => s.nextUs,
        (s) => (s.owners === true ? 1 : 0),
      ]),
      verb: 'INSERT OR REPLACE',
    });
    this.gaps = new GapRows(database);
    this.openGaps = new ProvisionalGaps(database);
    this.closed = new ClosedIndex(database, pass);
    this.closed.catchUp();
    this.early = new EarlyEnds(database);
    this.closings = new Closings(database);
    this.namespaces = new NamespaceTable(database);
    this.host = new HostTables(database);
    this.owner = database.prepare(
      `INSERT OR REPLACE INTO owner (connection_id, pid, fd, tid, comm, from_us, to_us, seen_us)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.recent = database.prepare('INSERT INTO recent (at_us, through_us, changes) VALUES (?, ?, ?)');
    this.trimRecent = database.prepare('DELETE FROM recent WHERE at_us < ?');
    this.writeBatch = database.transaction((batch: HistoryBatch, nowUs: number) => this.writeAll(batch, nowUs));
  }

  /** Commits a batch. `nowUs` is the wall clock: additions older than ten seconds are deleted. */
  write(batch: HistoryBatch, nowUs: number): void {
    // Within another transaction it would be a savepoint, for which SQLite keeps a copy of every page.
    if (this.database.inTransaction) this.writeAll(batch, nowUs);
    else this.writeBatch(batch, nowUs);
  }

  private writeAll(batch: HistoryBatch, nowUs: number): void {
    const { fresh, known, ended, updated, early, indexed, foreseenIds } = sorted(batch.connections);
    const opened = fresh.map(({ connection }) => connection);
    if (foreseenIds.length > 0) this.closed.remove(JSON.stringify(foreseenIds));
    this.endings.run(ended);
    this.changes.run(updated.map(({ connection }) => connection));
    for (const change of updated) this.updateTuple(change);
    this.sockets.insert(opened);
    this.closed.follow(opened.at(-1)?.id ?? 0, [...opened, ...indexed]);
    this.early.follow(early, nowUs);
    this.closings.follow(batch, nowUs);
    this.events.insert(batch.events);
    this.samples.insert(batch.samples);
    this.snapshots.insert(batch.snapshots);
    for (const gap of batch.gaps) this.gaps.insert(gap);
    if (batch.openGaps !== undefined) this.openGaps.replace(batch.openGaps);
    for (const ownership of batch.owners) this.writeOwner(ownership);
    for (const namespace of batch.namespaces) this.namespaces.write(namespace);
    for (const thread of batch.threads) this.host.writeThread(thread);
    for (const counts of batch.sockstat) this.host.writeSockstat(counts);
    for (const bound of batch.bound) this.host.writeBound(bound);
    for (const timewaits of batch.timewaits) this.host.writeTimewaits(timewaits);
    const { reached } = batch;
    const isQuiet = batch.connections.length === 0 && batch.gaps.length === 0 && batch.events.length === 0;
    if (isQuiet && reached === undefined) return;
    this.recent.run(nowUs, batch.throughUs, encodeAdditions([...fresh, ...known], reached));
    this.trimRecent.run(nowUs - RECENT_US);
  }

  /** It may have been written before it had a local port. */
  private updateTuple({ connection: { id, tuple }, firstNewStep }: ChangedConnection): void {
    if (firstNewStep <= 1) this.tuple.run(tuple.localAddr, tuple.localPort, id, tuple.localPort);
  }

  private writeOwner({ connectionId, pid, fd, tid, comm, fromUs, toUs, seenUs }: Ownership): void {
    this.owner.run(connectionId, pid, fd, tid ?? 0, comm, fromUs, toUs ?? null, seenUs ?? null);
  }
}

/** UPDATEs of these columns, which `put` writes. */
function updates(
  database: Database.Database,
  columns: readonly string[],
  put: Put<Connection>,
): BulkStatement<Connection> {
  return new BulkStatement(database, {
    width: columns.length + 1,
    put: (values, at, connection) => {
      values[at] = connection.id;
      put(values, at + 1, connection);
    },
    sql: (rows) => updateManyOf(columns, rows),
  });
}

/** Changed connections by what is to be done with them. */
interface SortedChanges {
  readonly fresh: ChangedConnection[];
  readonly known: ChangedConnection[];
  /** Whose row gets its end, and no other value. */
  readonly ended: Connection[];
  readonly updated: ChangedConnection[];
  /** Whose entries in the tables of closed connections have a later end. */
  readonly early: Connection[];
  /** Known ones whose entries there are new. */
  readonly indexed: Connection[];
  /** Of these, the ones that have entries with the end that was foreseen. */
  readonly foreseenIds: number[];
}

function sorted(changes: readonly ChangedConnection[]): SortedChanges {
  const all: SortedChanges = { fresh: [], known: [], ended: [], updated: [], early: [], indexed: [], foreseenIds: [] };
  for (const change of changes) {
    const { connection, isNew, asForeseen, onlyEnded, endedEarly, wasForeseen } = change;
    if (isNew) {
      all.fresh.push(change);
      continue;
    }
    all.known.push(change);
    if (asForeseen === true) continue;
    if (onlyEnded === true) all.ended.push(connection);
    else all.updated.push(change);
    if (endedEarly === true) {
      all.early.push(connection);
      continue;
    }
    all.indexed.push(connection);
    if (wasForeseen === true) all.foreseenIds.push(connection.id);
  }
  return all;
}
