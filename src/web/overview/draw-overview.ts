/** Numbers over time on a canvas: open connections by state as areas, opens and failures as bars. */
import type { Overview, Paint } from '../../server/contract.js';
import { drawGaps } from '../lanes/draw-lanes.js';
import { ticksOf } from '../lanes/ticks.js';
import { pixelOf, type Span } from '../lanes/time-scale.js';
import { FIRST_CALM, PAINT_ORDER } from '../paint-order.js';
import { colour, paintName } from '../palette.js';

/** Heights of the parts, pixels: areas, opens that stand, failures that hang below them, and times. */
const PARTS = { top: 6, areas: 42, gap: 3, opened: 10, failed: 8, labels: 19 } as const;
const AREA_BASE = PARTS.top + PARTS.areas;
const BAR_BASE = AREA_BASE + PARTS.gap + PARTS.opened;
const PLOT_HEIGHT = BAR_BASE + 1 + PARTS.failed;
export const HEIGHT = PLOT_HEIGHT + PARTS.labels;

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
  const xOf = (bucket: number) => pixelOf(overview.from_us + bucket * overview.bucket_us, shown, width);
  drawGaps(context, overview.gaps, shown, width, PLOT_HEIGHT);
  drawAreas(context, overview, xOf);
  drawBars(context, overview, xOf);
  drawTimes(context, shown, width, fontFamily);
}

function layersOf({ states }: Overview): { paint: Paint; counts: readonly number[] }[] {
  return STACK.flatMap((paint) => {
    const counts = states[paint];
    return counts === undefined ? [] : [{ paint, counts }];
  });
}

/** The number at the top of the scale of open connections. */
export function topOf(overview: Overview): number {
  const sums = new Float64Array(overview.opened.length);
  for (const { counts } of layersOf(overview)) {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (counts[i] ?? 0);
  }
  return roundAbove(sums.reduce((a, b) => Math.max(a, b), 0));
}

function drawAreas(context: CanvasRenderingContext2D, overview: Overview, xOf: (bucket: number) => number): void {
  const buckets = overview.opened.length;
  const layers = layersOf(overview);
  const top = topOf(overview);
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
}

function drawBars(
  context: CanvasRenderingContext2D,
  { opened, failed }: Overview,
  xOf: (bucket: number) => number,
): void {
  const most = Math.max(1, ...opened, ...failed);
  const draw = (counts: readonly number[], name: `--${string}`, room: number, least: number, isHanging: boolean) => {
    context.fillStyle = colour(name);
    for (const [bucket, count] of counts.entries()) {
      if (count === 0) continue;
      const height = Math.max(least, Math.round((count / most) * room));
      const x = Math.round(xOf(bucket));
      const barWidth = Math.max(2, Math.round(xOf(bucket + 1)) - x - 1);
      context.fillRect(x, isHanging ? BAR_BASE + 1 : BAR_BASE - height, barWidth, height);
    }
  };
  draw(opened, '--ink-3', PARTS.opened, 1, false);
  draw(failed, '--paint-reset', PARTS.failed, 4, true);
}

function drawTimes(context: CanvasRenderingContext2D, shown: Span, width: number, fontFamily: string): void {
  context.font = `11px ${fontFamily}`;
  context.textBaseline = 'middle';
  context.fillStyle = colour('--line');
  context.fillRect(0, PARTS.top, width, 1);
  context.fillStyle = colour('--line-2');
  context.fillRect(0, BAR_BASE, width, 1);
  let free = 0;
  for (const { us, label, major } of ticksOf(shown, width, 110)) {
    const x = Math.round(pixelOf(us, shown, width));
    context.fillStyle = colour('--line-2');
    context.fillRect(x, PLOT_HEIGHT, 1, 4);
    const labelWidth = context.measureText(label).width;
    const left = Math.max(0, Math.min(x - labelWidth / 2, width - labelWidth));
    if (left < free) continue;
    free = left + labelWidth + 12;
    context.fillStyle = colour(major ? '--ink' : '--ink-2');
    context.fillText(label, left, PLOT_HEIGHT + PARTS.labels / 2 + 2);
  }
}
