import { counted } from '../model/counted.js';
import { SstoryError } from '../model/error.js';
import type { HistoryRows } from '../model/history-rows.js';
import { oneOf, whole, wholeIfSet } from './checked-value.js';
import { FORMAT_MAJOR, MAGIC } from './format.js';
import { FrameError, type FrameFault, FrameReader } from './frame-reader.js';
import { type RecordingHeader, WRITERS } from './header.js';
import { clockStepOf, rowsOf } from './row-messages.js';
import { sstory } from './schema.js';

/** What one block holds. */
export interface RecordedBlock {
  readonly rows: HistoryRows;
  /** The history is complete up to here, as far as the file is concerned; undefined if the block has no such time. */
  readonly throughUs: number | undefined;
}

/**
 * Reads a recording file. A fault within it does not throw: the blocks before it are returned, and `fault` describes it.
 *
 * @example
 * const reader = await RecordingReader.open(createReadStream(path), path);
 * for await (const { rows } of reader.blocks()) take(rows);
 * if (reader.fault !== undefined) warn(reader.fault);
 */
export class RecordingReader {
  /** Why the file was not read to its end; undefined while reading, and if the file is complete. */
  fault: FrameFault | undefined;
  /** Whether bytes follow the end marker; they are ignored. */
  hasTail = false;

  private constructor(
    private readonly frames: FrameReader,
    readonly header: RecordingHeader,
  ) {}

  /**
   * @param name the file's name, for messages
   * @throws SstoryError `not-a-recording`, `no-header`, `newer-recording`
   */
  static async open(source: AsyncIterable<Uint8Array>, name: string): Promise<RecordingReader> {
    const frames = new FrameReader(source);
    try {
      return new RecordingReader(frames, await readHeader(frames, name));
    } catch (error) {
      await frames.close();
      throw error;
    }
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.frames.offset;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.frames.close();
  }

  /** The blocks after the header. */
  async *blocks(): AsyncGenerator<RecordedBlock, void, undefined> {
    try {
      for (;;) {
        const offset = this.frames.offset;
        const payload = await this.frames.next();
        if (payload === undefined) {
          this.fault = { kind: 'truncated', offset, detail: 'the file ends without an end marker' };
          return;
        }
        const { block, endAfter } = decoded(payload, offset);
        if (endAfter !== undefined && endAfter !== this.frames.frames - 1) {
          this.fault = {
            kind: 'damaged',
            offset,
            detail: `${counted(endAfter, 'frame')} expected, ${this.frames.frames - 1} found`,
          };
          return;
        }
        yield block;
        if (endAfter === undefined) continue;
        this.hasTail = (await this.frames.bytes(1)).length > 0;
        return;
      }
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.fault = error.fault;
    } finally {
      await this.frames.close();
    }
  }
}

/** @throws FrameError */
function decoded(payload: Uint8Array, offset: number): { block: RecordedBlock; endAfter: number | undefined } {
  try {
    const block = sstory.Block.decode(payload);
    const throughUs = wholeIfSet('through_us', block.throughUs);
    return { block: { rows: rowsOf(block), throughUs }, endAfter: block.end?.frames ?? (block.end ? 0 : undefined) };
  } catch (error) {
    throw new FrameError({
      kind: 'damaged',
      offset,
      detail: `invalid block: ${(error as Error).message}`,
    });
  }
}

async function readHeader(frames: FrameReader, name: string): Promise<RecordingHeader> {
  const magic = await frames.bytes(MAGIC.length);
  if (Buffer.compare(magic, MAGIC) !== 0) {
    const isCut = magic.length < MAGIC.length && Buffer.compare(magic, MAGIC.subarray(0, magic.length)) === 0;
    throw new SstoryError(
      'not-a-recording',
      `${name} ${isCut ? 'is cut off within its first bytes' : 'is not an sstory recording file'}`,
      {
        hint: 'sstory export --format recording, or sstory record --tee FILE, writes one',
      },
    );
  }
  try {
    const payload = await frames.next();
    const header = payload === undefined ? undefined : sstory.Block.decode(payload).header;
    if (header) return headerOf(header as sstory.Header, name);
  } catch (error) {
    if (error instanceof SstoryError) throw error;
    throw noHeader(name, (error as Error).message);
  }
  throw noHeader(name, 'it is missing');
}

function noHeader(name: string, detail: string): SstoryError {
  return new SstoryError('no-header', `${name}: the header cannot be read: ${detail}`, {
    hint: 'nothing in the file can be used',
  });
}

function headerOf(header: sstory.Header, name: string): RecordingHeader {
  const { formatMajor, sstory: version } = header;
  if (formatMajor !== FORMAT_MAJOR) {
    throw new SstoryError(
      'newer-recording',
      `${name} has format ${formatMajor}.${header.formatMinor}, this sstory reads ${FORMAT_MAJOR}`,
      { hint: `it was written by sstory ${version}: install that version to read it` },
    );
  }
  return {
    sstory: version,
    host: header.host,
    bootId: header.bootId,
    kernel: header.kernel,
    source: header.source,
    transport: header.transport ?? undefined,
    intervalUs: whole('interval_us', header.intervalUs),
    clockOffsetUs: whole('clock_offset_us', header.clockOffsetUs),
    clockSteps: header.clockSteps.map(clockStepOf),
    startedUs: whole('started_us', header.startedUs),
    writtenUs: whole('written_us', header.writtenUs),
    writtenBy: oneOf('written_by', WRITERS, header.writtenBy),
    sinceUs: wholeIfSet('since_us', header.sinceUs),
    untilUs: wholeIfSet('until_us', header.untilUs),
    filter: header.filter ?? undefined,
  };
}
