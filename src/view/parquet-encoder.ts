import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { PARQUET_ELEMENTS } from '../model/parquet-elements.js';
import type { RowEncoder } from './row-encoder.js';

type Value = string | number | null;

export interface ParquetColumn {
  readonly name: string;
  readonly type: keyof typeof PARQUET_ELEMENTS;
}

/** Rows in a row group, which is held in memory. */
const GROUP_ROWS = 10_000;

/**
 * Parquet: times as timestamps (UTC, microseconds), integers as INT64, text as UTF-8 strings, compressed with Snappy.
 * Each group of rows is a row group, returned as soon as it is encoded.
 */
export function parquetEncoder(columns: readonly ParquetColumn[]): RowEncoder {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    createdBy: 'sstory',
    schema: [
      { name: 'root', num_children: columns.length },
      ...columns.map(({ name, type }) => ({ name, ...PARQUET_ELEMENTS[type], repetition_type: 'OPTIONAL' as const })),
    ],
  });
  /** What was written since the last call; the writer continues to count offsets. */
  const taken = (): Uint8Array => {
    const piece = bytes.getBytes().slice();
    bytes.index = 0;
    return piece;
  };
  return {
    groupRows: GROUP_ROWS,
    begin: taken,
    rows: (rows) => {
      void writer.write({
        rowGroupSize: GROUP_ROWS,
        columnData: columns.map(({ name, type }, index) => ({
          name,
          data: type === 'text' ? rows.map((row) => row[index] ?? null) : rows.map((row) => bigintOf(row[index])),
        })),
      });
      return taken();
    },
    end: () => {
      void writer.finish();
      return taken();
    },
  };
}

function bigintOf(value: Value | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(value);
}
