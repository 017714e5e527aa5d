/**
 * Packed records that wait behind a burst, in a file without a name: they take no memory of the process. The file lies beside the
 * database, in blocks of one size. Only the main thread has to do with it: a slow disk must not keep the thread that reads the rings.
 */
import { close, openSync, readSync, rmSync, statfsSync, unlinkSync, write } from 'node:fs';
import { dirname } from 'node:path';

/** A block is written at once. */
const BLOCK_BYTES = 4 * 1_048_576;
/** The disk keeps so much room for others, the database first. */
const RESERVE_BYTES = 1_000_000_000;
/** After a failure; records wait in memory meanwhile. */
const RETRY_MS = 1_000;
/** statfs(2), linux/magic.h: files of these are memory. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6]);

/** Some of the records that the file was given. */
export interface KeptRun {
  /** Whether they take memory still. */
  readonly inMemory: boolean;
  /** To be called once. The words are valid until the next `put`. Undefined: the disk does not give them back. */
  take(): Uint32Array | undefined;
}

/** What is written together. */
interface Block {
  /** Undefined: it is in the file alone. */
  buffer: Uint32Array<ArrayBuffer> | undefined;
  /** Its place in the file, in blocks; undefined: it has none yet. */
  slot: number | undefined;
  usedWords: number;
  /** Runs that were not taken yet, and their bytes. */
  runs: number;
  bytes: number;
}

export class BacklogFile {
  private fd: number | undefined;
  private filling: Block | undefined;
  private writing: Block | undefined;
  private spare: Uint32Array<ArrayBuffer> | undefined;
  /** The places of the file that are in use. */
  private readonly slots = new Set<number>();
  private retryAtMs = 0;
  private stored: (bytes: number) => void = () => undefined;

  /** @param path of a file that is deleted as soon as it is open */
  constructor(
    private readonly path: string,
    private readonly reserveBytes = RESERVE_BYTES,
  ) {}

  /** The listener receives how many bytes of what was put and not taken have ceased to take memory. */
  onStored(listener: (bytes: number) => void): void {
    this.stored = listener;
  }

  /** Takes a copy of these words; undefined: the caller has to keep them. */
  put(words: Uint32Array): KeptRun | undefined {
    if (words.byteLength > BLOCK_BYTES) return undefined;
    const block = this.blockFor(words.length);
    if (block?.buffer === undefined) return undefined;
    const at = block.usedWords;
    const { length, byteLength } = words;
    block.buffer.set(words, at);
    block.usedWords += length;
    block.runs++;
    block.bytes += byteLength;
    return {
      get inMemory() {
        return block.buffer !== undefined;
      },
      take: () => {
        const taken = block.buffer?.subarray(at, at + length) ?? this.read(block, at, length);
        block.runs--;
        block.bytes -= byteLength;
        if (block.runs === 0) this.free(block);
        return taken;
      },
    };
  }

  /** One with room for so many words; undefined while two blocks wait for the disk. */
  private blockFor(words: number): Block | undefined {
    const { filling } = this;
    if (filling !== undefined && (filling.usedWords + words) * 4 <= BLOCK_BYTES) return filling;
    if (filling !== undefined) {
      if (this.writing !== undefined || performance.now() < this.retryAtMs) return undefined;
      this.write(filling);
    }
    const buffer = this.spare ?? new Uint32Array(BLOCK_BYTES / 4);
    this.spare = undefined;
    this.filling = { buffer, slot: undefined, usedWords: 0, runs: 0, bytes: 0 };
    return this.filling;
  }

  private write(block: Block): void {
    this.filling = undefined;
    const slot = this.freeSlot();
    const { buffer } = block;
    if (slot === undefined || buffer === undefined || this.fd === undefined) {
      this.keepInMemory();
      return;
    }
    block.slot = slot;
    this.slots.add(slot);
    this.writing = block;
    const bytes = block.usedWords * 4;
    write(this.fd, new Uint8Array(buffer.buffer, 0, bytes), 0, bytes, slot * BLOCK_BYTES, (error, written) =>
      this.hasWritten(block, error === null && written === bytes),
    );
  }

  private hasWritten(block: Block, isWhole: boolean): void {
    this.writing = undefined;
    if (isWhole) {
      this.stored(block.bytes);
      this.spare = block.buffer;
      block.buffer = undefined;
    } else {
      this.slots.delete(block.slot as number);
      block.slot = undefined;
      this.keepInMemory();
    }
    if (block.runs === 0) this.free(block);
  }

  /** The runs of a block that cannot be written keep its memory; the next one waits. */
  private keepInMemory(): void {
    this.retryAtMs = performance.now() + RETRY_MS;
  }

  private read(block: Block, at: number, length: number): Uint32Array | undefined {
    if (this.fd === undefined || block.slot === undefined) return undefined;
    const words = new Uint32Array(length);
    try {
      const read = readSync(this.fd, words, 0, words.byteLength, block.slot * BLOCK_BYTES + at * 4);
      return read === words.byteLength ? words : undefined;
    } catch {
      return undefined;
    }
  }

  /** All runs of a block were taken. */
  private free(block: Block): void {
    if (block === this.writing) return;
    if (block === this.filling) block.usedWords = 0;
    if (block.slot !== undefined) this.slots.delete(block.slot);
    this.closeIfDone();
  }

  /** Where nothing waits in the file, the disk has its room back. */
  private closeIfDone(): void {
    if (this.slots.size > 0 || this.writing !== undefined) return;
    this.spare = undefined;
    if (this.filling?.runs === 0) this.filling = undefined;
    if (this.fd !== undefined) close(this.fd);
    this.fd = undefined;
  }

  /** The first place that is not in use; undefined where the disk has no room for it, or no file can be made. */
  private freeSlot(): number | undefined {
    let slot = 0;
    while (this.slots.has(slot)) slot++;
    try {
      const { type, bavail, bsize } = statfsSync(dirname(this.path));
      if (IN_MEMORY.has(type) || bavail * bsize < this.reserveBytes) return undefined;
      this.fd ??= withoutName(this.path);
      return slot;
    } catch {
      return undefined;
    }
  }
}

function withoutName(path: string): number {
  // A process that was killed here may have left one.
  rmSync(path, { force: true });
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

/** Whether the files of a directory are memory. */
export function isMemory(directory: string): boolean {
  return IN_MEMORY.has(statfsSync(directory).type);
}
