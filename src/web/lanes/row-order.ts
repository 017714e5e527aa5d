/** Rows that do not move below a pointer, though their order has changed. */

export interface KeptOrder<T> {
  readonly rows: readonly T[];
  /** Of these, those that the new answer does not have: as they were before. */
  readonly stale: readonly T[];
  /** Those that follow them: they may belong further up. */
  readonly added: readonly T[];
  /** How many rows of the new answer found no place. */
  readonly left: number;
}

/** Puts the rows of a new answer where they stood before; there is room for `most`. */
export function keptOrder<T>(
  before: readonly T[],
  now: readonly T[],
  idOf: (row: T) => number | string,
  most: number,
): KeptOrder<T> {
  const byId = new Map(now.map((row) => [idOf(row), row]));
  const stale: T[] = [];
  const rows = before.map((row) => {
    const same = byId.get(idOf(row));
    if (same === undefined) stale.push(row);
    byId.delete(idOf(row));
    return same ?? row;
  });
  // A page that was not full has room for new ones below.
  const added = [...byId.values()].slice(0, Math.max(0, most - rows.length));
  return { rows: [...rows, ...added], stale, added, left: byId.size - added.length };
}
