/** Marks of what happened at a time. Each kind has its own shape: tick, cross, exclamation mark, diamond, dot. */
import { colour } from '../palette.js';
import { type DrawnRow, transform } from './drawn-row.js';
import { placedMarks, type Shape } from './marks.js';
import type { Span } from './time-scale.js';

export function drawMarkers(
  context: CanvasRenderingContext2D,
  rows: readonly DrawnRow[],
  shown: Span,
  width: number,
): void {
  const path = new Path2D();
  for (const { lane, of, top, height } of rows) {
    if (lane === undefined || lane.markers.length === 0) continue;
    const { offset, factor } = transform(of, shown, width);
    const xOf = (pixel: number) => offset + (pixel + 0.5) * factor;
    for (const { shape, x } of placedMarks(lane.markers, xOf, width)) addShape(path, shape, x, top, height);
  }
  context.lineCap = 'round';
  context.strokeStyle = colour('--panel');
  context.lineWidth = 4;
  context.stroke(path);
  context.strokeStyle = colour('--ink');
  context.lineWidth = 1.6;
  context.stroke(path);
}

function addShape(path: Path2D, shape: Shape, x: number, top: number, height: number): void {
  const middle = top + height / 2;
  switch (shape) {
    case 'tick':
      path.moveTo(x, top + height - 7);
      path.lineTo(x, top + height - 2);
      return;
    case 'cross':
      path.moveTo(x - 3, middle - 3);
      path.lineTo(x + 3, middle + 3);
      path.moveTo(x - 3, middle + 3);
      path.lineTo(x + 3, middle - 3);
      return;
    case 'bang':
      // Beside its pixel: a refused connect has no other.
      path.moveTo(x + 5, top + 5);
      path.lineTo(x + 5, top + 13);
      path.moveTo(x + 5, top + 17);
      path.lineTo(x + 5, top + 17.5);
      return;
    case 'diamond':
      path.moveTo(x, middle - 4);
      path.lineTo(x + 4, middle);
      path.lineTo(x, middle + 4);
      path.lineTo(x - 4, middle);
      path.closePath();
      return;
    case 'dot':
      path.moveTo(x + 1.5, top + 4);
      path.arc(x, top + 4, 1.5, 0, 2 * Math.PI);
  }
}
