/** Hosts as heat rows. */
import { type ActivityChange, type HostActivity, STUCK_STATES } from '../../fleet/page/host-activity.js';
import type { HostGap } from '../../fleet/page/host-gaps.js';
import { type FleetMachine, keyOfMachine } from '../../fleet/page/machines.js';
import type { Interval } from '../../model/interval.js';
import type { CloseReason } from '../../model/stored-codes.js';
import { type GapMark, type LaneGroup, PAINTS, type Run } from '../contract.js';
import { paintOfReason } from '../lanes/paint.js';

/** A host of a row. */
export interface HostRow {
  readonly machine: FleetMachine;
  /** Undefined: no connection of the window. */
  readonly activity: HostActivity | undefined;
  readonly gaps: readonly HostGap[];
}

/** The most buckets of a row, and how many pixels one has at least. */
const MOST_BUCKETS = 400;
const LEAST_PIXELS = 2;
const CALM = PAINTS.indexOf('ESTAB');

/** How many buckets a row of so many pixels has. */
export function bucketsOf(width: number): number {
  return Math.max(1, Math.min(MOST_BUCKETS, Math.ceil(width / LEAST_PIXELS)));
}

/** web-2 before web-10. */
const NAMES = new Intl.Collator('en', { numeric: true });

/** By troubles, then by gaps, then by size; or by name. */
export function hostsInOrder(rows: readonly HostRow[], sort: 'worst' | 'name'): HostRow[] {
  const byName = (a: HostRow, b: HostRow) => NAMES.compare(a.machine.host, b.machine.host);
  if (sort === 'name') return [...rows].sort(byName);
  const of = ({ activity, gaps }: HostRow) =>
    [activity?.troubled ?? 0, gaps.length > 0 ? 1 : 0, activity?.connections ?? 0] as const;
  return [...rows].sort((a, b) => {
    const [one, other] = [of(a), of(b)];
    return other[0] - one[0] || other[1] - one[1] || other[2] - one[2] || byName(a, b);
  });
}

/** @param all to tell hosts of one name apart */
export function hostGroup(
  { machine, activity, gaps }: HostRow,
  all: readonly FleetMachine[],
  pixels: { readonly window: Interval; readonly width: number; readonly buckets: number },
): LaneGroup {
  const key = keyOfMachine(machine, all);
  return {
    key,
    label: key === machine.host ? key : `${machine.host} (${machine.machine})`,
    filter: null,
    connections: activity?.connections ?? 0,
    troubled: activity?.troubled ?? 0,
    runs: runsOf(activity?.changes ?? [], pixels),
    gaps: gaps.map(gapMark),
  };
}

function gapMark({ from_us, to_us, reason, scope, lost }: HostGap): GapMark {
  return { from_us, to_us, reason, scope, lost };
}

/** Where a host has not sent everything up to the end of the window. */
export function behindGap(machine: FleetMachine, settled: Interval, { toUs }: Interval): HostGap[] {
  if (machine.completeUs >= settled.toUs) return [];
  const from_us = Math.max(machine.completeUs, settled.fromUs);
  return [{ machine: machine.machine, from_us, to_us: toUs, reason: 'behind', scope: 'shipping', lost: null }];
}

/** The worst of each bucket, with how many connections there were. */
function runsOf(
  changes: readonly ActivityChange[],
  { window, width, buckets }: { readonly window: Interval; readonly width: number; readonly buckets: number },
): Run[] {
  const byPaint = new Map<number, Int32Array>();
  const lives = new Int32Array(buckets + 1);
  for (const [kind, bucket, change] of changes) {
    const paint = kind === 'life' ? undefined : paintOf(kind);
    if (kind !== 'life' && paint === undefined) continue;
    const counts = paint === undefined ? lives : (byPaint.get(paint) ?? new Int32Array(buckets + 1));
    if (paint !== undefined) byPaint.set(paint, counts);
    counts[bucket] = (counts[bucket] ?? 0) + change;
  }
  const paints = [...byPaint].sort(([a], [b]) => a - b);
  const lengthUs = window.toUs - window.fromUs;
  const stepUs = Math.max(1, Math.ceil(lengthUs / buckets));
  const pixelOf = (bucket: number) => Math.min(width, Math.round(((bucket * stepUs) / lengthUs) * width));
  const runs: Run[] = [];
  const now = new Map<number, number>();
  let count = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    count += lives[bucket] ?? 0;
    let worst: number | undefined;
    for (const [paint, counts] of paints) {
      const there = (now.get(paint) ?? 0) + (counts[bucket] ?? 0);
      now.set(paint, there);
      if (there > 0) worst ??= paint;
    }
    const shown = worst ?? (count > 0 ? CALM : undefined);
    const [from, to] = [pixelOf(bucket), pixelOf(bucket + 1)];
    if (shown === undefined || from === to) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === from && last[2] === shown && last[3] === count) last[1] = to;
    else runs.push([from, to, shown, count]);
  }
  return runs;
}

const STUCK: ReadonlySet<string> = new Set(STUCK_STATES);

function paintOf(kind: Exclude<ActivityChange[0], 'life'>): number | undefined {
  return STUCK.has(kind) ? PAINTS.indexOf(kind as (typeof STUCK_STATES)[number]) : paintOfReason(kind as CloseReason);
}
