import { ORIGIN_NAMES, REASON_NAMES } from '../../filter/history-terms.js';
import { STATE_NAMES } from '../../filter/state-names.js';
import { isReserved, TERM_WORDS } from '../../filter/terms.js';
import { NameHistory } from '../../query/name-history.js';
import { type Caret, caretIn } from '../complete/caret.js';
import { type SeenFacts, type SeenValues, seenValues } from '../complete/seen-values.js';
import type { Completion } from '../contract.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import type { Asked } from './asked.js';
import { wholeIndexOf } from './indexed.js';

const MOST_OPTIONS = 50;
/** The language as typed; the filter is not read, since it may be incomplete. */
const JOINTS = ['and', 'or', ')'];
const BEGINNINGS = ['not', '('];
const STATE_WORDS = ['state', 'exclude'];

/** Behind these, the language has words. */
const NAMED_VALUES: Readonly<Record<string, readonly string[]>> = { origin: ORIGIN_NAMES, reason: REASON_NAMES };

type Option = Completion['options'][number];

/** GET /api/complete. */
export function complete(asked: Asked, indexes: LaneIndexes): Completion {
  const text = asked.query.text('filter') ?? '';
  const at = asked.query.whole('caret', { most: text.length, otherwise: text.length });
  const caret = caretIn(text, at);
  const { from } = caret;
  switch (caret.expected) {
    case 'state':
      return { from, options: words(caret, STATE_NAMES, 'state') };
    case 'value':
      if (caret.keyword in NAMED_VALUES)
        return { from, options: words(caret, NAMED_VALUES[caret.keyword] ?? [], 'word') };
      return { from, options: values(caret, caret.keyword, factsOf(asked, indexes, caret)) };
    case 'joint':
      return { from, options: words(caret, [...JOINTS, ...TERM_WORDS], 'word') };
    case 'term':
      return {
        from,
        options: [...words(caret, [...TERM_WORDS, ...BEGINNINGS], 'word'), ...shorthand(caret, asked, indexes)],
      };
    case 'filter':
      return {
        from,
        options: [
          ...words(caret, [...STATE_WORDS, ...TERM_WORDS, ...BEGINNINGS], 'word'),
          ...shorthand(caret, asked, indexes),
        ].slice(0, MOST_OPTIONS),
      };
  }
}

function factsOf(asked: Asked, indexes: LaneIndexes, { prefix }: Caret): SeenFacts {
  const window = asked.window();
  const { index } = wholeIndexOf(asked, window, indexes);
  return { index, places: asked.places, names: new NameHistory(asked.database), window, prefix };
}

function words({ prefix }: Caret, all: readonly string[], kind: 'word' | 'state'): Option[] {
  const typed = prefix.toLowerCase();
  return all
    .filter((word) => word.startsWith(typed))
    .map((word) => ({ text: word, kind, detail: null, connections: null }));
}

/** Names of processes and hosts that begin with what is typed where a condition begins, each as a condition. */
function shorthand(caret: Caret, asked: Asked, indexes: LaneIndexes): Option[] {
  if (caret.prefix.length < 2) return [];
  const facts = factsOf(asked, indexes, caret);
  return ['comm', 'dst'].flatMap((keyword) =>
    values(caret, keyword, facts).map((option) => ({
      ...option,
      text: keyword === 'comm' ? `comm = ${option.text}` : `${keyword} ${option.text}`,
    })),
  );
}

/** The most frequent first. */
function values({ prefix }: Caret, keyword: string, facts: SeenFacts): Option[] {
  const found: SeenValues = seenValues(keyword, facts);
  const typed = prefix.toLowerCase();
  return [...found]
    .filter(([value]) => value.toLowerCase().startsWith(typed) && !/\s/.test(value) && !isReserved(value))
    .sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))
    .slice(0, MOST_OPTIONS)
    .map(([text, connections]) => ({ text, kind: 'value', detail: null, connections }));
}
