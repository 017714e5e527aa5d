import type Database from 'better-sqlite3';
import type {
  ChangedConnection,
  Connection,
  ConnectionEvent,
  Gap,
  HistoryBatch,
  Ownership,
  Sample,
  SnapshotRecord,
} from '../model/connection.js';
import { BulkInsert, putColumns, type Value } from './bulk-insert.js';
import { encodeNews } from './news-codec.js';
import { ENDING_COLUMNS, putEnding, putSocketValues, SOCKET_COLUMNS } from './socket-columns.js';

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
const CHANGING_PLACES = CHANGING_COLUMNS.map((column) => SOCKET_COLUMNS.indexOf(column));

function updateOf(columns: readonly string[]): string {
  return `UPDATE socket SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`;
}

/** Writes history batches, each in one transaction. The one writer of a database. */
export class HistoryWriter {
  private readonly sockets: BulkInsert<Connection>;
  private readonly updateSocket: Database.Statement;
  private readonly endSocket: Database.Statement;
  private readonly row = new Array<Value>(SOCKET_COLUMNS.length).fill(null);
  private readonly ending = new Array<Value>(ENDING_COLUMNS.length).fill(null);
  private readonly updateTuple: Database.Statement;
  private readonly events: BulkInsert<ConnectionEvent>;
  private readonly samples: BulkInsert<Sample>;
  private readonly snapshots: BulkInsert<SnapshotRecord>;
  private readonly gaps: BulkInsert<Gap>;
  private readonly owner: Database.Statement;
  private readonly recent: Database.Statement;
  private readonly trimRecent: Database.Statement;
  private readonly writeBatch: (batch: HistoryBatch, nowUs: number) => void;

  constructor(database: Database.Database) {
    this.sockets = new BulkInsert(database, { table: 'socket', columns: SOCKET_COLUMNS, put: putSocketValues });
    this.updateSocket = database.prepare(updateOf(CHANGING_COLUMNS));
    this.endSocket = database.prepare(updateOf(ENDING_COLUMNS));
    this.updateTuple = database.prepare(
      'UPDATE socket SET local_addr = ?, local_port = ? WHERE id = ? AND local_port <> ?',
    );
    this.events = new BulkInsert(database, {
      table: 'events',
      columns: ['connection_id', 'at_us', 'kind', 'detail'],
      put: putColumns<ConnectionEvent>([(e) => e.connectionId, (e) => e.atUs, (e) => e.kind, (e) => e.detail]),
    });
    this.samples = new BulkInsert(database, {
      table: 'samples',
      columns: SAMPLE_COLUMNS.map(([name]) => name),
      put: putColumns(SAMPLE_COLUMNS.map(([, value]) => value)),
      verb: 'INSERT OR REPLACE',
    });
    this.snapshots = new BulkInsert(database, {
      table: 'snapshots',
      columns: ['at_us', 'netns', 'sockets', 'took_us', 'complete'],
      put: putColumns<SnapshotRecord>([
        (s) => s.atUs,
        (s) => s.netns,
        (s) => s.sockets,
        (s) => s.tookUs,
        (s) => (s.complete === false ? 0 : 1),
      ]),
      verb: 'INSERT OR REPLACE',
    });
    this.gaps = new BulkInsert(database, {
      table: 'gaps',
      columns: ['from_us', 'to_us', 'cpu', 'lost', 'reason'],
      put: putColumns<Gap>([(g) => g.fromUs, (g) => g.toUs, (g) => g.cpu, (g) => g.lost, (g) => g.reason]),
    });
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
    const fresh = batch.connections.filter(({ isNew }) => isNew);
    const known = batch.connections.filter(({ isNew }) => !isNew);
    for (const change of known) this.update(change);
    this.sockets.insert(fresh.map(({ connection }) => connection));
    this.events.insert(batch.events);
    this.samples.insert(batch.samples);
    this.snapshots.insert(batch.snapshots);
    this.gaps.insert(batch.gaps);
    for (const ownership of batch.owners) this.writeOwner(ownership);
    if (batch.connections.length === 0 && batch.gaps.length === 0 && batch.events.length === 0) return;
    this.recent.run(nowUs, batch.throughUs, encodeNews([...fresh, ...known]));
    this.trimRecent.run(nowUs - RECENT_US);
  }

  private update({ connection, onlyEnded, firstNewStep }: ChangedConnection): void {
    if (onlyEnded) {
      putEnding(this.ending, 0, connection);
      this.endSocket.run(...this.ending, connection.id);
      return;
    }
    putSocketValues(this.row, 0, connection);
    this.updateSocket.run(...CHANGING_PLACES.map((place) => this.row[place] ?? null), connection.id);
    const { localAddr, localPort } = connection.tuple;
    if (firstNewStep <= 1) this.updateTuple.run(localAddr, localPort, connection.id, localPort);
  }

  private writeOwner({ connectionId, pid, fd, comm, fromUs, toUs }: Ownership): void {
    this.owner.run(connectionId, pid, fd, comm, fromUs, toUs ?? null);
  }
}
