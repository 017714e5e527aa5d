import { SstoryError } from '../model/error.js';
import type { Span } from './expression.js';

/**
 * As ss exits: 255 where the words do not make a filter, 1 where a value in it (an address, a port, a device) is invalid.
 */
export type FilterErrorKind = 'syntax' | 'value';

/** An error at a place of a filter: the message has a second line with the filter and a third with carets under the place. */
export function filterError(
  kind: FilterErrorKind,
  text: string,
  span: Span,
  problem: string,
  hint?: string,
): SstoryError {
  const carets = ' '.repeat(span.start) + '^'.repeat(Math.max(1, span.end - span.start));
  return new SstoryError(`filter-${kind}`, `${problem}\n  ${text}\n  ${carets}`, {
    exitCode: kind === 'syntax' ? 255 : 1,
    ...(hint === undefined ? {} : { hint }),
  });
}
