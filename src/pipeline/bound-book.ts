import type { BoundRecord } from '../model/bound.js';
import type { FoundOwner } from '../model/owner.js';
import { sampleOf } from '../model/sample.js';
import { sampleText } from '../model/sample-text.js';
import { deviceOf, type Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import type { Ledger } from './ledger.js';

const NO_TIME = { atUs: 0, changedMs: 0, dueMs: 0 } as const;
const NO_HOLDERS = '[]';

/** Follows the sockets that are bound and nothing more, from one snapshot to the next. No event reports them. */
export class BoundBook {
  /** By network namespace and cookie. */
  private readonly known = new Map<number, Map<number, BoundRecord>>();

  apply(ledger: Ledger, snapshot: Snapshot): void {
    const { netns, bound, owners } = snapshot;
    const atUs = ledger.wallUs(snapshot.startBootUs);
    let known = this.known.get(netns);
    if (bound !== undefined) {
      const rows = Array.from({ length: bound.changed }, (_, index) => bound.row(index));
      const present = bound.gone === undefined ? new Set(rows.map(({ cookie }) => cookie)) : undefined;
      const gone = bound.gone ?? [...(known?.keys() ?? [])].filter((cookie) => present?.has(cookie) === false);
      for (const cookie of gone) end(ledger, known, cookie, atUs);
      if (rows.length > 0 && known === undefined) {
        known = new Map();
        this.known.set(netns, known);
      }
      for (const row of rows) {
        const before = known?.get(row.cookie);
        const record = recordOf(snapshot, row, atUs, before?.holders ?? NO_HOLDERS);
        if (before !== undefined && isSame(before, record)) continue;
        end(ledger, known, row.cookie, atUs);
        ledger.recordBound(record);
        known?.set(row.cookie, record);
      }
    }
    if (known === undefined || known.size === 0) return;
    for (const [cookie, list] of owners) {
      const before = known.get(cookie);
      if (before !== undefined) hold(ledger, known, before, holdersText(list), atUs);
    }
  }

  /** The namespace is gone. */
  forget(ledger: Ledger, netns: number, atUs: number): void {
    const known = this.known.get(netns);
    for (const cookie of known?.keys() ?? []) end(ledger, known, cookie, atUs);
    this.known.delete(netns);
  }
}

/** But for the time from which it holds. */
function isSame(before: BoundRecord, record: BoundRecord): boolean {
  return JSON.stringify({ ...before, fromUs: 0 }) === JSON.stringify({ ...record, fromUs: 0 });
}

function end(ledger: Ledger, known: Map<number, BoundRecord> | undefined, cookie: number, atUs: number): void {
  const record = known?.get(cookie);
  if (record === undefined) return;
  // With the beginning of the one that replaces it in the same snapshot.
  if (record.fromUs < atUs) ledger.recordBound({ ...record, toUs: atUs });
  known?.delete(cookie);
}

/** The first owners are found a snapshot or two after the socket: they count as those from its beginning. */
function hold(
  ledger: Ledger,
  known: Map<number, BoundRecord>,
  before: BoundRecord,
  holders: string,
  atUs: number,
): void {
  if (before.holders === holders) return;
  const isFirst = before.holders === NO_HOLDERS;
  if (!isFirst) end(ledger, known, before.cookie, atUs);
  const record = { ...before, holders, fromUs: isFirst ? before.fromUs : atUs };
  ledger.recordBound(record);
  known.set(record.cookie, record);
}

function recordOf(snapshot: Snapshot, row: SocketRow, atUs: number, holders: string): BoundRecord {
  const { tuple, cookie, uid, inode, cgroup } = row;
  return {
    netns: snapshot.netns,
    cookie,
    fromUs: atUs,
    toUs: undefined,
    family: tuple.family,
    localAddr: tuple.localAddr,
    localPort: tuple.localPort,
    uid,
    inode,
    cgroupId: cgroup === 0 ? undefined : cgroup,
    holders,
    details: sampleText(sampleOf(0, NO_TIME, row, deviceOf(snapshot, row))),
  };
}

function holdersText(owners: readonly FoundOwner[]): string {
  return JSON.stringify(owners.map(({ pid, comm, fd, tid }) => ({ pid, comm, fd, tid })));
}
