/**
 * The filter language of ss:
 *
 *     FILTER     := { ("state" | "exclude") STATE } [ EXPRESSION ]
 *     EXPRESSION := UNARY { [ "and" | "or" ] UNARY }      of equal precedence, from left to right; no word means and
 *     UNARY      := "not" UNARY | "(" EXPRESSION ")" | TERM
 *
 * Written by hand rather than with a parser library: the grammar has four rules and only spaces separate its words, so a
 * descent over them is shorter than the glue to a library's tree, and each error can suggest what the user meant.
 */
import type { Family } from '../model/address.js';
import { TCP_STATES, type TcpState } from '../model/tcp-state.js';
import type { Expression, Name, ParsedFilter } from './expression.js';
import { readHost } from './host.js';
import { parsePrefix } from './prefix.js';
import { boundInactiveOf, DEFAULT_STATES, STATE_NAMES, statesOfName } from './state-names.js';
import { CONNECTIVES, isReserved, type Reading, TERM_WORDS, termReader } from './terms.js';
import { type Word, Words } from './words.js';

/** Bounds on what is accepted, within what SQLite compiles (an expression 1,000 deep) and the stack holds. */
const MAX_TERMS = 500;
const MAX_DEPTH = 100;

interface Descent extends Reading {
  terms: number;
  depth: number;
}

/**
 * Reads a filter as the arguments of ss (or as one text). `family` comes from -4 or -6: addresses of the other
 * family are then errors, as in ss. Throws an SstoryError whose message points at the place, with the exit codes of ss.
 */
export function parseFilter(input: string | readonly string[], family?: Family): ParsedFilter {
  const words = new Words(input);
  const descent: Descent = { words, family, terms: 0, depth: 0 };
  const choice = readStates(words);
  const expression = words.peek() === undefined ? undefined : readExpression(descent);
  if (words.peek() !== undefined) throw unexpected(descent);
  return { text: words.text, ...choice, family: descent.family, expression };
}

type StateChoice = Required<Pick<ParsedFilter, 'states' | 'boundInactive' | 'halfOpen'>>;

const NO_STATES: StateChoice = { states: new Set(), boundInactive: undefined, halfOpen: false };
const ALL_STATES: StateChoice = { states: new Set(TCP_STATES), boundInactive: 'included', halfOpen: true };
const DEFAULT: StateChoice = { states: DEFAULT_STATES, boundInactive: 'included', halfOpen: true };

/** `state` adds to the states named so far, `exclude` removes from them: from all states, if none is named. */
function readStates(words: Words): Partial<StateChoice> & Pick<StateChoice, 'states'> {
  let choice: StateChoice | undefined;
  for (;;) {
    const keyword = words.takeIf((text) => text === 'state' || text === 'exclude' || text === 'excl');
    if (keyword === undefined) break;
    const word = words.take();
    if (word === undefined) throw words.error('syntax', `expected a state after "${keyword.text}"`, STATES_HINT);
    const named = statesOfName(word.text);
    if (named === undefined) throw words.error('syntax', `unknown TCP state "${word.text}"`, STATES_HINT, word);
    const bound = boundInactiveOf(word.text);
    choice =
      keyword.text === 'state'
        ? withStates(choice ?? NO_STATES, named, bound)
        : withoutStates(choice ?? ALL_STATES, named, bound);
  }
  if (choice === undefined) return { states: undefined };
  // ss treats an empty set of states like none named, and then ignores its flags.
  return choice.states?.size === 0 && choice.boundInactive === undefined ? DEFAULT : choice;
}

function withStates(
  { states, boundInactive, halfOpen }: StateChoice,
  named: readonly TcpState[],
  bound: StateChoice['boundInactive'],
): StateChoice {
  return {
    states: new Set([...(states ?? []), ...named]),
    boundInactive: boundInactive === 'named' ? boundInactive : (bound ?? boundInactive),
    halfOpen: halfOpen || bound === 'included',
  };
}

function withoutStates(
  { states, boundInactive, halfOpen }: StateChoice,
  named: readonly TcpState[],
  bound: StateChoice['boundInactive'],
): StateChoice {
  return {
    states: new Set([...(states ?? [])].filter((state) => !named.includes(state))),
    boundInactive: bound === undefined ? boundInactive : undefined,
    halfOpen: halfOpen && bound !== 'included' && !named.includes('NEW-SYN-RECV'),
  };
}

const STATES_HINT = `one of ${STATE_NAMES.join(' ')}`;

function readExpression(descent: Descent): Expression<Name> {
  let left = readUnary(descent);
  for (;;) {
    const next = descent.words.peek()?.text;
    if (next === undefined || next === ')') return left;
    const connective = CONNECTIVES.get(next);
    const kind = connective === 'or' ? 'or' : 'and';
    if (connective === 'and' || connective === 'or') descent.words.take();
    const right = readUnary(descent);
    left = left.kind === kind ? { kind, of: [...left.of, right] } : { kind, of: [left, right] };
  }
}

function readUnary(descent: Descent): Expression<Name> {
  const { words } = descent;
  if (++descent.depth > MAX_DEPTH) throw words.error('syntax', `more than ${MAX_DEPTH} levels of "not" and "("`);
  const expression = readNotOrGroup(descent) ?? readTerm(descent);
  descent.depth--;
  return expression;
}

function readNotOrGroup(descent: Descent): Expression<Name> | undefined {
  const { words } = descent;
  if (words.takeIf((text) => CONNECTIVES.get(text) === 'not')) return { kind: 'not', of: readUnary(descent) };
  const open = words.takeIf((text) => text === '(');
  if (open === undefined) return undefined;
  const inner = readExpression(descent);
  if (!words.takeIf((text) => text === ')')) throw words.error('syntax', 'missing ")" for this "("', undefined, open);
  return inner;
}

function readTerm(descent: Descent): Expression<Name> {
  const { words } = descent;
  const reader = termReader(words.peek()?.text ?? '');
  const keyword = reader && words.take();
  if (reader === undefined || keyword === undefined) throw unexpected(descent);
  if (++descent.terms > MAX_TERMS) throw words.error('syntax', `more than ${MAX_TERMS} conditions`, undefined, keyword);
  return reader(descent, keyword);
}

const TERMS_HINT = `a condition begins with ${TERM_WORDS.join(' ')}`;

/** The error for a word (or an end) where a condition should begin. A bare host is a syntax error, as in ss. */
function unexpected({ words, family }: Descent) {
  const next = words.peek();
  if (next === undefined) return words.error('syntax', 'expected a condition after this', TERMS_HINT);
  const word = next.text;
  if (word === ')') return words.error('syntax', 'missing "(" for this ")"', undefined);
  if (['state', 'exclude', 'excl'].includes(word)) {
    return words.error(
      'value',
      `"${word}" must come before all conditions`,
      'state STATE ... first, then the conditions',
    );
  }
  const meant = TERM_WORDS.find((term) => word.replace(/^[(!]+/, '').startsWith(term));
  if (meant !== undefined) return words.error('value', `cannot read "${word}"`, SPACES_HINT);
  if (isReserved(word)) return words.error('syntax', `expected a condition before "${word}"`, TERMS_HINT);
  const host = hostOf(words, next, family);
  const address = parsePrefix(word)?.family === 6 && host === undefined ? `[${word}]` : word;
  const hint = host === 'tcp' || address !== word ? `write: dst ${address}, or src ${address}` : TERMS_HINT;
  const isNumber = /^\d+$/.test(word);
  return words.error(
    host === undefined ? 'value' : 'syntax',
    `expected a condition, not "${word}"`,
    isNumber ? `write: dport = :${word}; over history also: id ${word}` : hint,
  );
}

/** Hosts of other families that ss can read. */
const OTHER_HOST = /^unix:|^(link|netlink|vsock):\d*$/;

/** Whether a word is a host: only ss looks up whether a name is one. */
function hostOf(words: Words, word: Word, family: Family | undefined): 'tcp' | 'other' | undefined {
  if (OTHER_HOST.test(word.text)) return 'other';
  try {
    const { address } = readHost(words, word, family);
    return address !== undefined && 'name' in address ? undefined : 'tcp';
  } catch {
    return undefined;
  }
}

const SPACES_HINT = 'put spaces around operators and parentheses: ( dport = :80 or sport = :80 )';
