/** Adding a condition to a filter of ss's language. */

/** A filter: its words for states come first, and are no conditions. */
interface Parts {
  /** `state established`, `exclude time-wait` */
  readonly states: readonly string[];
  readonly expression: string;
}

const STATE_WORDS = /^\s*(?:(state|exclude|excl)\s+(\S+)\s*)/i;

function partsOf(filter: string): Parts {
  const states: string[] = [];
  let rest = filter.trim();
  for (let found = STATE_WORDS.exec(rest); found !== null; found = STATE_WORDS.exec(rest)) {
    states.push(`${found[1]?.toLowerCase() === 'state' ? 'state' : 'exclude'} ${found[2]}`);
    rest = rest.slice(found[0].length);
  }
  return { states, expression: rest.trim() };
}

/** The filter that selects what both select; with `and not`, what the condition does not. */
export function narrowed(known: string, condition: string, how: 'and' | 'and not'): string {
  const before = partsOf(known);
  const added = partsOf(condition);
  const states =
    how === 'and'
      ? // `state a state b` is both of them: a narrower choice takes their place.
        added.states.some((each) => each.startsWith('state'))
        ? added.states
        : [...before.states, ...added.states]
      : [...before.states, ...added.states.map((each) => each.replace(/^state/, 'exclude'))];
  const wanted = added.expression;
  const right = wanted === '' ? '' : how === 'and' ? bracketed(wanted) : `not ${bracketed(wanted)}`;
  const left = right === '' ? before.expression : bracketed(before.expression);
  const expression = [left, right].filter((part) => part !== '').join(' and ');
  return [...new Set(states), expression].filter((part) => part !== '').join(' ');
}

/** `dst :80` and `dport = :80` are one condition; what is longer may be several. */
const LONGEST_CONDITION = 3;

function bracketed(expression: string): string {
  const words = expression.split(/\s+/);
  const isOne = words.length <= LONGEST_CONDITION && !words.some((word) => /^(?:and|or|not|&&?|\|\|?|!)$/i.test(word));
  return isOne ? expression : `( ${expression} )`;
}
