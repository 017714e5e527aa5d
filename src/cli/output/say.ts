/** Writes a note for the user: one line on stderr, with the program's name before it. */
export function say(text: string): void {
  process.stderr.write(`sstory: ${text}\n`);
}
