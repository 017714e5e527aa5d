/** Checks of the values in a file, before they are used. Each throws an Error that names the field. */
import { isIP } from 'node:net';
import type { Family } from '../model/address.js';
import { printable } from '../model/printable.js';

const MOST_SHOWN_CHARACTERS = 64;

/** An integer that a double holds, from `least` up. */
export function whole(field: string, value: number, least = Number.MIN_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`${field} is ${value}`);
}

/** The same; undefined if it is not set. */
export function wholeIfSet(field: string, value: number | null | undefined): number | undefined {
  return value === null || value === undefined ? undefined : whole(field, value);
}

/** The meaning of a code; throws if it has none. */
export function known<T>(field: string, meaning: T | undefined, value: number): T {
  if (meaning === undefined) throw new Error(`${field} is ${value}`);
  return meaning;
}

/** The text, which must be a word of the list. */
export function oneOf<Word extends string>(field: string, words: readonly Word[], text: string): Word {
  const word = words.find((each) => each === text);
  if (word === undefined) throw new Error(`${field} is "${printable(text.slice(0, MOST_SHOWN_CHARACTERS))}"`);
  return word;
}

export function port(field: string, value: number): number {
  if (value > 65_535) throw new Error(`${field} is ${value}`);
  return value;
}

export function address(field: string, text: string, family: Family): string {
  if (isIP(text) !== family) throw new Error(`${field} is not an IPv${family} address`);
  return text;
}

/** @throws Error that names the invalid field */
export function idOfConnection(id: number | null | undefined): number {
  return whole('connection_id', id ?? 0, 1);
}
