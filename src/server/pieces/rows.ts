/** Lists of answers whose elements are made while they are sent: an answer of 100,000 rows is never in memory as a whole. */
import { jsonText } from '../../model/printable.js';

/** It can be iterated again: the elements are made again then. */
export class Rows<T> implements Iterable<T> {
  private constructor(
    /** How many there are, as far as that is known before they are made. */
    readonly count: number,
    private readonly values: () => Iterable<T>,
    private readonly texts: () => Iterable<string>,
  ) {}

  static of<T>(count: number, make: () => Iterable<T>): Rows<T> {
    return new Rows(count, make, function* () {
      for (const value of make()) yield jsonText(value);
    });
  }

  /** Of lines that are JSON already. */
  static ofLines<T>(count: number, lines: () => Iterable<string>): Rows<T> {
    const values = function* () {
      for (const line of lines()) yield JSON.parse(line) as T;
    };
    return new Rows(count, values, lines);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.values()[Symbol.iterator]();
  }

  /** The list as JSON, in pieces. */
  *jsonPieces(): Generator<string> {
    let before = '[';
    for (const text of this.texts()) {
      yield before + text;
      before = ',';
    }
    yield before === '[' ? '[]' : ']';
  }
}

/** An answer of the contract, its lists as they are or as Rows. */
export type InRows<T> = { readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? T[K] | Rows<E> : T[K] };

/** An object as JSON, in pieces: the same as JSON.stringify of it, with its Rows as lists. */
export function* jsonPieces(answer: object): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    before = ',';
    if (value instanceof Rows) yield* value.jsonPieces();
    else yield jsonText(value);
  }
  yield before === '{' ? '{}' : '}';
}
