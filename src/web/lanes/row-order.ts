/** Rows that do not move below a pointer, though their order has changed. */
import type { Lane } from '../../server/contract.js';

export interface KeptOrder {
  readonly lanes: readonly Lane[];
  /** Of these, those that the new answer does not have: as they were before. */
  readonly stale: readonly Lane[];
  /** How many lanes of the new answer found no place. */
  readonly left: number;
}

/** Puts the lanes of a new page where they stood before; there is room for `most`. */
export function keptOrder(before: readonly Lane[], now: readonly Lane[], most: number): KeptOrder {
  const byId = new Map(now.map((lane) => [lane.connection_id, lane]));
  const stale: Lane[] = [];
  const lanes = before.map((lane) => {
    const same = byId.get(lane.connection_id);
    if (same === undefined) stale.push(lane);
    byId.delete(lane.connection_id);
    return same ?? lane;
  });
  // A page that was not full has room for new ones below.
  const added = [...byId.values()].slice(0, Math.max(0, most - lanes.length));
  return { lanes: [...lanes, ...added], stale, left: byId.size - added.length };
}
