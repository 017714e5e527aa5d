import type { RankedGroup } from './group-total.js';

/** By what groups are ordered, the largest first. */
export const RANK_ORDERS = {
  connects: ({ connects, accepts }) => connects + accepts,
  failed: ({ failed }) => failed,
  p95: ({ connectTime }) => connectTime?.p95Us ?? -1,
  open: ({ open }) => open,
  bytes: ({ bytesSent = 0, bytesReceived = 0 }) => bytesSent + bytesReceived,
  retransmits: ({ retransmits }) => retransmits,
} as const satisfies Readonly<Record<string, (group: RankedGroup) => number>>;

export type RankOrder = keyof typeof RANK_ORDERS;

/** The groups in an order; those that are equal by connects, and then by their keys, the unknown one last. */
export function inRankOrder(groups: readonly RankedGroup[], order: RankOrder): RankedGroup[] {
  const [value, connects] = [RANK_ORDERS[order], RANK_ORDERS.connects];
  return groups.toSorted((a, b) => value(b) - value(a) || connects(b) - connects(a) || compareKeys(a, b));
}

function compareKeys({ key: a }: RankedGroup, { key: b }: RankedGroup): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return String(a) < String(b) ? -1 : 1;
}
