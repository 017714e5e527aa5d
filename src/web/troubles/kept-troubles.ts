/** The list of troubles, held still while someone reads it. Without DOM. */
import type { TroubleLine } from '../explained.js';
import { keptOrder } from '../lanes/row-order.js';

/** The same trouble in another answer: its times move with the range. Several of one kind and subject are counted. */
export function troubleKeys(troubles: readonly TroubleLine[]): string[] {
  const seen = new Map<string, number>();
  return troubles.map(({ kind, netns, subject }) => {
    const name = `${kind} ${netns} ${subject}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name} ${count + 1}`;
  });
}

export interface KeptTroubles {
  /** Those of the list before, in their places, as the new answer has them. */
  readonly troubles: readonly TroubleLine[];
  /** How many the new answer has that the list has not. */
  readonly added: number;
}

export function keptTroubles(before: readonly TroubleLine[], now: readonly TroubleLine[]): KeptTroubles {
  const keyed = (troubles: readonly TroubleLine[]) => {
    const keys = troubleKeys(troubles);
    return troubles.map((trouble, index) => ({ key: keys[index] ?? '', trouble }));
  };
  const { rows, left } = keptOrder(keyed(before), keyed(now), ({ key }) => key, before.length);
  return { troubles: rows.map(({ trouble }) => trouble), added: left };
}
