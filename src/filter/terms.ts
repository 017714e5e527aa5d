/** The conditions of the language: how the rest of a condition is read, for each word that begins one. */
import type { Family } from '../model/address.js';
import {
  type CgroupPartTerm,
  type Comparison,
  type Expression,
  HISTORY_TERMS,
  type HistoryTerm,
  type Name,
  type Side,
  type Term,
} from './expression.js';
import { HISTORY_WORDS } from './history-terms.js';
import { nameAt, readHost, readPortWord } from './host.js';
import { parseNumber } from './number.js';
import type { Word, Words } from './words.js';

/** The state of a reader: its words, and the family in force, which a term may change. */
export interface Reading {
  readonly words: Words;
  family: Family | undefined;
}

type TermReader = (reading: Reading, keyword: Word) => Expression<Name>;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['=', 'eq'],
  ['==', 'eq'],
  ['eq', 'eq'],
  ['!=', 'ne'],
  ['ne', 'ne'],
  ['neq', 'ne'],
  ['>=', 'ge'],
  ['ge', 'ge'],
  ['geq', 'ge'],
  ['<=', 'le'],
  ['le', 'le'],
  ['leq', 'le'],
  ['>', 'gt'],
  ['gt', 'gt'],
  ['<', 'lt'],
  ['lt', 'lt'],
]);

const TERM_READERS: ReadonlyMap<string, TermReader> = new Map<string, TermReader>([
  ['src', endpoint('local')],
  ['dst', endpoint('remote')],
  ['sport', port('local')],
  ['dport', port('remote')],
  ['host', eitherHost],
  ['port', eitherPort],
  ['dev', device],
  ['fwmark', mark],
  ['cgroup', cgroup],
  ['autobound', (_reading, word) => ({ kind: 'autobound', range: nameAt(word) })],
  ['pid', owner('pid')],
  ['uid', owner('uid')],
  ['comm', comm],
  ['netns', netns],
  ['container', cgroupPart('container', 'the id of a container, or its beginning')],
  ['pod', cgroupPart('pod', 'the UID of a pod, or its beginning')],
  ['unit', cgroupPart('unit', 'a unit of systemd')],
  ['machine', machine],
  ...HISTORY_TERMS.map((kind) => [kind, history(kind)] as const),
]);

export const TERM_WORDS: readonly string[] = [...TERM_READERS.keys()];

export const CONNECTIVES: ReadonlyMap<string, 'and' | 'or' | 'not' | '(' | ')'> = new Map([
  ...(['and', '&', '&&'] as const).map((word) => [word, 'and'] as const),
  ...(['or', '|', '||'] as const).map((word) => [word, 'or'] as const),
  ...(['not', '!'] as const).map((word) => [word, 'not'] as const),
  ['(', '('],
  [')', ')'],
]);

/** The reader of the condition that a word begins; undefined if it begins none. */
export function termReader(word: string): TermReader | undefined {
  return TERM_READERS.get(word);
}

function endpoint(side: Side): TermReader {
  return (reading, keyword) => {
    comparison(reading, keyword, ['eq']);
    const host = readHost(reading.words, value(reading, keyword, 'an address, :PORT or ADDRESS:PORT'), reading.family);
    reading.family = host.family;
    return { kind: 'endpoint', side, address: host.address, port: host.port };
  };
}

function port(side: Side): TermReader {
  return (reading, keyword) => ({ ...readPort(reading, keyword), side });
}

function readPort(reading: Reading, keyword: Word) {
  const how = comparison(reading, keyword, ['eq', 'ne', 'ge', 'le', 'gt', 'lt']);
  const read = readPortWord(reading.words, value(reading, keyword, 'a port'), reading.family);
  reading.family = read.family;
  return { kind: 'port', comparison: how, port: read.port } as const;
}

/** Either end; for `!=`, both. */
function eitherPort(reading: Reading, keyword: Word): Expression<Name> {
  const read = readPort(reading, keyword);
  return { kind: read.comparison === 'ne' ? 'and' : 'or', of: SIDES.map((side) => ({ ...read, side })) };
}

function eitherHost(reading: Reading, keyword: Word): Expression<Name> {
  const how = comparison(reading, keyword, ['eq', 'ne']);
  const host = readHost(reading.words, value(reading, keyword, 'an address, or ADDRESS:PORT'), reading.family);
  reading.family = host.family;
  const { address, port } = host;
  const either: Expression<Name> = { kind: 'or', of: SIDES.map((side) => ({ kind: 'endpoint', side, address, port })) };
  return how === 'ne' ? { kind: 'not', of: either } : either;
}

const SIDES: readonly Side[] = ['local', 'remote'];

function history(kind: HistoryTerm['kind']): TermReader {
  const { ordered, expected, term } = HISTORY_WORDS[kind];
  return (reading, keyword) => {
    const how = comparison(reading, keyword, ordered ? ['eq', 'ne', 'ge', 'le', 'gt', 'lt'] : ['eq', 'ne']);
    return term(how, value(reading, keyword, expected), reading.words);
  };
}

function device(reading: Reading, keyword: Word): Term<Name> {
  const how = comparison(reading, keyword, ['eq', 'ne']);
  const word = value(reading, keyword, 'an interface');
  return { kind: 'interface', comparison: how, index: parseNumber(word.text) ?? nameAt(word) };
}

function mark(reading: Reading, keyword: Word): Term<Name> {
  const how = comparison(reading, keyword, ['eq', 'ne']);
  const word = value(reading, keyword, 'a mark');
  const [mark = '', mask = '0xffffffff', ...more] = word.text.split('/');
  const [number, maskNumber] = [parseNumber(mark), parseNumber(mask)];
  const most = 0xffff_ffff;
  if (number === undefined || maskNumber === undefined || number > most || maskNumber > most || more.length > 0) {
    throw reading.words.error('value', `invalid mark "${word.text}"`, 'MARK or MARK/MASK, of 32 bits: 0x17/0xff', word);
  }
  return { kind: 'mark', comparison: how, value: number, mask: maskNumber };
}

function cgroup(reading: Reading, keyword: Word): Term<Name> {
  const how = comparison(reading, keyword, ['eq', 'ne']);
  return { kind: 'cgroup', comparison: how, path: nameAt(value(reading, keyword, 'the path of a cgroup')) };
}

function owner(kind: 'pid' | 'uid'): TermReader {
  return (reading, keyword) => {
    const how = comparison(reading, keyword, ['eq', 'ne', 'ge', 'le', 'gt', 'lt']);
    const word = value(reading, keyword, kind === 'pid' ? 'a process id' : 'a user');
    const number = parseNumber(word.text);
    if (number === undefined && kind === 'pid') {
      throw reading.words.error('value', `invalid process id "${word.text}"`, undefined, word);
    }
    return { kind, comparison: how, value: number ?? nameAt(word) };
  };
}

function comm(reading: Reading, keyword: Word): Term<Name> {
  const how = comparison(reading, keyword, ['eq', 'ne']);
  return { kind: 'comm', comparison: how, comm: value(reading, keyword, "a command's name").text };
}

function netns(reading: Reading, keyword: Word): Term<Name> {
  const how = comparison(reading, keyword, ['eq', 'ne']);
  const expected = 'the name or inode number of a network namespace';
  return { kind: 'netns', comparison: how, periods: nameAt(value(reading, keyword, expected)) };
}

function machine(reading: Reading, keyword: Word): Term<Name> {
  const how = comparison(reading, keyword, ['eq', 'ne']);
  const pattern = value(reading, keyword, 'the name of a host').text.toLowerCase();
  return { kind: 'machine', comparison: how, pattern };
}

function cgroupPart(kind: CgroupPartTerm['kind'], expected: string): TermReader {
  return (reading, keyword): Term<Name> => {
    const how = comparison(reading, keyword, ['eq', 'ne']);
    return { kind, comparison: how, text: partText(kind, value(reading, keyword, expected).text) };
  };
}

/** As systemctl adds `.service`; cgroups of the systemd driver have the UID of a pod with underscores. */
function partText(kind: CgroupPartTerm['kind'], text: string): string {
  if (kind === 'pod') return text.replaceAll('_', '-');
  return kind === 'unit' && !UNIT_SUFFIX.test(text) ? `${text}.service` : text;
}

const UNIT_SUFFIX = /\.(?:service|scope|slice|socket|mount|swap)$/;

/** The operator after a keyword; `=` where there is none. */
function comparison<C extends Comparison>(reading: Reading, keyword: Word, allowed: readonly C[]): C | 'eq' {
  const word = reading.words.takeIf((text) => COMPARISONS.has(text));
  const found = word && COMPARISONS.get(word.text);
  if (word === undefined || found === undefined) return 'eq';
  const fitting = allowed.find((candidate) => candidate === found);
  if (fitting !== undefined) return fitting;
  const hint = found === 'ne' ? `write: not ${keyword.text} ...` : undefined;
  throw reading.words.error('syntax', `"${keyword.text}" does not support "${word.text}"`, hint, word);
}

/** The value of a condition; a reserved word is not a value. */
function value(reading: Reading, keyword: Word, expected: string): Word {
  const { words } = reading;
  const word = words.takeIf((text) => !isReserved(text));
  if (word === undefined) throw words.error('syntax', `expected ${expected} after "${keyword.text}"`);
  return word;
}

/** Words that ss does not accept as a value. Those that sstory adds (`pid` ...) are still accepted as names of hosts. */
export function isReserved(text: string): boolean {
  return COMPARISONS.has(text) || CONNECTIVES.has(text) || (TERM_READERS.has(text) && !EXTRAS.has(text));
}

const EXTRAS: ReadonlySet<string> = new Set([
  ...['pid', 'uid', 'comm', 'netns', 'container', 'pod', 'unit', 'machine', 'host', 'port'],
  ...HISTORY_TERMS,
]);
