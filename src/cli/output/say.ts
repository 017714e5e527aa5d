import type { SstoryError } from '../../model/error.js';
import { printable } from '../../model/printable.js';

/** Writes a note for the user: one line, with the program's name before it. */
export function say(text: string, stream: NodeJS.WritableStream = process.stderr): void {
  stream.write(`sstory: ${printable(text)}\n`);
}

/** Writes an error for the user: its lines, those after the first indented. */
export function sayError({ lines }: SstoryError): void {
  process.stderr.write(`sstory: ${lines.join('\n  ')}\n`);
}
