import type { SstoryError } from '../../model/error.js';
import { printable } from '../../model/printable.js';
import { journalPrefix, type Priority } from '../../sys/journal.js';

/** Writes a note for the user: one line, with the program's name before it. */
export function say(text: string, stream: NodeJS.WritableStream = process.stderr, priority: Priority = 'info'): void {
  const prefix = stream === process.stderr ? journalPrefix(priority) : '';
  stream.write(`${prefix}sstory: ${printable(text)}\n`);
}

/** Writes an error for the user: its lines, those after the first indented. */
export function sayError({ lines }: SstoryError): void {
  const prefix = journalPrefix('error');
  process.stderr.write(`${prefix}sstory: ${lines.join(`\n${prefix}  `)}\n`);
}
