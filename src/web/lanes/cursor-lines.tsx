/** The cursors over axis and lanes, with their times; and a thin line below the pointer. */
import { useEffect, useRef } from 'preact/hooks';
import { durationText } from '../../model/time-text.js';
import { range } from '../info.js';
import { cursor, secondCursor } from '../selection.js';
import { removeCursor, setCursor, type Which } from './cursors.js';
import { watchGestures } from './gestures.js';
import { hoverUs, laneLeft, laneWidth } from './lane-view.js';
import { momentText } from './moment-text.js';
import { pixelOf, timeAt } from './time-scale.js';

export function CursorLines() {
  const first = cursor.value;
  const second = secondCursor.value;
  return (
    <div class="cursors" style={{ left: `${laneLeft.value}px`, width: `${laneWidth.value}px` }}>
      <HoverLine />
      {first !== undefined && second !== undefined && <Distance from={first} to={second} />}
      {first !== undefined && <CursorLine us={first} which="first" other={second} />}
      {second !== undefined && <CursorLine us={second} which="second" other={first} />}
    </div>
  );
}

/** Its pixel, if the time is in the range. */
function visiblePixel(us: number | undefined): number | undefined {
  const shown = range.value;
  if (us === undefined || shown === undefined) return undefined;
  const x = pixelOf(us, shown, laneWidth.value);
  return x >= 0 && x <= laneWidth.value ? x : undefined;
}

function HoverLine() {
  const us = hoverUs.value;
  const shown = range.value;
  const x = visiblePixel(us);
  if (x === undefined || us === undefined || shown === undefined) return null;
  return (
    <div class="hover-line" style={{ transform: `translateX(${Math.round(x)}px)` }} aria-hidden="true">
      <span class={x > laneWidth.value / 2 ? 'hover-time is-left' : 'hover-time'}>
        {momentText(us, shown, laneWidth.value)}
      </span>
    </div>
  );
}

function Distance({ from, to }: { from: number; to: number }) {
  const shown = range.value;
  if (shown === undefined) return null;
  const width = laneWidth.value;
  const [left, right] = [pixelOf(Math.min(from, to), shown, width), pixelOf(Math.max(from, to), shown, width)];
  if (right < 0 || left > width) return null;
  const shownLeft = Math.max(0, left);
  return (
    <div
      class="cursor-distance"
      style={{ transform: `translateX(${shownLeft}px)`, width: `${Math.min(width, right) - shownLeft}px` }}
    >
      <span class="cursor-length">{durationText(Math.abs(to - from))}</span>
    </div>
  );
}

const NAMES: Readonly<Record<Which, string>> = { first: 'Cursor', second: 'Second cursor' };
/** Arrow keys move a cursor so many pixels; with Shift, more. */
const KEY_STEP = 1;
const LARGE_KEY_STEP = 20;

/** A chip beside its line, so that it is whole and does not lie on that of the other cursor. */
const CHIP_WIDTH = 120;

function chipSide(x: number, width: number, otherX: number): string {
  if (x < CHIP_WIDTH / 2) return 'is-right';
  if (x > width - CHIP_WIDTH / 2) return 'is-left';
  if (Math.abs(otherX - x) > CHIP_WIDTH) return '';
  return x < otherX ? 'is-left' : 'is-right';
}

interface CursorLineOptions {
  readonly us: number;
  readonly which: Which;
  readonly other: number | undefined;
}

function CursorLine({ us, which, other }: CursorLineOptions) {
  const chip = useRef<HTMLButtonElement>(null);
  const shown = range.value;
  const x = visiblePixel(us);
  const isVisible = x !== undefined;
  useEffect(() => (chip.current === null ? undefined : watchChip(chip.current, which)), [which, isVisible]);
  if (x === undefined || shown === undefined) return null;
  const width = laneWidth.value;
  const text = momentText(us, shown, width);
  const otherX = other === undefined ? Number.POSITIVE_INFINITY : pixelOf(other, shown, width);
  return (
    <div class={`cursor-line is-${which}`} style={{ transform: `translateX(${Math.round(x)}px)` }}>
      <button
        ref={chip}
        type="button"
        class={`cursor-chip ${chipSide(x, width, otherX)}`}
        role="slider"
        aria-label={NAMES[which]}
        aria-valuemin={Math.floor(shown.fromUs)}
        aria-valuemax={Math.ceil(shown.toUs)}
        aria-valuenow={us}
        aria-valuetext={text}
        title={`${NAMES[which]}: drag, or arrow keys; Delete removes it`}
        onKeyDown={(event) => onKey(event, us, which)}
      >
        {text}
      </button>
    </div>
  );
}

function onKey(event: KeyboardEvent, us: number, which: Which): void {
  const shown = range.peek();
  if (shown === undefined) return;
  const pixelUs = (shown.toUs - shown.fromUs) / Math.max(1, laneWidth.peek());
  const stepUs = Math.max(1, pixelUs * (event.shiftKey ? LARGE_KEY_STEP : KEY_STEP));
  if (event.key === 'ArrowLeft') setCursor(us - stepUs, which);
  else if (event.key === 'ArrowRight') setCursor(us + stepUs, which);
  else if (event.key === 'Delete' || event.key === 'Backspace') removeCursor(which);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function watchChip(chip: HTMLElement, which: Which): () => void {
  const usOf = (clientX: number): number | undefined => {
    const shown = range.peek();
    const box = chip.closest('.cursors')?.getBoundingClientRect();
    if (shown === undefined || box === undefined) return undefined;
    return timeAt(Math.max(0, Math.min(box.width, clientX - box.left)), shown, box.width);
  };
  const set = (clientX: number, how: 'push' | 'preview') => {
    const us = usOf(clientX);
    if (us !== undefined) setCursor(us, which, how);
  };
  let began: number | undefined;
  return watchGestures(chip, {
    start: () => {
      began = (which === 'first' ? cursor : secondCursor).peek();
      return true;
    },
    move: ({ event }) => set(event.clientX, 'preview'),
    end: ({ event }, _from, cancelled) => {
      if (!cancelled) set(event.clientX, 'push');
      else if (began !== undefined) setCursor(began, which);
    },
  });
}
