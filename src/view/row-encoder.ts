import { csvRecord } from './csv.js';
import { jsonRecords } from './json-record.js';

type Value = string | number | null;

/** Encodes rows in a file format, a group of rows at a time. */
export interface RowEncoder {
  /** The best number of rows in a group. */
  readonly groupRows: number;
  /** The beginning of the file. */
  begin(): string | Uint8Array;
  rows(rows: readonly Value[][]): string | Uint8Array;
  /** The end of the file. */
  end(): string | Uint8Array;
}

/** CSV with a header; NULL is an empty field. */
export function csvEncoder(names: readonly string[]): RowEncoder {
  return {
    groupRows: 1_000,
    begin: () => `${csvRecord(names)}\n`,
    rows: (rows) => rows.map((row) => `${csvRecord(row)}\n`).join(''),
    end: () => '',
  };
}

/** One JSON object per line. */
export function jsonLinesEncoder(names: readonly string[]): RowEncoder {
  const record = jsonRecords(names);
  return {
    groupRows: 1_000,
    begin: () => '',
    rows: (rows) => rows.map((row) => `${record(row)}\n`).join(''),
    end: () => '',
  };
}
