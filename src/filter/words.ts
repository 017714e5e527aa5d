import type { SstoryError } from '../model/error.js';
import type { Span } from './expression.js';
import { type FilterErrorKind, filterError } from './filter-error.js';

export interface Word extends Span {
  readonly text: string;
}

/** The words of a filter, read one after the other. As in ss, only white space separates them. */
export class Words {
  readonly text: string;
  readonly #words: readonly Word[];
  #next = 0;

  constructor(input: string | readonly string[]) {
    this.text = (typeof input === 'string' ? input : input.join(' ')).replaceAll(/\s/g, ' ').trimEnd();
    this.#words = Array.from(this.text.matchAll(/\S+/g), (match) => ({
      text: match[0],
      start: match.index,
      end: match.index + match[0].length,
    }));
  }

  /** The next word, not yet taken; undefined at the end. */
  peek(): Word | undefined {
    return this.#words[this.#next];
  }

  take(): Word | undefined {
    const word = this.peek();
    if (word !== undefined) this.#next++;
    return word;
  }

  /** Takes the next word if it is one of these. */
  takeIf(isWanted: (text: string) => boolean): Word | undefined {
    const word = this.peek();
    return word !== undefined && isWanted(word.text) ? this.take() : undefined;
  }

  /** An error at a place, or (without one) at the next word or the end. */
  error(kind: FilterErrorKind, problem: string, hint?: string, span?: Span): SstoryError {
    const end = { start: this.text.length + (this.text === '' ? 0 : 1), end: this.text.length };
    return filterError(kind, this.text, span ?? this.peek() ?? end, problem, hint);
  }
}
