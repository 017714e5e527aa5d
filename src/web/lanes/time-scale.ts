/** Times and the pixels that they are drawn at. */

/** A part of time, microseconds since the epoch. */
export interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

export const lengthOf = ({ fromUs, toUs }: Span): number => toUs - fromUs;

/** The pixel of a time, where a span is `width` pixels wide; outside of 0 to `width` for a time outside of the span. */
export function pixelOf(us: number, span: Span, width: number): number {
  return ((us - span.fromUs) / lengthOf(span)) * width;
}

/** The time of a pixel. */
export function timeAt(pixel: number, span: Span, width: number): number {
  return span.fromUs + (pixel / Math.max(1, width)) * lengthOf(span);
}

export function moved(span: Span, byUs: number): Span {
  return { fromUs: span.fromUs + byUs, toUs: span.toUs + byUs };
}

/** Scaled by `factor` (below 1: zoomed in), with `aroundUs` staying at its pixel. */
export function scaled(span: Span, factor: number, aroundUs: number): Span {
  return {
    fromUs: aroundUs - (aroundUs - span.fromUs) * factor,
    toUs: aroundUs + (span.toUs - aroundUs) * factor,
  };
}

/** With a margin at both ends, a share of its length. */
export function widened(span: Span, share: number): Span {
  const marginUs = lengthOf(span) * share;
  return { fromUs: span.fromUs - marginUs, toUs: span.toUs + marginUs };
}

/** Moved, or where it is too long shortened, to lie within the bounds. */
export function within(span: Span, bounds: Span, shortestUs = 0): Span {
  const lengthUs = Math.min(Math.max(lengthOf(span), shortestUs), Math.max(lengthOf(bounds), shortestUs));
  const centred = lengthUs === lengthOf(span) ? span.fromUs : (span.fromUs + span.toUs - lengthUs) / 2;
  const fromUs = Math.max(bounds.fromUs, Math.min(centred, bounds.toUs - lengthUs));
  return { fromUs, toUs: fromUs + lengthUs };
}
