import { Writable } from 'node:stream';
import { printable } from '../../model/printable.js';

const SEQUENCE_START = '\x1b[';
const SEQUENCE_REST = /^[\d;]*[A-Za-z]$/;
const LINE_ENDS = /(\r\n|[\r\n])/;

interface Terminal {
  readonly columns?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
}

/**
 * A terminal as readline writes to it, on which typed, pasted and earlier lines have their hidden characters escaped. Readline takes
 * such a character to be narrower than it is shown: behind it the cursor may stand too far to the left.
 */
export class EscapedEcho extends Writable {
  readonly isTTY = true;

  constructor(private readonly terminal: Terminal) {
    super({ decodeStrings: false });
    terminal.on('resize', () => this.emit('resize'));
  }

  get columns(): number | undefined {
    return this.terminal.columns;
  }

  override _write(chunk: string | Uint8Array, _encoding: string, done: () => void): void {
    const text = String(chunk);
    this.terminal.write(isOfReadline(text) ? text : escaped(text));
    done();
  }
}

/** Whether it is what readline itself writes to move the cursor and to clear: sequences, and nothing else. */
function isOfReadline(text: string): boolean {
  const [before, ...rests] = text.split(SEQUENCE_START);
  return before === '' && rests.every((rest) => SEQUENCE_REST.test(rest));
}

function escaped(text: string): string {
  return text
    .split(LINE_ENDS)
    .map((piece) => (LINE_ENDS.test(piece) ? piece : printable(piece)))
    .join('');
}
