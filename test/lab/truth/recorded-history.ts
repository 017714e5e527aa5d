/** All that a database has recorded, read at once. */
import { query } from '../sstory.js';

export interface RecordedStep {
  readonly connection_id: number;
  readonly at_us: number;
  readonly not_before_us: number | null;
  readonly old_state: string;
  readonly new_state: string;
}

export interface RecordedOwner {
  readonly connection_id: number;
  readonly pid: number;
  readonly comm: string | null;
  readonly fd: number | null;
  readonly from_us: number;
  readonly to_us: number | null;
}

export interface RecordedEvent {
  readonly connection_id: number | null;
  readonly at_us: number;
  readonly kind: string;
  readonly detail: string;
}

export interface Row {
  readonly id: number;
  readonly netns: number;
  readonly local_addr: string;
  readonly local_port: number;
  readonly remote_addr: string;
  readonly remote_port: number;
  readonly opened_us: number;
  readonly opened_not_before_us: number | null;
  readonly closed_us: number | null;
  readonly closed_not_before_us: number | null;
  readonly origin: string;
  readonly close_reason: string | null;
  readonly pid: number | null;
  readonly comm: string | null;
  readonly fd: number | null;
  readonly inode: number | null;
  readonly bytes_sent: number | null;
  readonly bytes_received: number | null;
  readonly retransmits: number;
  readonly steps: readonly RecordedStep[];
  readonly owners: readonly RecordedOwner[];
  readonly events: readonly RecordedEvent[];
}

export interface RecordedGap {
  readonly from_us: number;
  readonly to_us: number;
  readonly lost: number | null;
  readonly reason: string;
}

export interface RecordedSnapshot {
  readonly netns: number;
  readonly at_us: number;
  readonly took_us: number;
  /** All processes were searched for owners. */
  readonly owners: number;
}

export interface RecordedHistory {
  readonly path: string;
  readonly rows: readonly Row[];
  /** Of no connection, or of one elsewhere. */
  readonly strays: readonly RecordedEvent[];
  readonly gaps: readonly RecordedGap[];
  /** In order of time. */
  readonly snapshots: readonly RecordedSnapshot[];
}

/** Of these network namespaces; the gaps are those of the host. */
export function readHistory(path: string, netns: readonly number[]): RecordedHistory {
  const ours = `SELECT id FROM connections WHERE netns IN (${netns.join()})`;
  const steps = grouped(query<RecordedStep>(path, `SELECT * FROM transitions WHERE connection_id IN (${ours})`));
  const owners = grouped(query<RecordedOwner>(path, `SELECT * FROM owners WHERE connection_id IN (${ours})`));
  const events = grouped(query<RecordedEvent>(path, `SELECT * FROM events WHERE connection_id IN (${ours})`));
  const connections = query<Omit<Row, 'steps' | 'owners' | 'events'>>(
    path,
    `SELECT * FROM connections WHERE netns IN (${netns.join()}) ORDER BY id`,
  );
  return {
    path,
    rows: connections.map((row) => ({
      ...row,
      steps: steps.get(row.id) ?? [],
      owners: owners.get(row.id) ?? [],
      events: events.get(row.id) ?? [],
    })),
    strays: query(path, `SELECT * FROM events WHERE connection_id IS NULL OR connection_id NOT IN (${ours})`),
    gaps: query(path, "SELECT * FROM gaps WHERE scope = 'transitions'"),
    snapshots: query(path, 'SELECT netns, at_us, took_us, owners FROM snapshots ORDER BY at_us'),
  };
}

function grouped<T extends { readonly connection_id: number | null }>(
  rows: readonly T[],
): ReadonlyMap<number | null, readonly T[]> {
  const groups = new Map<number | null, T[]>();
  for (const row of rows) {
    const group = groups.get(row.connection_id);
    if (group === undefined) groups.set(row.connection_id, [row]);
    else group.push(row);
  }
  return groups;
}
