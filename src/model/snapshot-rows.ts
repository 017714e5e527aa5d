import type { FoundOwner } from './owner.js';
import type { Snapshot } from './snapshot.js';
import type { SocketRow } from './socket-row.js';

interface SnapshotTimes {
  readonly netns: number;
  readonly startBootUs: number;
  readonly endBootUs: number;
  readonly offsetUs: number;
  readonly owners?: ReadonlyMap<number, readonly FoundOwner[]>;
}

/** A snapshot made of plain rows, which are all sockets that there are: for imports and tests. `owners`: by inode. */
export function snapshotOf(all: readonly SocketRow[], times: SnapshotTimes): Snapshot {
  // The kernel reports sockets that are bound and nothing more in this state.
  const bound = all.filter(({ state }) => state === 'UNCONN');
  const rows = bound.length === 0 ? all : all.filter(({ state }) => state !== 'UNCONN');
  return {
    kind: 'snapshot',
    netns: times.netns,
    startBootUs: times.startBootUs,
    endBootUs: times.endBootUs,
    offsetUs: times.offsetUs,
    count: rows.length,
    changed: rows.length,
    row: (index) => rowAt(rows, index),
    gone: undefined,
    bound: { changed: bound.length, row: (index) => rowAt(bound, index), gone: undefined },
    owners: new Map(all.flatMap(({ cookie, inode }) => ownersOf(cookie, times.owners?.get(inode)))),
    askAgain: () => undefined,
    askForOwners: () => undefined,
  };
}

function ownersOf(
  cookie: number,
  owners: readonly FoundOwner[] | undefined,
): [cookie: number, owners: readonly FoundOwner[]][] {
  return owners === undefined ? [] : [[cookie, owners]];
}

function rowAt(rows: readonly SocketRow[], index: number): SocketRow {
  const row = rows[index];
  if (row === undefined) throw new RangeError(`no row ${index} in a snapshot of ${rows.length}`);
  return row;
}
