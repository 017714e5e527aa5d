/** What is drawn in a row, and where its pixels lie in the span that is shown. */
import type { Lane, LaneGroup } from '../../server/contract.js';
import { pixelOf, type Span } from './time-scale.js';

/** What is drawn in one row; `top` and `height` of its lane, pixels. */
export interface DrawnRow {
  readonly top: number;
  readonly height: number;
  /** What its pixels mean. It may be another span than that which is shown: then the pixels are moved and scaled. */
  readonly of: Drawn;
  readonly lane?: Lane;
  readonly group?: LaneGroup;
}

/** The span that an answer's pixels cover. */
export interface Drawn {
  readonly fromUs: number;
  readonly toUs: number;
  readonly width: number;
}

/** From the pixels of an answer to those that are shown. */
export function transform(of: Drawn, shown: Span, width: number): { offset: number; factor: number } {
  const offset = pixelOf(of.fromUs, shown, width);
  return { offset, factor: (pixelOf(of.toUs, shown, width) - offset) / Math.max(1, of.width) };
}
