import { printable } from './printable.js';

/** A text, and a line with carets under the place in it that is meant. */
export type MarkedPlace = readonly [text: string, carets: string];

/** Marks what lies between two offsets, or the one character after the first. Hidden characters are escaped: the carets fit. */
export function markedPlace(text: string, start: number, end: number): MarkedPlace {
  const before = printable(text.slice(0, start));
  const there = printable(text.slice(start, end));
  const behindEnd = Math.max(0, start - text.length);
  const carets = ' '.repeat(before.length + behindEnd) + '^'.repeat(Math.max(1, there.length));
  return [before + there + printable(text.slice(end)), carets];
}
