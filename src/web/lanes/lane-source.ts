/** The lanes that are shown: asked for again when the selection changes, and swapped when the answer is complete. */
import { computed, effect, signal } from '@preact/signals';
import type { Failure } from '../../server/contract.js';
import { failureIn } from '../answer.js';
import { RequestError } from '../api.js';
import { info, isLive, range, showsHosts } from '../info.js';
import { recoveries } from '../recoveries.js';
import { filter, group, sort } from '../selection.js';
import { LanePages, type Question } from './lane-pages.js';
import { expanded, isLookedAt, laneWidth, rowHeight, scrollTop, viewHeight } from './lane-view.js';
import { recordedSpan } from './range-choice.js';
import { RowLayout, type RowWindow, windowAt } from './row-layout.js';

/** While a range is dragged or zoomed, its lanes are asked for when it rests so long... */
const REST_MS = 80;
/** ...or has moved so long. */
const LONGEST_WAIT_MS = 400;

/** What is shown; undefined before the first answer. */
export const pages = signal<LanePages | undefined>(undefined);
/** Counts the answers that came. */
export const pagesVersion = signal(0);
export const lanesError = signal<Failure['error'] | undefined>(undefined);
export const isLoading = signal(false);
/** Lanes that the last answer has, and that are not shown where they belong. */
export const leftOut = signal(0);

const question = computed<Question | undefined>(() => {
  const shown = range.value;
  const width = laneWidth.value;
  if (shown === undefined || width < 16) return undefined;
  return {
    fromUs: Math.floor(shown.fromUs),
    toUs: Math.ceil(shown.toUs),
    width,
    filter: filter.value,
    group: showsHosts.value ? OF_HOSTS : group.value,
    sort: sort.value,
  };
});

export const rowLayout = computed(() => {
  pagesVersion.value;
  return layoutOf(pages.value);
});

let lastWindow: RowWindow = { first: 0, end: 0 };
/** The rows that are drawn. The same object while they are the same: scrolling by a pixel changes nothing. */
export const rowWindow = computed<RowWindow>(() => {
  const now = windowAt(scrollTop.value, viewHeight.value, rowHeight.value, rowLayout.value.count);
  if (now.first !== lastWindow.first || now.end !== lastWindow.end) lastWindow = now;
  return lastWindow;
});

/** What is open is known to be open until then, microseconds. */
export const recordedUntilUs = computed(() => {
  const known = info.value;
  return (known === undefined ? undefined : recordedSpan(known)?.toUs) ?? Number.POSITIVE_INFINITY;
});

function layoutOf(of: LanePages | undefined): RowLayout {
  return new RowLayout(of?.groups, of?.total ?? 0, expanded.value);
}

/** What the rows are grouped by where they are hosts. */
const OF_HOSTS = 'host';

/** Not asked again by itself. */
let failed: Question | undefined;
let next: LanePages | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The next answer is shown in its order, whoever looks. */
let sortsNext = false;
let waitingSince: number | undefined;
/** Asked when the answer that is on its way has come: a slow server would otherwise never finish one while the clock moves. */
let queued: Question | undefined;

/** Follows the selection from now on. @returns ends it */
export function watchLanes(): () => void {
  const ends = [
    effect(() => {
      const wanted = question.value;
      if (wanted === undefined) return;
      plan(wanted);
    }),
    effect(() => {
      recoveries.value;
      if (lanesError.peek() !== undefined) askAgain();
    }),
    // Scrolling, and expanding a group.
    effect(() => {
      const shown = pages.value;
      rowWindow.value;
      if (shown !== undefined) void loadWindow(shown);
    }),
  ];
  return () => {
    for (const end of ends) end();
    clearTimeout(timer);
    next?.end();
    next = undefined;
  };
}

function plan(wanted: Question): void {
  clearTimeout(timer);
  if (failed !== undefined && isSame(failed, wanted)) return;
  const known = (next ?? pages.peek())?.question;
  if (known !== undefined && isSame(known, wanted)) {
    waitingSince = undefined;
    return;
  }
  const now = performance.now();
  waitingSince ??= now;
  const waitMs =
    known !== undefined && isSameButRange(known, wanted) ? Math.min(REST_MS, waitingSince + LONGEST_WAIT_MS - now) : 0;
  timer = setTimeout(() => void ask(wanted), Math.max(0, waitMs));
}

function isSame(a: Question, b: Question): boolean {
  return (Object.keys(a) as (keyof Question)[]).every((key) => a[key] === b[key]);
}

/** Shows the lanes in their order. */
export function letIn(): void {
  sortsNext = true;
  askAgain();
}

/** Asks again after an error. */
export function askAgain(): void {
  const wanted = question.peek();
  if (wanted !== undefined) void ask(wanted);
}

function isSameButRange(a: Question, b: Question): boolean {
  return isSame({ ...a, fromUs: b.fromUs, toUs: b.toUs }, b);
}

async function ask(wanted: Question): Promise<void> {
  waitingSince = undefined;
  if (next !== undefined && isLive.peek() && isSameButRange(next.question, wanted)) {
    queued = wanted;
    return;
  }
  queued = undefined;
  next?.end();
  const asked = new LanePages(wanted);
  next = asked;
  isLoading.value = true;
  try {
    await asked.start();
    await asked.loadRows(rowsIn(asked));
    if (next !== asked) return;
    const before = pages.peek();
    before?.end();
    // The rows stand still where someone looks at them, and new ones are announced.
    const isLooking = isLive.peek() && isLookedAt.peek() && !sortsNext;
    const stands = before !== undefined && isLooking && isSameButRange(before.question, wanted);
    sortsNext = false;
    leftOut.value = stands ? asked.keepOrderOf(before) : 0;
    pages.value = asked;
    lanesError.value = undefined;
    failed = undefined;
  } catch (error) {
    if (next !== asked || asked.isEnded) return;
    // Without an answer, the next second asks again.
    failed = error instanceof RequestError ? wanted : undefined;
    lanesError.value = failureIn(error);
  }
  next = undefined;
  isLoading.value = false;
  pagesVersion.value++;
  if (queued !== undefined) void ask(queued);
}

async function loadWindow(shown: LanePages): Promise<void> {
  try {
    const loaded = await shown.loadRows(rowsIn(shown));
    if (loaded && pages.peek() === shown) pagesVersion.value++;
  } catch (error) {
    if (pages.peek() === shown && !shown.isEnded) lanesError.value = failureIn(error);
  }
}

/** The rows of the window, as these pages lay them out. */
function rowsIn(of: LanePages) {
  const layout = layoutOf(of);
  const { first, end } = windowAt(scrollTop.peek(), viewHeight.peek(), rowHeight.peek(), layout.count);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => layout.rowAt(first + index));
}
