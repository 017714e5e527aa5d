import type { Key } from 'node:readline';

/** A line typed at the bottom of the screen. */
export class Prompt {
  private typed = '';

  constructor(private readonly question: string) {}

  get line(): string {
    return `${this.question} ${this.typed}_`;
  }

  /** Handles a key: returns the answer at Enter, `cancelled` at Escape or Ctrl-C, otherwise undefined. */
  take({ name, sequence = '', ctrl, meta }: Key): { readonly answer: string } | 'cancelled' | undefined {
    if (name === 'return' || name === 'enter') return this.typed.trim() === '' ? 'cancelled' : { answer: this.typed };
    if (name === 'escape' || (ctrl === true && (name === 'c' || name === 'd'))) return 'cancelled';
    if (name === 'backspace') this.typed = this.typed.slice(0, -1);
    else if (ctrl === true && name === 'u') this.typed = '';
    else if (ctrl !== true && meta !== true && /^[\x20-\x7e]+$/.test(sequence)) this.typed += sequence;
    return undefined;
  }
}
