/** What can stand at a place of a filter, as far as the words before it say. */
import { CONNECTIVES, isReserved, TERM_WORDS } from '../../filter/terms.js';

/** `term`: a condition begins. `joint`: one has ended. Else the value of a condition: its first word. */
export type Expected = 'filter' | 'term' | 'joint' | 'state' | 'value';

export interface Caret {
  readonly expected: Expected;
  /** The word of the condition whose value is expected: `dst`, `comm` ... */
  readonly keyword: string;
  /** What is typed of the word at the caret. */
  readonly prefix: string;
  /** Where that word begins. */
  readonly from: number;
}

const STATE_WORDS: ReadonlySet<string> = new Set(['state', 'exclude', 'excl']);
const COMPARISON = /^(?:==?|!=|[<>]=?|eq|neq?|[gl]eq?|[gl]t)$/;

/** The place behind the first `at` characters of a filter. */
export function caretIn(filter: string, at: number): Caret {
  const before = filter.slice(0, at);
  // A regular expression for the last word would take the square of the length.
  const prefix = before.split(/\s/).at(-1) ?? '';
  const from = before.length - prefix.length;
  const words = before
    .slice(0, from)
    .split(/\s+/)
    .filter((word) => word !== '');
  let expected: Expected = 'filter';
  let keyword = '';
  for (const word of words) [expected, keyword] = after(word, expected, keyword);
  return { expected, keyword, prefix, from };
}

function after(word: string, expected: Expected, keyword: string): [Expected, string] {
  if (expected === 'state') return ['filter', ''];
  if (expected === 'value') return COMPARISON.test(word) ? ['value', keyword] : ['joint', ''];
  if (expected === 'filter' && STATE_WORDS.has(word)) return ['state', word];
  if (word === 'autobound') return ['joint', ''];
  if (TERM_WORDS.includes(word)) return ['value', word];
  const connective = CONNECTIVES.get(word);
  if (connective === ')') return ['joint', ''];
  return connective !== undefined || isReserved(word) ? ['term', ''] : ['joint', ''];
}
