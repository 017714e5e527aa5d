import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { crc32 } from './checksum.js';
import { sstory } from './schema.js';

const compress = promisify(gzip);
/** Below this size, gzip's own 18 bytes take most of what it saves. */
const LEAST_COMPRESSED_BYTES = 256;

/** The frame of a payload, after its length. It is compressed on another thread. */
export async function frameOf(payload: Uint8Array): Promise<Uint8Array> {
  if (payload.length >= LEAST_COMPRESSED_BYTES) {
    const packed = await compress(payload, { level: constants.Z_BEST_SPEED });
    if (packed.length < payload.length) return delimited(packed, payload.length, sstory.Compression.COMPRESSION_GZIP);
  }
  return delimited(payload, payload.length, sstory.Compression.COMPRESSION_NONE);
}

function delimited(payload: Uint8Array, size: number, compression: sstory.Compression): Uint8Array {
  const frame = sstory.Frame.encode({ crc32: crc32(payload), compression, size, payload });
  return frame.ldelim().finish();
}
