/** What the overview shows: everything, or where the range would be too narrow to be seen, what is around it. */
import { lengthOf, type Span, within } from '../lanes/time-scale.js';

/** The brush is at least so wide, pixels, before the overview zooms in. */
const LEAST_BRUSH = 6;
/** Zoomed in, the overview is so many times as long as the range. */
const AROUND = 24;
/** It stays while the range takes no more of it than this. */
const MOST_SHARE = 0.75;

/** `previous` stays as long as it serves, so that the overview does not move below a brush that is dragged. */
export function outerRange(previous: Span | undefined, range: Span, recorded: Span, width: number): Span {
  const lengthUs = lengthOf(range);
  const isWide = (of: Span) => (lengthUs / lengthOf(of)) * width >= LEAST_BRUSH;
  const all = { fromUs: Math.min(recorded.fromUs, range.fromUs), toUs: Math.max(recorded.toUs, range.toUs) };
  if (isWide(all)) return all;
  const serves =
    previous !== undefined &&
    isWide(previous) &&
    lengthUs <= lengthOf(previous) * MOST_SHARE &&
    range.fromUs >= previous.fromUs &&
    range.toUs <= previous.toUs;
  if (serves) return previous;
  const middle = (range.fromUs + range.toUs) / 2;
  return within({ fromUs: middle - (lengthUs * AROUND) / 2, toUs: middle + (lengthUs * AROUND) / 2 }, all);
}

/** Whole multiples of a step that contain the span: asked again only when the clock has moved by a step. */
export function stepped(span: Span, buckets: number): Span {
  const least = lengthOf(span) / Math.max(1, buckets);
  const stepUs = Math.max(1, least >= 1e6 ? Math.ceil(least / 1e6) * 1e6 : Math.ceil(least));
  return { fromUs: Math.floor(span.fromUs / stepUs) * stepUs, toUs: Math.ceil(span.toUs / stepUs) * stepUs };
}
