import { stringify } from 'csv-stringify/sync';

type Value = string | number | null;

/** Turns rows into bytes of a file format, a group of rows at a time. */
export interface RowEncoder {
  /** How many rows make a good group. */
  readonly groupRows: number;
  /** What the file begins with. */
  begin(): string | Uint8Array;
  rows(rows: readonly Value[][]): string | Uint8Array;
  /** What the file ends with. */
  end(): string | Uint8Array;
}

/** CSV as in RFC 4180, with a header; NULL is an empty field. */
export function csvEncoder(names: readonly string[]): RowEncoder {
  return {
    groupRows: 1_000,
    begin: () => stringify([[...names]]),
    rows: (rows) => stringify(rows as Value[][]),
    end: () => '',
  };
}

/** One JSON object a line. */
export function jsonLinesEncoder(names: readonly string[]): RowEncoder {
  return {
    groupRows: 1_000,
    begin: () => '',
    rows: (rows) =>
      rows
        .map((row) => `${JSON.stringify(Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))}\n`)
        .join(''),
    end: () => '',
  };
}
