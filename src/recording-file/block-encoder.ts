import protobuf, { type Writer } from 'protobufjs/minimal.js';
import { SstoryError } from '../model/error.js';
import type { RowKind, RowKinds } from '../model/history-rows.js';
import { MOST_PAYLOAD_BYTES } from './format.js';
import { ROW_MESSAGES } from './row-messages.js';

const LENGTH_DELIMITED = 2;
const THROUGH_US_TAG = 12 << 3;

/** Encodes rows into the bytes of one Block. */
export class BlockEncoder {
  private writer: Writer = protobuf.Writer.create();

  /** Bytes so far. */
  get size(): number {
    return this.writer.len;
  }

  /** @throws SstoryError `row-too-large`: one row alone is larger than half a block */
  add<Kind extends RowKind>(kind: Kind, row: RowKinds[Kind]): void {
    const { field, encode } = ROW_MESSAGES[kind];
    const before = this.writer.len;
    this.writer.uint32((field << 3) | LENGTH_DELIMITED).fork();
    encode(row, this.writer);
    this.writer.ldelim();
    if (this.writer.len - before <= MOST_PAYLOAD_BYTES / 2) return;
    throw new SstoryError(
      'row-too-large',
      `a row of kind ${kind} takes ${this.writer.len - before} bytes, a recording file allows ${MOST_PAYLOAD_BYTES / 2}`,
    );
  }

  through(throughUs: number): void {
    this.writer.uint32(THROUGH_US_TAG).int64(throughUs);
  }

  /** Returns the block, and starts the next. */
  take(): Uint8Array {
    const payload = this.writer.finish();
    this.writer = protobuf.Writer.create();
    return payload;
  }
}
