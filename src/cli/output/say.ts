/** Writes a note for the user: one line, with the program's name before it. */
export function say(text: string, stream: NodeJS.WritableStream = process.stderr): void {
  stream.write(`sstory: ${text}\n`);
}
