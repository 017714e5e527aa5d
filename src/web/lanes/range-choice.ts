/** From a span that was drawn or zoomed to what the selection says of it. */
import type { Info } from '../../server/contract.js';
import type { Selection } from '../selection-address.js';
import { lengthOf, type Span, within } from './time-scale.js';

/** Zooming in ends here. */
export const SHORTEST_US = 1000;
/** How much of a range may lie beyond what is recorded, so that its ends can be seen. */
const BEYOND = 0.02;
/** A shorter range stays where it is, and does not follow the clock. */
const SHORTEST_LIVE_US = 10e6;

type Recorded = Pick<Info, 'span' | 'now_us' | 'recording'>;

/** All that is recorded; while recording goes on, until now. */
export function recordedSpan({ span, now_us, recording }: Recorded): Span | undefined {
  if (span === null) return undefined;
  const toUs = recording ? Math.max(span.to_us, now_us) : span.to_us;
  return { fromUs: span.from_us, toUs: Math.max(toUs, span.from_us + SHORTEST_US) };
}

/** The nearest span that can be shown. */
export function allowed(span: Span, recorded: Span): Span {
  const marginUs = Math.min(lengthOf(span), lengthOf(recorded)) * BEYOND;
  const bounds = { fromUs: recorded.fromUs - marginUs, toUs: recorded.toUs + marginUs };
  return within(span, bounds, SHORTEST_US);
}

/** A range that reaches the present follows the clock: it becomes relative. */
export function rangeSelection(span: Span, info: Recorded): Pick<Selection, 'from' | 'to'> {
  const recorded = recordedSpan(info);
  const fromUs = Math.floor(span.fromUs);
  const toUs = Math.ceil(span.toUs);
  const nowUs = recorded?.toUs ?? toUs;
  const isLive = info.recording && toUs >= nowUs && nowUs - fromUs >= SHORTEST_LIVE_US;
  if (!isLive) return { from: fromUs, to: toUs };
  if (recorded !== undefined && fromUs <= recorded.fromUs) return { from: Math.floor(recorded.fromUs), to: 'now' };
  return { from: `-${Math.round((nowUs - fromUs) / 1e6)}s`, to: undefined };
}

/** Everything that is recorded. */
export function everything(info: Recorded): Pick<Selection, 'from' | 'to'> {
  const recorded = recordedSpan(info);
  if (recorded === undefined) return { from: undefined, to: undefined };
  return { from: Math.floor(recorded.fromUs), to: info.recording ? 'now' : Math.ceil(recorded.toUs) };
}
