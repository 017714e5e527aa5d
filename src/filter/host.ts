/**
 * The host of `dst` and `src`, and the port of `dport` and `sport`:
 *
 *     [FAMILY:] [ADDRESS] [:PORT]     FAMILY inet | inet6; ADDRESS with /BITS, or a name, or any | all | default | *
 *
 * As in ss the colon before the port is the last one (behind a slash, the first after it), so an IPv6 address without
 * a prefix must be in brackets.
 */
import type { Family } from '../model/address.js';
import type { Name, Prefix, Span } from './expression.js';
import { parseNumber } from './number.js';
import { parsePrefix } from './prefix.js';
import type { Word, Words } from './words.js';

export interface Host {
  readonly family: Family | undefined;
  readonly address: readonly Prefix[] | Name | undefined;
  readonly port: number | Name | undefined;
}

const ANY_ADDRESS: ReadonlySet<string> = new Set(['', '*', 'any', 'all', 'default']);
const FAMILY_WORD = /^(inet6?|unix|link|netlink|vsock|packet|tipc|xdp|mptcp):/;

/** `family` is the one in force so far; the result has the one in force after the host. */
export function readHost(words: Words, word: Word, family: Family | undefined): Host {
  const rest = withoutFamily(words, word, family);
  const { address, port } = splitHost(words, rest.word);
  return { family: rest.family, address: readAddress(words, address, rest.family), port: readPort(words, port) };
}

/** The port of `sport` and `dport`: a host without an address. */
export function readPortWord(words: Words, word: Word, family: Family | undefined): Pick<Host, 'family' | 'port'> {
  const rest = withoutFamily(words, word, family);
  const port = rest.word.text.startsWith(':') ? part(rest.word, 1) : rest.word;
  return { family: rest.family, port: readPort(words, port) };
}

function withoutFamily(
  words: Words,
  word: Word,
  family: Family | undefined,
): { word: Word; family: Family | undefined } {
  const name = FAMILY_WORD.exec(word.text)?.[1];
  if (name === undefined) return { word, family };
  if (name !== 'inet' && name !== 'inet6') {
    throw words.error(
      'value',
      `"${name}:" is not a family of TCP sockets`,
      'use inet: or inet6:, or the real ss',
      word,
    );
  }
  return { word: part(word, name.length + 1), family: name === 'inet' ? 4 : 6 };
}

/** The part of a word from the character `from` up to `to`. */
function part(word: Word, from: number, to = word.text.length): Word {
  return { text: word.text.slice(from, to), start: word.start + from, end: word.start + to };
}

function splitHost(words: Words, word: Word): { address: Word; port: Word } {
  const { text } = word;
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    const after = text.slice(close + 1);
    if (close < 0) throw words.error('value', `missing closing bracket in "${text}"`, undefined, word);
    if (after !== '' && !after.startsWith(':')) {
      throw words.error('value', `expected :PORT after "]"`, 'put a prefix inside the brackets: [2001:db8::/32]', word);
    }
    return { address: part(word, 1, close), port: part(word, Math.min(close + 2, text.length)) };
  }
  // As for ss, what follows the star is the port.
  if (/^\*[^:]/.test(text)) return { address: part(word, 0, 1), port: part(word, 1) };
  const slash = text.indexOf('/');
  const colon = slash < 0 ? text.lastIndexOf(':') : text.indexOf(':', slash);
  if (colon < 0) return { address: word, port: part(word, text.length) };
  return { address: part(word, 0, colon), port: part(word, colon + 1) };
}

function readAddress(words: Words, word: Word, family: Family | undefined): readonly Prefix[] | Name | undefined {
  const { text } = word;
  if (ANY_ADDRESS.has(text)) return undefined;
  const prefix = parsePrefix(text);
  if (prefix !== undefined && (family === undefined || family === prefix.family)) return [prefix];
  if (prefix !== undefined) {
    throw words.error(
      'value',
      `${text} is not an IPv${family} address, but the listing is limited to IPv${family}`,
      undefined,
      word,
    );
  }
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(text) && !/^[\d.]+$|^0x/.test(text)) return nameAt(word);
  const hint = text.includes(':') ? 'put an IPv6 address in brackets: [2001:db8::1] or [2001:db8::1]:443' : undefined;
  throw words.error('value', `invalid address, prefix or name "${text}"`, hint, word);
}

/** A port, a service's name, or undefined for any. */
function readPort(words: Words, word: Word): number | Name | undefined {
  if (word.text === '' || word.text === '*') return undefined;
  const port = parseNumber(word.text);
  if (port !== undefined && port <= 65_535) return port;
  if (port === undefined && /^[A-Za-z][\w+./-]*$|^\d+[A-Za-z-][\w+./-]*$/.test(word.text)) return nameAt(word);
  throw words.error('value', `invalid port "${word.text}"`, 'a number from 0 to 65535, or the name of a service', word);
}

export function nameAt(word: Span & { readonly text: string }): Name {
  return { name: word.text, span: { start: word.start, end: word.end } };
}
