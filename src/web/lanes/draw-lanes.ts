/** Lanes on a canvas. */
import type { GapMark, Run } from '../../server/contract.js';
import { FIRST_CALM, PAINT_ORDER } from '../paint-order.js';
import { colour } from '../palette.js';
import { drawMarkers } from './draw-markers.js';
import { type DrawnRow, transform } from './drawn-row.js';
import { fillsOf } from './patterns.js';
import { CERTAINTIES } from './runs.js';
import { ticksOf } from './ticks.js';
import { pixelOf, type Span, timeAt } from './time-scale.js';

const TIME_WAIT = PAINT_ORDER.indexOf('TIME-WAIT');
const LISTEN = PAINT_ORDER.indexOf('LISTEN');
/** A trouble is seen however short it was. */
const LEAST_TROUBLE = 2;
/** A pattern needs so many pixels to be seen. */
const LEAST_PATTERN = 4;

interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly alpha: number;
}

/** Draws rows for a span that is `width` pixels wide. */
export function drawLanes(
  context: CanvasRenderingContext2D,
  rows: readonly DrawnRow[],
  gaps: readonly GapMark[],
  shown: Span,
  width: number,
  height: number,
): void {
  const fills = fillsOf(context);
  // On a phone there is text above each lane: it stays clear.
  const isStacked = rows[0] !== undefined && rows[0].top > 0;
  if (!isStacked) drawGrid(context, shown, width, height);
  drawGaps(context, gaps, shown, width, height, isStacked ? rows : undefined);
  for (const { group, top, height: rowHeight } of rows)
    drawGaps(context, group?.gaps ?? [], shown, width, height, [{ top, height: rowHeight }]);
  // The calm first, so that trouble lies above where scaled pixels overlap.
  for (const [key, bars] of [...barsByFill(rows, shown, width)].sort(([a], [b]) => b - a)) {
    const paint = key >> 2;
    const certainty = CERTAINTIES[key & 3] ?? 'observed';
    context.fillStyle = fills.paints[certainty][paint] ?? '';
    for (const bar of bars) {
      if (context.globalAlpha !== bar.alpha) context.globalAlpha = bar.alpha;
      context.fillRect(bar.x, bar.y, bar.width, bar.height);
    }
    context.globalAlpha = 1;
  }
  drawMarkers(context, rows, shown, width);
}

function drawGrid(context: CanvasRenderingContext2D, shown: Span, width: number, height: number): void {
  context.fillStyle = colour('--grid');
  for (const { us } of ticksOf(shown, width)) context.fillRect(Math.round(pixelOf(us, shown, width)), 0, 1, height);
}

/** Bars by what they are filled with: changing it is what costs time. */
function barsByFill(rows: readonly DrawnRow[], shown: Span, width: number): Map<number, Bar[]> {
  const bars = new Map<number, Bar[]>();
  for (const row of rows) {
    const { lane, group, of } = row;
    const scale = transform(of, shown, width);
    const most = group === undefined ? 0 : Math.max(1, ...group.runs.map(([, , , count]) => count));
    for (const run of lane?.runs ?? group?.runs ?? []) {
      const x = Math.max(-1, Math.round(scale.offset + run[0] * scale.factor));
      const end = Math.min(width + 1, Math.round(scale.offset + run[1] * scale.factor));
      if (end < 0 || x > width) continue;
      const barWidth = Math.max(group === undefined && run[2] < FIRST_CALM ? LEAST_TROUBLE : 1, end - x);
      const alpha = group === undefined ? 1 : heat(run, most);
      const certainty = group === undefined && barWidth >= LEAST_PATTERN ? Math.min(2, run[3]) : 0;
      const key = run[2] * 4 + certainty;
      const [y, barHeight] = place(row, run[2], group !== undefined);
      const list = bars.get(key);
      const bar = { x, y, width: barWidth, height: barHeight, alpha };
      if (list === undefined) bars.set(key, [bar]);
      else list.push(bar);
    }
  }
  return bars;
}

/** Trouble fills the row, states are narrower, and what only lingers is a line. */
function place({ top, height }: DrawnRow, paint: number, isGroup: boolean): [y: number, height: number] {
  if (isGroup) return [top + 3, height - 6];
  const margin = paint < FIRST_CALM ? 2 : paint === TIME_WAIT ? height / 2 - 2 : paint === LISTEN ? height / 2 - 3 : 6;
  return [top + margin, height - 2 * margin];
}

/** The more connections, the stronger; trouble is always strong. */
function heat([, , paint, count]: Run, most: number): number {
  const share = Math.log1p(count) / Math.log1p(most);
  return paint < FIRST_CALM ? 0.7 + 0.3 * share : 0.2 + 0.65 * share;
}

/** Hatches what is missing, from top to bottom or in rows only. */
export function drawGaps(
  context: CanvasRenderingContext2D,
  gaps: readonly GapMark[],
  shown: Span,
  width: number,
  height: number,
  rows: readonly Pick<DrawnRow, 'top' | 'height'>[] = [{ top: 0, height }],
): void {
  if (gaps.length === 0) return;
  const { gap: fill } = fillsOf(context);
  const edge = colour('--gap');
  context.globalAlpha = 0.55;
  for (const gap of gaps) {
    const x = Math.round(pixelOf(gap.from_us, shown, width));
    const end = Math.max(x + 3, Math.round(pixelOf(gap.to_us, shown, width)));
    if (end < 0 || x > width) continue;
    for (const row of rows) {
      context.fillStyle = fill;
      context.fillRect(x, row.top, end - x, row.height);
      context.fillStyle = edge;
      context.fillRect(x, row.top, 1, row.height);
      context.fillRect(end - 1, row.top, 1, row.height);
    }
  }
  context.globalAlpha = 1;
}

/** The gap at a pixel, with some slack for narrow ones. */
export function gapAt(gaps: readonly GapMark[], pixel: number, shown: Span, width: number): GapMark | undefined {
  const slack = 2;
  const fromUs = timeAt(pixel - slack, shown, width);
  const toUs = timeAt(pixel + slack, shown, width);
  return gaps.find(({ from_us, to_us }) => from_us <= toUs && to_us >= fromUs);
}
