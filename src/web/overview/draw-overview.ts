/** Numbers over time on a canvas: open connections by state as areas, opens and failures as bars. */
import type { Overview, Paint } from '../../server/contract.js';
import { drawGaps } from '../lanes/draw-lanes.js';
import { ticksOf } from '../lanes/ticks.js';
import { pixelOf, type Span } from '../lanes/time-scale.js';
import { FIRST_CALM, PAINT_ORDER } from '../paint-order.js';
import { colour, paintName } from '../palette.js';

/** Heights of the parts, pixels. */
export const PARTS = { top: 6, areas: 44, gap: 3, bars: 14, labels: 17 } as const;
export const HEIGHT = PARTS.top + PARTS.areas + PARTS.gap + PARTS.bars + PARTS.labels + 4;
const AREA_BASE = PARTS.top + PARTS.areas;
const BAR_BASE = AREA_BASE + PARTS.gap + PARTS.bars;

/** From the bottom: the calm and lasting at the bottom, trouble at the top. */
const STACK: readonly Paint[] = [
  'ESTAB',
  'FIN-WAIT-2',
  'FIN-WAIT-1',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
  'SYN-RECV',
  'CLOSE-WAIT',
  'SYN-SENT',
];

/** A round number that is not less. */
export function roundAbove(most: number): number {
  if (most <= 5) return Math.max(1, most);
  const unit = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((n) => n * unit).find((n) => n >= most) ?? most;
}

export function drawOverview(
  context: CanvasRenderingContext2D,
  overview: Overview,
  shown: Span,
  width: number,
  fontFamily: string,
): void {
  const buckets = overview.opened.length;
  const xOf = (bucket: number) => pixelOf(overview.from_us + bucket * overview.bucket_us, shown, width);
  context.save();
  drawGaps(context, overview.gaps, shown, width, BAR_BASE);
  const top = drawAreas(context, overview, buckets, xOf);
  drawBars(context, overview, xOf);
  context.restore();
  drawLabels(context, shown, width, fontFamily, top);
}

/** @returns the number at the top of the scale */
function drawAreas(
  context: CanvasRenderingContext2D,
  { states }: Overview,
  buckets: number,
  xOf: (bucket: number) => number,
): number {
  const layers = STACK.flatMap((paint) => {
    const counts = states[paint];
    return counts === undefined ? [] : [{ paint, counts }];
  });
  const sums = new Float64Array(buckets);
  for (const { counts } of layers) for (let i = 0; i < buckets; i++) sums[i] = (sums[i] ?? 0) + (counts[i] ?? 0);
  const top = roundAbove(sums.reduce((a, b) => Math.max(a, b), 0));
  const base = new Float64Array(buckets);
  for (const { paint, counts } of layers) {
    const isTrouble = PAINT_ORDER.indexOf(paint) < FIRST_CALM;
    context.fillStyle = colour(paintName(paint));
    for (let i = 0; i < buckets; i++) {
      const count = counts[i] ?? 0;
      if (count === 0) continue;
      // Trouble is seen however little it is.
      const height = Math.max(isTrouble ? 2 : 0, (count / top) * PARTS.areas);
      const x = Math.round(xOf(i));
      const y = base[i] ?? 0;
      context.fillRect(
        x,
        AREA_BASE - Math.min(PARTS.areas, y + height),
        Math.max(1, Math.round(xOf(i + 1)) - x),
        height,
      );
      base[i] = y + height;
    }
  }
  return top;
}

function drawBars(
  context: CanvasRenderingContext2D,
  { opened, failed }: Overview,
  xOf: (bucket: number) => number,
): void {
  const most = Math.max(1, ...opened, ...failed);
  for (const [counts, name, least] of [
    [opened, '--ink-3', 1],
    [failed, '--paint-reset', 3],
  ] as const) {
    context.fillStyle = colour(name);
    for (const [bucket, count] of counts.entries()) {
      if (count === 0) continue;
      const height = Math.max(least, Math.round((count / most) * PARTS.bars));
      const x = Math.round(xOf(bucket));
      context.fillRect(x, BAR_BASE - height, Math.max(1, Math.round(xOf(bucket + 1)) - x - 1), height);
    }
  }
}

function drawLabels(
  context: CanvasRenderingContext2D,
  shown: Span,
  width: number,
  fontFamily: string,
  top: number,
): void {
  context.font = `11px ${fontFamily}`;
  context.textBaseline = 'middle';
  const middle = BAR_BASE + PARTS.labels / 2 + 3;
  context.fillStyle = colour('--line-2');
  context.fillRect(0, BAR_BASE, width, 1);
  let free = 0;
  for (const { us, label, major } of ticksOf(shown, width, 110)) {
    const x = Math.round(pixelOf(us, shown, width));
    context.fillStyle = colour('--line-2');
    context.fillRect(x, BAR_BASE, 1, 4);
    const labelWidth = context.measureText(label).width;
    const left = Math.max(0, Math.min(x - labelWidth / 2, width - labelWidth));
    if (left < free) continue;
    free = left + labelWidth + 12;
    context.fillStyle = colour(major ? '--ink' : '--ink-2');
    context.fillText(label, left, middle);
  }
  const scale = `${top.toLocaleString('en')} open`;
  context.lineWidth = 3;
  context.strokeStyle = colour('--panel');
  context.fillStyle = colour('--ink-2');
  context.strokeText(scale, 4, PARTS.top + 6);
  context.fillText(scale, 4, PARTS.top + 6);
  context.fillStyle = colour('--line');
  context.fillRect(0, PARTS.top, width, 1);
}
