import { SstoryError } from '../model/error.js';
import { markedPlace } from '../model/marked-place.js';
import type { Span } from './expression.js';

/**
 * As ss exits: 255 where the words do not make a filter, 1 where a value in it (an address, a port, a device) is invalid.
 */
export type FilterErrorKind = 'syntax' | 'value';

/** An error at a place of a filter. */
export function filterError(
  kind: FilterErrorKind,
  text: string,
  span: Span,
  problem: string,
  hint?: string,
): SstoryError {
  return new SstoryError(`filter-${kind}`, problem, {
    place: markedPlace(text, span.start, span.end),
    exitCode: kind === 'syntax' ? 255 : 1,
    ...(hint === undefined ? {} : { hint }),
  });
}
