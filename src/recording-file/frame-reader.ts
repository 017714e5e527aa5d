import { gunzipSync } from 'node:zlib';
import { counted } from '../model/counted.js';
import { crc32 } from './checksum.js';
import { MOST_FRAME_BYTES, MOST_PAYLOAD_BYTES } from './format.js';
import { sstory } from './schema.js';

/** Why a file was not read to its end. */
export interface FrameFault {
  /** `truncated`: it ends within a frame, or without an end marker. */
  readonly kind: 'truncated' | 'damaged';
  /** Where the frame begins, bytes from the start of the file. */
  readonly offset: number;
  /** What is wrong, to follow "at byte N: ". */
  readonly detail: string;
}

/** A fault, as this folder throws it. */
export class FrameError extends Error {
  constructor(readonly fault: FrameFault) {
    super(fault.detail);
  }
}

/** Reads bytes, then frames, from a stream. It holds at most one chunk and one frame in memory. */
export class FrameReader {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);
  private ended = false;
  /** Bytes read so far. */
  offset = 0;
  /** Complete frames read so far. */
  frames = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** The next `count` bytes, fewer only at the end of the file. */
  async bytes(count: number): Promise<Buffer> {
    await this.fill(count);
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(taken.length);
    this.offset += taken.length;
    return taken;
  }

  /**
   * The payload of the next frame; undefined if the file ends before it.
   * @throws FrameError
   */
  async next(): Promise<Uint8Array | undefined> {
    const start = this.offset;
    const fault = (kind: FrameFault['kind'], detail: string) => new FrameError({ kind, offset: start, detail });
    const length = await this.length(fault);
    if (length === undefined) return undefined;
    const bytes = await this.bytes(length);
    if (bytes.length < length)
      throw fault('truncated', `the file ends after ${bytes.length} of the ${counted(length, 'byte')} of a frame`);
    try {
      const payload = payloadOf(sstory.Frame.decode(bytes));
      this.frames++;
      return payload;
    } catch (error) {
      throw fault('damaged', (error as Error).message);
    }
  }

  /** Ends the source, also before it was read to its end. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  /** The varint ahead of a frame. */
  private async length(fault: (kind: FrameFault['kind'], detail: string) => FrameError): Promise<number | undefined> {
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const [byte] = await this.bytes(1);
      if (byte === undefined && shift === 0) return undefined;
      if (byte === undefined) throw fault('truncated', 'the file ends within the length of a frame');
      length += (byte & 127) * 2 ** shift;
      if (length > MOST_FRAME_BYTES || shift > 28)
        throw fault('damaged', `the length of a frame exceeds ${MOST_FRAME_BYTES} bytes`);
      if (byte < 128) break;
    }
    if (length === 0) throw fault('damaged', 'the length of a frame is 0');
    return length;
  }

  private async fill(count: number): Promise<void> {
    if (this.rest.length >= count || this.ended) return;
    const pieces = [this.rest];
    let length = this.rest.length;
    while (length < count) {
      const { done, value } = await this.chunks.next();
      if (done === true) {
        this.ended = true;
        break;
      }
      pieces.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      length += value.byteLength;
    }
    this.rest = pieces.length === 2 && pieces[0]?.length === 0 ? (pieces[1] ?? this.rest) : Buffer.concat(pieces);
  }
}

/** @throws Error that describes the fault */
function payloadOf(frame: sstory.Frame): Uint8Array {
  const { payload, size, compression } = frame;
  // The checksum of nothing is 0, like that of a frame without fields.
  if (payload.length === 0) throw new Error('a frame has no payload');
  if (crc32(payload) !== frame.crc32) throw new Error('wrong checksum of a frame');
  if (size > MOST_PAYLOAD_BYTES) throw new Error(`the size of a payload exceeds ${MOST_PAYLOAD_BYTES} bytes`);
  const plain = plainOf(payload, compression);
  if (plain.length !== size) throw new Error(`a payload has ${counted(plain.length, 'byte')} instead of ${size}`);
  return plain;
}

function plainOf(payload: Uint8Array, compression: number): Uint8Array {
  switch (compression) {
    case sstory.Compression.COMPRESSION_NONE:
      return payload;
    case sstory.Compression.COMPRESSION_GZIP:
      try {
        return gunzipSync(payload, { maxOutputLength: MOST_PAYLOAD_BYTES });
      } catch (error) {
        throw new Error(`a payload cannot be decompressed (${(error as Error).message})`);
      }
    default:
      throw new Error(`unknown compression ${compression} of a payload`);
  }
}
