/** How an answer can be drawn, and how wide its columns are. Without DOM. */

import { csvRecord } from '../../model/csv.js';

export type Value = string | number | boolean | null;
export type Row = readonly Value[];

export interface ChartShape {
  readonly kind: 'line' | 'bar';
  /** Of a line: microseconds. Of bars: the labels. */
  readonly x: readonly (number | string)[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

const MOST_BARS = 200;
const MOST_SERIES = 8;
const TIME_NAME = /(^|_)(us|at|time|minute|hour|day|second|bucket|t)$/i;
/** Numbers that name something, and do not count it. */
const IDENTIFIER = /^(.*_)?(id|pid|tid|port|netns|uid|inode|fd|family|cookie)$/i;
const LEAST_TIME_US = 1e15;
const MOST_TIME_US = 1e16;
const ISO = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?$/;

/** Lines over time where the first column is a time, else bars where it is text; undefined: the other columns are not numbers. */
export function chartShape(columns: readonly string[], rows: readonly Row[]): ChartShape | undefined {
  if (rows.length < 2 || columns.length < 2) return undefined;
  const numeric = columns
    .map((name, index) => ({ name, index }))
    .filter(({ name, index }) => index > 0 && !IDENTIFIER.test(name))
    .filter(({ index }) => rows.every((row) => row[index] === null || typeof row[index] === 'number'))
    .filter(({ name, index }) => !isTimeColumn(name, rows, index) && rows.some((row) => row[index] !== null))
    .slice(0, MOST_SERIES);
  if (numeric.length === 0) return undefined;
  const series = numeric.map(({ name, index }) => ({ name, values: rows.map((row) => row[index] as number | null) }));
  if (isTimeColumn(columns[0] ?? '', rows, 0)) {
    const places = rows.map((row, index) => [timeUs(row[0] ?? null) ?? 0, index] as const).sort((a, b) => a[0] - b[0]);
    return {
      kind: 'line',
      x: places.map(([us]) => us),
      series: series.map(({ name, values }) => ({ name, values: places.map(([, index]) => values[index] ?? null) })),
    };
  }
  if (rows.length > MOST_BARS) return undefined;
  return { kind: 'bar', x: rows.map((row) => valueText(row[0] ?? null)), series };
}

function isTimeColumn(name: string, rows: readonly Row[], index: number): boolean {
  const values = rows.map((row) => row[index] ?? null);
  if (values.every((value) => typeof value === 'string' && ISO.test(value))) return true;
  return TIME_NAME.test(name) && values.every((value) => timeUs(value) !== undefined);
}

/** A time in a column: microseconds since the epoch, or ISO 8601. */
export function timeUs(value: Value): number | undefined {
  if (typeof value === 'number') return value > LEAST_TIME_US && value < MOST_TIME_US ? value : undefined;
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const ms = Date.parse(value.includes(' ') ? value.replace(' ', 'T') : value);
  return Number.isNaN(ms) ? undefined : ms * 1000;
}

export function valueText(value: Value): string {
  return value === null ? '' : String(value);
}

const MOST_MEASURED = 200;
const LEAST_WIDTH = 4;
const MOST_WIDTH = 60;

/** For each column, how many characters wide it is shown. */
export function columnWidths(columns: readonly string[], rows: readonly Row[]): number[] {
  const measured = rows.slice(0, MOST_MEASURED);
  return columns.map((name, index) => {
    const longest = Math.max(name.length, ...measured.map((row) => valueText(row[index] ?? null).length));
    return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, longest));
  });
}

/** Numbers are aligned at their right end. */
export function isNumeric(rows: readonly Row[], index: number): boolean {
  const measured = rows.slice(0, MOST_MEASURED);
  return measured.length > 0 && measured.every((row) => row[index] === null || typeof row[index] === 'number');
}

/** RFC 4180. */
export function csvText(columns: readonly string[], rows: readonly Row[]): string {
  return [columns, ...rows].map((record) => `${csvRecord(record)}\r\n`).join('');
}
