/** The whole recording at a glance, and the brush that chooses the range. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { durationText, localTime } from '../../model/time-text.js';
import { range } from '../info.js';
import { cleared, drawOnChange } from '../lanes/canvas.js';
import { watchGestures } from '../lanes/gestures.js';
import { hoverUs } from '../lanes/lane-view.js';
import { pan, settle, settleSoon, showEverything, showSpan, zoom } from '../lanes/range-actions.js';
import { pixelOf, type Span, timeAt } from '../lanes/time-scale.js';
import { cursor, secondCursor } from '../selection.js';
import { type Brush, dragged, type Grip, gripAt, jumped } from './brush-range.js';
import { drawOverview, HEIGHT, topOf } from './draw-overview.js';
import { OverviewCard, type OverviewPoint } from './overview-card.js';
import { isZoomed, outer, overview, overviewWidth } from './overview-source.js';

const pointed = signal<OverviewPoint | undefined>(undefined);
/** The outer range stands still while the brush is dragged. */
const dragOuter = signal<Span | undefined>(undefined);
const shownOuter = (): Span | undefined => dragOuter.value ?? outer.value;

export function Overview() {
  const element = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => drawOnChange(() => canvas.current !== null && draw(canvas.current)), []);
  useEffect(() => (element.current === null ? undefined : watchOverview(element.current)), []);
  const { value, error } = overview.value;
  const span = shownOuter();
  const at = pointed.value;
  return (
    <section class="overview" aria-label="Overview" style={{ height: `${HEIGHT}px` }}>
      <Scale />
      <div ref={element} class="overview-plot">
        <canvas ref={canvas} aria-hidden="true" />
        <CursorMarks />
        <BrushFrame />
        {/* What is wrong with the filter is said at the filter. */}
        {error !== undefined && error.place === undefined && (
          <p class="overview-error" role="alert">
            {error.message}
          </p>
        )}
      </div>
      {isZoomed.value && (
        <button type="button" class="overview-all" onClick={showEverything} title="Show everything that is recorded">
          Everything
        </button>
      )}
      {at !== undefined && value !== undefined && span !== undefined && dragOuter.value === undefined && (
        <OverviewCard at={at} numbers={value} shown={span} width={overviewWidth.value} />
      )}
    </section>
  );
}

/** What the height of the parts means. */
function Scale() {
  const numbers = overview.value.value;
  return (
    <div class="overview-scale" aria-hidden="true">
      <span class="overview-top">{numbers === undefined ? '' : `${topOf(numbers).toLocaleString('en')} open`}</span>
      <span class="overview-opened">opened</span>
      <span class="overview-failed">failed</span>
    </div>
  );
}

function draw(canvas: HTMLCanvasElement): void {
  const width = overviewWidth.value;
  const span = shownOuter();
  const numbers = overview.value.value;
  const context = cleared(canvas, width, HEIGHT);
  if (context === undefined || span === undefined || numbers === undefined) return;
  drawOverview(context, numbers, span, width, getComputedStyle(canvas).fontFamily);
}

/** The pixels of the range; at least so wide that it can be seen. */
function brushOf(span: Span, shown: Span, width: number): Brush {
  const from = Math.max(0, Math.min(width - 2, pixelOf(span.fromUs, shown, width)));
  return { from, to: Math.min(width, Math.max(from + 2, pixelOf(span.toUs, shown, width))) };
}

/** Arrow keys move the brush, or with Shift its length, by this share. */
const KEY_SHARE = 0.1;

function BrushFrame() {
  const shown = range.value;
  const span = shownOuter();
  if (shown === undefined || span === undefined) return null;
  const width = overviewWidth.value;
  const { from, to } = brushOf(shown, span, width);
  const onKey = (event: KeyboardEvent) => {
    const right = event.key === 'ArrowRight';
    if (!right && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) zoom(right ? 1 / (1 - KEY_SHARE) : 1 - KEY_SHARE);
    else pan(right ? KEY_SHARE : -KEY_SHARE);
  };
  const text = `${localTime(Math.round(shown.fromUs)).slice(0, 19)} to ${localTime(Math.round(shown.toUs)).slice(0, 19)}, ${durationText(shown.toUs - shown.fromUs)}`;
  return (
    <>
      <span class="overview-shade is-before" style={{ width: `${from}px` }} />
      <span class="overview-shade is-after" style={{ left: `${to}px` }} />
      <div
        class="brush"
        role="slider"
        tabIndex={0}
        aria-label="Range"
        aria-valuemin={Math.floor(span.fromUs)}
        aria-valuemax={Math.ceil(span.toUs)}
        aria-valuenow={Math.floor(shown.fromUs)}
        aria-valuetext={text}
        style={{ left: `${from}px`, width: `${to - from}px` }}
        onKeyDown={onKey}
      >
        <span class="brush-handle is-start" />
        <span class="brush-handle is-end" />
      </div>
    </>
  );
}

function CursorMarks() {
  const span = shownOuter();
  if (span === undefined) return null;
  const width = overviewWidth.value;
  const marks = [
    ['is-first', cursor.value],
    ['is-second', secondCursor.value],
    ['is-hover', hoverUs.value],
  ] as const;
  return (
    <>
      {marks.map(([name, us]) => {
        const x = us === undefined ? -1 : pixelOf(us, span, width);
        return x < 0 || x > width ? null : (
          <span key={name} class={`overview-cursor ${name}`} style={{ left: `${Math.round(x)}px` }} />
        );
      })}
    </>
  );
}

function watchOverview(element: HTMLElement): () => void {
  const measure = () => {
    overviewWidth.value = element.clientWidth;
  };
  const observer = new ResizeObserver(measure);
  observer.observe(element);
  measure();

  let drag: { readonly brush: Brush; readonly grip: Grip; readonly span: Span } | undefined;
  const show = ({ from, to }: Brush, span: Span, how: 'push' | 'preview') => {
    const width = overviewWidth.peek();
    showSpan({ fromUs: timeAt(from, span, width), toUs: timeAt(to, span, width) }, how);
  };
  const endGestures = watchGestures(element, {
    start: ({ x }) => {
      const span = outer.peek();
      const shown = range.peek();
      if (span === undefined || shown === undefined) return false;
      const brush = brushOf(shown, span, overviewWidth.peek());
      drag = { brush, grip: gripAt(x, brush), span };
      return true;
    },
    move: ({ x }, from) => {
      if (drag === undefined) return;
      dragOuter.value = drag.span;
      show(dragged(drag.brush, drag.grip, from.x, x, overviewWidth.peek()), drag.span, 'preview');
    },
    end: (_point, _from, cancelled) => {
      if (cancelled && drag !== undefined) show(drag.brush, drag.span, 'preview');
      settle();
      dragOuter.value = undefined;
    },
    click: ({ x }) => {
      if (drag !== undefined && drag.grip === 'outside') {
        show(jumped(drag.brush, x, overviewWidth.peek()), drag.span, 'push');
      }
    },
    pinch: (x, factor) => {
      const span = outer.peek();
      if (span !== undefined) zoom(factor, timeAt(x, span, overviewWidth.peek()), 'preview');
    },
    pinchEnd: settle,
  });
  const hover = (event: PointerEvent) => {
    const pixel = event.clientX - element.getBoundingClientRect().left;
    pointed.value = event.pointerType === 'touch' ? undefined : { pixel, x: event.clientX, y: event.clientY };
    const shown = range.peek();
    const span = outer.peek();
    if (shown === undefined || span === undefined || event.buttons !== 0) return;
    element.dataset['grip'] = gripAt(pixel, brushOf(shown, span, overviewWidth.peek()));
  };
  const leave = () => {
    pointed.value = undefined;
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(event.deltaX / 400, 'preview');
    else zoom(1.0015 ** event.deltaY, undefined, 'preview');
    settleSoon();
  };
  element.addEventListener('pointermove', hover);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('dblclick', showEverything);
  return () => {
    observer.disconnect();
    endGestures();
    element.removeEventListener('pointermove', hover);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('dblclick', showEverything);
  };
}
