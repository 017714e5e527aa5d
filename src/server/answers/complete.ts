import { isReserved } from '../../filter/terms.js';
import { NameHistory } from '../../query/name-history.js';
import { type Caret, caretIn } from '../complete/caret.js';
import { type SeenFacts, type SeenValues, seenValues } from '../complete/seen-values.js';
import type { Completion } from '../contract.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import type { Asked } from './asked.js';
import { hasNamedValues, type Option, wordOptions } from './complete-words.js';
import { wholeIndexOf } from './indexed.js';

const MOST_OPTIONS = 50;

/** GET /api/complete. */
export function complete(asked: Asked, indexes: LaneIndexes): Completion {
  const text = asked.query.text('filter') ?? '';
  const at = asked.query.whole('caret', { most: text.length, otherwise: text.length });
  const caret = caretIn(text, at);
  const { from } = caret;
  const options = wordOptions(caret);
  switch (caret.expected) {
    case 'value':
      return hasNamedValues(caret)
        ? { from, options }
        : { from, options: values(caret, caret.keyword, factsOf(asked, indexes, caret)) };
    case 'term':
      return { from, options: [...options, ...shorthand(caret, asked, indexes)] };
    case 'filter':
      return { from, options: [...options, ...shorthand(caret, asked, indexes)].slice(0, MOST_OPTIONS) };
    default:
      return { from, options };
  }
}

function factsOf(asked: Asked, indexes: LaneIndexes, { prefix }: Caret): SeenFacts {
  const window = asked.window();
  const { index } = wholeIndexOf(asked, window, indexes);
  return { index, places: asked.places, names: new NameHistory(asked.database), window, prefix };
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
