import type Database from 'better-sqlite3';
import type { HistoryBatch, Ownership, Sample } from '../model/connection.js';
import { BulkInsert } from './bulk-insert.js';
import { pushSocketValues, SOCKET_COLUMNS } from './socket-columns.js';

type Value = string | number | null;

/** How long the list of what each commit changed is kept for followers (`log -f`), microseconds. */
const RECENT_US = 10_000_000;

const SAMPLE_COLUMNS: readonly (readonly [string, (sample: Sample) => Value | undefined])[] = [
  ['connection_id', (s) => s.connectionId],
  ['at_us', (s) => s.atUs],
  ['recv_q', (s) => s.recvQ],
  ['send_q', (s) => s.sendQ],
  ['timer', (s) => s.timer],
  ['timer_ms', (s) => s.timerMs],
  ['retrans', (s) => s.retrans],
  ['rtt_us', (s) => s.rttUs],
  ['rttvar_us', (s) => s.rttvarUs],
  ['rto_us', (s) => s.rtoUs],
  ['cwnd', (s) => s.cwnd],
  ['ssthresh', (s) => s.ssthresh],
  ['mss', (s) => s.mss],
  ['unacked', (s) => s.unacked],
  ['lost', (s) => s.lost],
  ['total_retrans', (s) => s.totalRetrans],
  ['bytes_sent', (s) => s.bytesSent],
  ['bytes_acked', (s) => s.bytesAcked],
  ['bytes_received', (s) => s.bytesReceived],
  ['min_rtt_us', (s) => s.minRttUs],
  ['delivery_rate', (s) => s.deliveryRate],
  ['congestion', (s) => s.congestion],
  ['skmem', (s) => s.skmem],
];

/**
 * What may change after a connection was first written. The rest stays out of the UPDATE: SQLite would take the row out of
 * every index that has such a column, and put it in again.
 */
const CONSTANT_COLUMNS: ReadonlySet<string> = new Set([
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
]);
const CHANGING_COLUMNS = SOCKET_COLUMNS.filter((column) => !CONSTANT_COLUMNS.has(column));
const CHANGING_INDEXES = CHANGING_COLUMNS.map((column) => SOCKET_COLUMNS.indexOf(column));

/** Writes history batches, each in one transaction. The one writer of a database. */
export class HistoryWriter {
  private readonly sockets: BulkInsert;
  private readonly updateSocket: Database.Statement;
  private readonly updateTuple: Database.Statement;
  private readonly events: BulkInsert;
  private readonly samples: BulkInsert;
  private readonly snapshots: BulkInsert;
  private readonly gaps: BulkInsert;
  private readonly owner: Database.Statement;
  private readonly recent: Database.Statement;
  private readonly trimRecent: Database.Statement;
  private readonly writeBatch: (batch: HistoryBatch, nowUs: number) => void;

  constructor(database: Database.Database) {
    this.sockets = new BulkInsert(database, 'socket', SOCKET_COLUMNS);
    const assignments = CHANGING_COLUMNS.map((column) => `${column} = ?`);
    this.updateSocket = database.prepare(`UPDATE socket SET ${assignments.join(', ')} WHERE id = ?`);
    this.updateTuple = database.prepare(
      'UPDATE socket SET local_addr = ?, local_port = ? WHERE id = ? AND local_port <> ?',
    );
    this.events = new BulkInsert(database, 'events', ['connection_id', 'at_us', 'kind', 'detail']);
    const sampleNames = SAMPLE_COLUMNS.map(([name]) => name);
    this.samples = new BulkInsert(database, 'samples', sampleNames, 'INSERT OR REPLACE');
    this.snapshots = new BulkInsert(
      database,
      'snapshots',
      ['at_us', 'netns', 'sockets', 'took_us'],
      'INSERT OR REPLACE',
    );
    this.gaps = new BulkInsert(database, 'gaps', ['from_us', 'to_us', 'cpu', 'lost', 'reason']);
    this.owner = database.prepare(
      'INSERT OR REPLACE INTO owner (connection_id, pid, fd, comm, from_us, to_us) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.recent = database.prepare('INSERT INTO recent (at_us, through_us, changes) VALUES (?, ?, ?)');
    this.trimRecent = database.prepare('DELETE FROM recent WHERE at_us < ?');
    this.writeBatch = database.transaction((batch: HistoryBatch, nowUs: number) => this.writeAll(batch, nowUs));
  }

  /** Commits a batch. `nowUs` is the wall clock: what followers' lists are trimmed by. */
  write(batch: HistoryBatch, nowUs: number): void {
    this.writeBatch(batch, nowUs);
  }

  private writeAll(batch: HistoryBatch, nowUs: number): void {
    this.writeConnections(batch);
    this.events.insert(batch.events.flatMap((e) => [e.connectionId ?? null, e.atUs, e.kind, e.detail]));
    this.samples.insert(batch.samples.flatMap((s) => SAMPLE_COLUMNS.map(([, value]) => value(s) ?? null)));
    this.snapshots.insert(batch.snapshots.flatMap((s) => [s.atUs, s.netns, s.sockets, s.tookUs]));
    this.gaps.insert(batch.gaps.flatMap((g) => [g.fromUs, g.toUs, g.cpu ?? null, g.lost ?? null, g.reason]));
    for (const ownership of batch.owners) this.writeOwner(ownership);
    if (batch.connections.length === 0 && batch.gaps.length === 0 && batch.events.length === 0) return;
    const changes: number[] = [];
    for (const change of batch.connections) {
      if (change.firstNewStep < change.connection.steps.length) changes.push(change.connection.id, change.firstNewStep);
    }
    this.recent.run(nowUs, batch.throughUs, JSON.stringify(changes));
    this.trimRecent.run(nowUs - RECENT_US);
  }

  private writeConnections(batch: HistoryBatch): void {
    const fresh: Value[] = [];
    for (const { connection, isNew, firstNewStep } of batch.connections) {
      if (isNew) {
        pushSocketValues(fresh, connection);
        continue;
      }
      const values: Value[] = [];
      pushSocketValues(values, connection);
      this.updateSocket.run(
        CHANGING_INDEXES.map((index) => values[index] ?? null),
        connection.id,
      );
      const { localAddr, localPort } = connection.tuple;
      if (firstNewStep <= 1) this.updateTuple.run(localAddr, localPort, connection.id, localPort);
    }
    this.sockets.insert(fresh);
  }

  private writeOwner({ connectionId, pid, fd, comm, fromUs, toUs }: Ownership): void {
    this.owner.run(connectionId, pid, fd, comm, fromUs, toUs ?? null);
  }
}
