/** Checks of the values in a file, before anything is made of them. Each throws an Error that names the field. */
import { isIP } from 'node:net';
import type { Family } from '../model/address.js';

const MOST_WORD_CHARACTERS = 64;
const WORD = /^[\x20-\x7e]+$/;

/** A whole number that a double holds, from `least` up. */
export function whole(field: string, value: number, least = Number.MIN_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${field} is ${value}`);
}

/** The same; undefined where it is not set. */
export function wholeIfSet(field: string, value: number | null | undefined): number | undefined {
  return value === null || value === undefined ? undefined : whole(field, value);
}

/** What a code or a word means, where it means something. */
export function known<T>(field: string, meaning: T | undefined, value: string | number): T {
  if (meaning === undefined) throw new Error(`${field} is ${value}`);
  return meaning;
}

/** One word of a list. */
export function oneOf<Word extends string>(field: string, words: readonly Word[], text: string): Word {
  return known(
    field,
    words.find((word) => word === text),
    text,
  );
}

export function port(field: string, value: number): number {
  if (value > 65_535) throw new Error(`${field} is ${value}`);
  return value;
}

export function address(field: string, text: string, family: Family): string {
  if (isIP(text) !== family) throw new Error(`${field} is no IPv${family} address`);
  return text;
}

/** A short name of a kind of thing, in ASCII. */
export function word<T extends string>(field: string, text: string): T {
  if (text.length > MOST_WORD_CHARACTERS || !WORD.test(text)) throw new Error(`${field} is no word`);
  return text as T;
}
