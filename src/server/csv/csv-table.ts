import { type CsvValue, csvRecord } from '../../model/csv.js';

/** Rows with the same columns. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly CsvValue[]>;
}

/** The table as text, each record with its line end. */
export function csvText({ columns, rows }: CsvTable): string {
  let text = `${csvRecord(columns)}\r\n`;
  for (const row of rows) text += `${csvRecord(row)}\r\n`;
  return text;
}

/** Objects as rows: the columns are the keys of all of them, in the order in which they appear. What is no plain value is JSON. */
export function tableOfObjects(objects: readonly Readonly<Record<string, unknown>>[]): CsvTable {
  const columns = [...new Set(objects.flatMap((each) => Object.keys(each)))];
  return { columns, rows: objects.map((each) => columns.map((column) => csvValue(each[column]))) };
}

function csvValue(value: unknown): CsvValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(' ');
  return JSON.stringify(value);
}
