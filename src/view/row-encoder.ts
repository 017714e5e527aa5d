import { csvRecord } from '../model/csv.js';
import { isoTime } from '../model/time-text.js';
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

interface Column {
  readonly name: string;
  readonly type: string;
}

/** How times are written: `us` as they are stored, `iso` as ISO 8601 in UTC, in columns without `_us` in their names. */
export type TimeForm = 'us' | 'iso';

/** The names of columns whose times are written so. */
export function namesInForm(columns: readonly Column[], form: TimeForm): string[] {
  return columns.map(({ name, type }) => (form === 'iso' && type === 'time' ? name.replace(/_us$/, '') : name));
}

/** An encoder that gets the times of these columns as text. */
export function withIsoTimes(encoder: RowEncoder, columns: readonly Column[]): RowEncoder {
  const places = columns.flatMap(({ type }, index) => (type === 'time' ? [index] : []));
  const written = (row: readonly Value[]): Value[] => {
    const copy = [...row];
    for (const place of places) {
      const us = copy[place];
      if (typeof us === 'number') copy[place] = isoTime(us);
    }
    return copy;
  };
  return { ...encoder, rows: (rows) => encoder.rows(rows.map(written)) };
}
