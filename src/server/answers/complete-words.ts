/** What can stand at a caret, as far as the language alone says it. */
import { ORIGIN_NAMES, REASON_NAMES } from '../../filter/history-terms.js';
import { STATE_NAMES } from '../../filter/state-names.js';
import { TERM_WORDS } from '../../filter/terms.js';
import type { Caret } from '../complete/caret.js';
import type { Completion } from '../contract.js';

/** The language as typed; the filter is not read, since it may be incomplete. */
const JOINTS = ['and', 'or', ')'];
const BEGINNINGS = ['not', '('];
const STATE_WORDS = ['state', 'exclude'];

/** Behind these, the language has words. */
const NAMED_VALUES: Readonly<Record<string, readonly string[]>> = { origin: ORIGIN_NAMES, reason: REASON_NAMES };

export type Option = Completion['options'][number];

/** Whether the language has words for the value at a caret. */
export function hasNamedValues({ keyword }: { readonly keyword: string }): boolean {
  return Object.hasOwn(NAMED_VALUES, keyword);
}

export function wordOptions(caret: Caret): Option[] {
  switch (caret.expected) {
    case 'state':
      return words(caret, STATE_NAMES, 'state');
    case 'value':
      return words(caret, NAMED_VALUES[caret.keyword] ?? [], 'word');
    case 'joint':
      return words(caret, [...JOINTS, ...TERM_WORDS], 'word');
    case 'term':
      return words(caret, [...TERM_WORDS, ...BEGINNINGS], 'word');
    case 'filter':
      return words(caret, [...STATE_WORDS, ...TERM_WORDS, ...BEGINNINGS], 'word');
  }
}

function words({ prefix }: Caret, all: readonly string[], kind: 'word' | 'state'): Option[] {
  const typed = prefix.toLowerCase();
  return all
    .filter((word) => word.startsWith(typed))
    .map((word) => ({ text: word, kind, detail: null, connections: null }));
}
