/** The conditions about what only a history knows: how their values are read. */
import { parseSpan } from '../model/duration.js';
import { CLOSE_REASONS, type CloseReason, ORIGINS, type Origin } from '../model/stored-codes.js';
import type { Comparison, Equality, HistoryTerm } from './expression.js';
import { parseNumber } from './number.js';
import type { Word, Words } from './words.js';

interface HistoryWord {
  /** Whether it supports `>` and its like. */
  readonly ordered: boolean;
  /** What follows it, in the words of an error. */
  readonly expected: string;
  /** @throws SstoryError at the word */
  readonly term: (comparison: Comparison, word: Word, words: Words) => HistoryTerm;
}

const NAME_PATTERN = /^[a-z\d_.*-]{1,253}$/;

/** How people write the reasons, in one word. */
const REASON_WORDS: ReadonlyMap<string, CloseReason> = new Map<string, CloseReason>([
  ...CLOSE_REASONS.map((reason) => [reason.replaceAll(' ', '-'), reason] as const),
  ['reset', 'reset by peer'],
  ['timeout', 'timed out'],
  ['timedout', 'timed out'],
]);

export const HISTORY_WORDS: Readonly<Record<HistoryTerm['kind'], HistoryWord>> = {
  id: {
    ordered: true,
    expected: 'the id of a connection',
    term: (comparison, word, words) => {
      const value = parseNumber(word.text.replace(/^#/, ''));
      if (value === undefined) throw words.error('value', `invalid id "${word.text}"`, undefined, word);
      return { kind: 'id', comparison, value };
    },
  },
  origin: {
    ordered: false,
    expected: 'an origin',
    term: (comparison, word, words) => {
      const origin = ORIGINS.find((each) => each === word.text.toLowerCase());
      if (origin === undefined) throw oneOf(words, word, 'origin', ORIGINS);
      return { kind: 'origin', comparison: equality(comparison), origin };
    },
  },
  reason: {
    ordered: false,
    expected: 'why a connection ended',
    term: (comparison, word, words) => {
      const reason = REASON_WORDS.get(word.text.toLowerCase().replaceAll('_', '-'));
      if (reason === undefined) throw oneOf(words, word, 'reason', [...REASON_WORDS.keys()]);
      return { kind: 'reason', comparison: equality(comparison), reason };
    },
  },
  duration: {
    ordered: true,
    expected: 'a duration',
    term: (comparison, word, words) => {
      const us = parseSpan(word.text);
      if (us === undefined) throw words.error('value', `invalid duration "${word.text}"`, 'write: 5s, 1h30m', word);
      return { kind: 'duration', comparison, us };
    },
  },
  name: {
    ordered: false,
    expected: 'a host name',
    term: (comparison, word, words) => {
      const pattern = word.text.toLowerCase().replace(/\.$/, '');
      if (!NAME_PATTERN.test(pattern)) {
        throw words.error('value', `invalid host name "${word.text}"`, 'as in kafka.internal, or *.internal', word);
      }
      return { kind: 'name', comparison: equality(comparison), pattern };
    },
  },
};

/** The words that name reasons and origins, for completion. */
export const REASON_NAMES: readonly string[] = [...REASON_WORDS.keys()];
export const ORIGIN_NAMES: readonly Origin[] = ORIGINS;

/** Whether a name fits a pattern. src/filter/sql.ts has the same in SQL. */
export function fitsName(name: string, pattern: string): boolean {
  if (!pattern.includes('*')) return name === pattern;
  // From the left, each part at its first place: no part of the name is looked at again and again.
  const [first = '', ...parts] = pattern.split('*');
  const last = parts.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let from = first.length;
  for (const part of parts) {
    const found = name.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}

function equality(comparison: Comparison): Equality {
  return comparison === 'ne' ? 'ne' : 'eq';
}

function oneOf(words: Words, word: Word, what: string, known: readonly string[]) {
  return words.error('value', `unknown ${what} "${word.text}"`, `one of ${known.join(' ')}`, word);
}
