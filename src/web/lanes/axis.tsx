/** The time axis above the lanes: a click sets the cursor, with Shift the second one; a drag chooses a range. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { hold, range } from '../info.js';
import { colour } from '../palette.js';
import { cleared, drawOnChange } from './canvas.js';
import { setCursor } from './cursors.js';
import { drawGaps } from './draw-lanes.js';
import { watchGestures } from './gestures.js';
import { hoverAt, hoverEnd } from './lane-hover.js';
import { pages } from './lane-source.js';
import { hoverX, laneLeft, laneWidth } from './lane-view.js';
import { settleSoon, showEverything, showSpan, zoom } from './range-actions.js';
import { ticksOf } from './ticks.js';
import { pixelOf, timeAt } from './time-scale.js';

export const AXIS_HEIGHT = 28;

/** The pixels of a range that is being drawn. */
const chosen = signal<{ readonly from: number; readonly to: number } | undefined>(undefined);

export function Axis() {
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => drawOnChange(() => canvas.current !== null && drawAxis(canvas.current)), []);
  useEffect(() => (element.current === null ? undefined : watchAxis(element.current)), []);
  const marked = chosen.value;
  return (
    <div
      ref={element}
      class="axis"
      style={{ left: `${laneLeft.value}px`, width: `${laneWidth.value}px` }}
      title="Click: cursor. Shift+click: second cursor. Drag: zoom. Double click: everything"
    >
      <canvas ref={canvas} aria-hidden="true" />
      {marked !== undefined && (
        <span
          class="axis-chosen"
          style={{ left: `${Math.min(marked.from, marked.to)}px`, width: `${Math.abs(marked.to - marked.from)}px` }}
        />
      )}
    </div>
  );
}

function drawAxis(canvas: HTMLCanvasElement): void {
  const width = laneWidth.value;
  const shown = range.value;
  const gaps = pages.value?.gaps ?? [];
  const context = cleared(canvas, width, AXIS_HEIGHT);
  if (context === undefined || shown === undefined) return;
  drawGaps(context, gaps, shown, width, AXIS_HEIGHT);
  const { fontFamily } = getComputedStyle(canvas);
  context.textBaseline = 'middle';
  const line = colour('--line-2');
  const ink = colour('--ink-2');
  const strong = colour('--ink');
  let free = 0;
  for (const { us, label, major } of ticksOf(shown, width)) {
    const x = Math.round(pixelOf(us, shown, width));
    context.fillStyle = line;
    context.fillRect(x, AXIS_HEIGHT - (major ? 10 : 6), 1, major ? 10 : 6);
    context.font = `${major ? '600 ' : ''}11px ${fontFamily}`;
    const labelWidth = context.measureText(label).width;
    const left = Math.max(2, x - labelWidth / 2);
    if (left < free || left + labelWidth > width - 2) continue;
    free = left + labelWidth + 8;
    context.fillStyle = major ? strong : ink;
    context.fillText(label, left, 10);
  }
}

function watchAxis(element: HTMLElement): () => void {
  const usOf = (x: number): number | undefined => {
    const shown = range.peek();
    return shown === undefined ? undefined : timeAt(x, shown, laneWidth.peek());
  };
  const ends = watchGestures(element, {
    start: ({ event }) => !(event.target instanceof Element && event.target.closest('.cursor-chip') !== null),
    move: ({ x }, from) => {
      hold(true);
      chosen.value = { from: from.x, to: Math.max(0, Math.min(laneWidth.peek(), x)) };
    },
    end: ({ x }, from, cancelled) => {
      chosen.value = undefined;
      hold(false);
      const a = usOf(from.x);
      const b = usOf(Math.max(0, Math.min(laneWidth.peek(), x)));
      if (!cancelled && a !== undefined && b !== undefined) {
        showSpan({ fromUs: Math.min(a, b), toUs: Math.max(a, b) });
      }
    },
    click: ({ x, event }) => {
      const us = usOf(x);
      if (us !== undefined) setCursor(us, event.shiftKey ? 'second' : 'first');
    },
    pinch: (x, factor) => zoom(factor, usOf(x), 'preview'),
    pinchEnd: settleSoon,
  });
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const us = usOf(event.clientX - element.getBoundingClientRect().left);
    zoom(1.0015 ** event.deltaY, us, 'preview');
    settleSoon();
  };
  const hover = (event: PointerEvent) => {
    const pixel = event.clientX - element.getBoundingClientRect().left;
    hoverX.value = pixel;
    // Gaps explain themselves here too.
    if (event.buttons === 0) hoverAt({ area: 'rows', row: -1, pixel, x: event.clientX, y: event.clientY });
    else hoverEnd();
  };
  const leave = () => {
    hoverX.value = undefined;
    hoverEnd();
  };
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('pointermove', hover);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('dblclick', showEverything);
  return () => {
    ends();
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('pointermove', hover);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('dblclick', showEverything);
  };
}
