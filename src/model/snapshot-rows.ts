import type { Owner } from './owner.js';
import type { Snapshot } from './snapshot.js';
import type { SocketRow } from './socket-row.js';
import { codeOfState } from './tcp-state.js';

interface SnapshotTimes {
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  readonly offsetUs: number;
  readonly owners?: ReadonlyMap<number, readonly Owner[]>;
}

/** A snapshot made of plain rows, all of them marked as changed: for imports and tests. */
export function snapshotOf(rows: readonly SocketRow[], times: SnapshotTimes): Snapshot {
  return {
    kind: 'snapshot',
    netns: times.netns,
    startBootUs: times.startBootUs,
    endBootUs: times.endBootUs,
    offsetUs: times.offsetUs,
    count: rows.length,
    cookies: Float64Array.from(rows, (row) => row.cookie),
    states: Uint8Array.from(rows, (row) => codeOfState(row.state)),
    changed: new Uint8Array(rows.length).fill(1),
    row: (index) => rowAt(rows, index),
    owners: times.owners ?? new Map(),
  };
}

function rowAt(rows: readonly SocketRow[], index: number): SocketRow {
  const row = rows[index];
  if (row === undefined) throw new RangeError(`no row ${index} in a snapshot of ${rows.length}`);
  return row;
}
