import type { Writer } from 'protobufjs/minimal.js';
import type { sstory } from './schema.js';

/** How rows of a kind are written and read. */
export interface RowMessage<Row> {
  /** The number of its field in Block. */
  readonly field: number;
  readonly encode: (row: Row, writer: Writer) => unknown;
  /** The rows of a block. @throws Error that names the invalid field */
  readonly decode: (block: sstory.Block) => Row[];
}
