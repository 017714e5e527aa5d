import { constants, createReadStream, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { statOf } from '../../store/database-path.js';

const CHUNK_BYTES = 1 << 20;

/**
 * The bytes of a file, or of a FIFO. One without a writer is waited for without a blocking open(2), which a thread would be
 * stuck in: the stream can be destroyed meanwhile.
 */
export function byteStream(file: string): Readable {
  if (statOf(file)?.isFIFO() !== true) return createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
