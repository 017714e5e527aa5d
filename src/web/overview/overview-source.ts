/** What the overview shows, and the numbers of it. */
import { computed, effect, signal } from '@preact/signals';
import type { Overview } from '../../server/contract.js';
import { answerTo } from '../answer.js';
import { address } from '../api.js';
import { info, range } from '../info.js';
import { recordedSpan } from '../lanes/range-choice.js';
import type { Span } from '../lanes/time-scale.js';
import { filter } from '../selection.js';
import { outerRange, stepped } from './outer-range.js';

export const overviewWidth = signal(0);

/** A bucket is that many pixels wide. */
const BUCKET_PIXELS = 3;

let previous: Span | undefined;
/** The span of the whole overview. */
export const outer = computed<Span | undefined>(() => {
  const known = info.value;
  const recorded = known === undefined ? undefined : recordedSpan(known);
  const shown = range.value;
  if (recorded === undefined || shown === undefined || overviewWidth.value === 0) return undefined;
  previous = outerRange(
    previous,
    shown,
    known?.fleet === undefined ? recorded : near(shown, recorded),
    overviewWidth.value,
  );
  return previous;
});

/** Of a fleet, everything is too much to be counted: so many lengths of the range at both sides. */
const NEAR = 4;

function near({ fromUs, toUs }: Span, recorded: Span): Span {
  const aroundUs = (toUs - fromUs) * NEAR;
  return { fromUs: Math.max(recorded.fromUs, fromUs - aroundUs), toUs: Math.min(recorded.toUs, toUs + aroundUs) };
}

/** Whether it is less than everything. */
export const isZoomed = computed(() => {
  const known = info.value;
  const recorded = known === undefined ? undefined : recordedSpan(known);
  return outer.value !== undefined && recorded !== undefined && outer.value.fromUs > recorded.fromUs + 1;
});

/** The same text while the same is asked, however often its signals change. */
const url = computed(() => {
  const span = outer.value;
  if (span === undefined) return undefined;
  const buckets = Math.max(32, Math.floor(overviewWidth.value / BUCKET_PIXELS));
  const { fromUs, toUs } = stepped(span, buckets);
  return address('overview', { from: fromUs, to: toUs, buckets, filter: filter.value });
});

/** Without an answer, it is asked for again after so long. */
const RETRY_MS = 3000;
const retries = signal(0);

export const overview = answerTo<Overview>(() => {
  retries.value;
  return url.value;
});

effect(() => {
  const { error } = overview.value;
  if (error === undefined || error.place !== undefined) return;
  const timer = setTimeout(() => retries.value++, RETRY_MS);
  return () => clearTimeout(timer);
});
