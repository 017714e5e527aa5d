import type { FrameFault } from '../../src/recording-file/frame-reader.js';
import type { RecordingHeader } from '../../src/recording-file/header.js';
import { type RecordedBlock, RecordingReader } from '../../src/recording-file/recording-reader.js';
import { RecordingWriter } from '../../src/recording-file/recording-writer.js';
import type { AnyRow } from './generated-rows.js';

export const HEADER: RecordingHeader = {
  sstory: '0.1.0',
  host: 'lab',
  bootId: 'boot',
  kernel: '6.1',
  source: 'bpf',
  transport: 'map',
  intervalUs: 1_000_000,
  clockOffsetUs: 5,
  clockSteps: [],
  startedUs: 1_795_000_000_000_000,
  writtenUs: 1_795_000_000_000_001,
  writtenBy: 'export',
};

/** A recording file of these rows, with a block for each group. */
export async function recorded(groups: readonly (readonly AnyRow[])[], header = HEADER): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const writer = new RecordingWriter(async (bytes) => void pieces.push(bytes), header);
  for (const [index, group] of groups.entries()) {
    for (const { kind, row } of group) writer.add(kind, row as never);
    writer.flush(index + 1);
  }
  await writer.end();
  return Buffer.concat(pieces);
}

interface ReadBack {
  readonly header: RecordingHeader;
  readonly blocks: RecordedBlock[];
  readonly fault: FrameFault | undefined;
  readonly hasTail: boolean;
}

/** Reads bytes that come in pieces of `size`. */
export async function readBack(bytes: Uint8Array, size = 1 << 16): Promise<ReadBack> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const reader = await RecordingReader.open(pieces(), 'the file');
  const blocks: RecordedBlock[] = [];
  for await (const block of reader.blocks()) blocks.push(block);
  return { header: reader.header, blocks, fault: reader.fault, hasTail: reader.hasTail };
}
