import type { Readable } from 'node:stream';

/** What a process has printed so far: all that came since the call. */
export function outputOf(stream: Readable): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}
