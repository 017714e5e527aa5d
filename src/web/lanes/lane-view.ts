/** How the lanes are laid out, and what the pointer and the keyboard are at: none of it is in the address. */
import { computed, signal } from '@preact/signals';
import { range } from '../info.js';
import { group } from '../selection.js';
import { timeAt } from './time-scale.js';

/** Pixels of the section of lanes without its scroll bar. */
export const sectionWidth = signal(0);
export const viewHeight = signal(0);
export const scrollTop = signal(0);

export type Layout = 'full' | 'wide' | 'medium' | 'phone';

/** Widths of the columns beside the lanes, by layout: style/lanes.css has the same. */
const COLUMNS_WIDTH: Readonly<Record<Layout, number>> = { full: 808, wide: 580, medium: 388, phone: 0 };
const ROW_HEIGHT: Readonly<Record<Layout, number>> = { full: 24, wide: 24, medium: 24, phone: 44 };
/** On a phone the lane is the second line of its row. */
const LANE_TOP: Readonly<Record<Layout, number>> = { full: 0, wide: 0, medium: 0, phone: 20 };
const LANE_HEIGHT = 24;

/** The least width of each layout, the widest first. */
const LEAST_WIDTHS: readonly (readonly [Layout, number])[] = [
  ['full', 1560],
  ['wide', 1000],
  ['medium', 640],
];

export const layout = computed<Layout>(
  () => LEAST_WIDTHS.find(([, least]) => sectionWidth.value >= least)?.[0] ?? 'phone',
);
export const laneLeft = computed(() => COLUMNS_WIDTH[layout.value]);
export const laneWidth = computed(() => Math.max(0, Math.floor(sectionWidth.value - laneLeft.value)));
export const rowHeight = computed(() => ROW_HEIGHT[layout.value]);
export const laneTop = computed(() => LANE_TOP[layout.value]);
export const laneHeight = LANE_HEIGHT;

/** The pointer is over the rows. */
export const isPointed = signal(false);
/** Someone reads rows: they must not move. */
export const isLookedAt = computed(() => isPointed.value || scrollTop.value > 0);

/** The pixel below the pointer, from the left edge of the lanes; undefined where it is not over a lane or an axis. */
export const hoverX = signal<number | undefined>(undefined);
/** Its time: it changes below a pointer that rests, while the range follows the clock. */
export const hoverUs = computed(() => {
  const shown = range.value;
  const x = hoverX.value;
  return shown === undefined || x === undefined ? undefined : timeAt(x, shown, laneWidth.value);
});
/** The row that has the keyboard's focus. */
export const activeRow = signal(0);

/** The keys of groups whose lanes are shown; empty again when the grouping changes. */
const expandedOf = signal<{ readonly group: string; readonly keys: ReadonlySet<string> }>({
  group: 'none',
  keys: new Set(),
});
const NONE: ReadonlySet<string> = new Set();
export const expanded = computed(() => (expandedOf.value.group === group.value ? expandedOf.value.keys : NONE));

/** Shows the lanes of a group in place, or hides them. */
export function toggleGroup(key: string): void {
  const keys = new Set(expanded.value);
  if (!keys.delete(key)) keys.add(key);
  expandedOf.value = { group: group.value, keys };
}

/** Shows the lanes of a group in place. */
export function expandGroup(key: string): void {
  if (!expanded.peek().has(key)) toggleGroup(key);
}

/** Of the element that scrolls, and has the focus of the keyboard. */
export const ROWS_ID = 'lane-rows';

/** Scrolls: the rows follow. Set by the element that scrolls. */
export const scroller = signal<HTMLElement | null>(null);

export function showRow(row: number): void {
  const element = scroller.value;
  if (element === null) return;
  const top = row * rowHeight.value;
  const bottom = top + rowHeight.value;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
}
