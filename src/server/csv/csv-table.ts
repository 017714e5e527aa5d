import { type CsvValue, csvRecord } from '../../model/csv.js';

/** Rows with the same columns. They may be made while they are read. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly CsvValue[]>;
}

/** The records of a table, each with its line end. */
export function* csvPieces({ columns, rows }: CsvTable): Generator<string> {
  yield `${csvRecord(columns)}\r\n`;
  for (const row of rows) yield `${csvRecord(row)}\r\n`;
}

/**
 * Objects as rows: the columns are the keys of all of them, in the order in which they appear. They are read twice, unless their columns
 * are given. Objects and lists are JSON.
 */
export function tableOfObjects(
  objects: Iterable<Readonly<Record<string, unknown>>>,
  columns: readonly string[] = keysOf(objects),
): CsvTable {
  return {
    columns,
    rows: {
      *[Symbol.iterator]() {
        for (const each of objects) yield columns.map((column) => csvValue(each[column]));
      },
    },
  };
}

function keysOf(objects: Iterable<Readonly<Record<string, unknown>>>): string[] {
  const keys = new Set<string>();
  for (const each of objects) for (const key of Object.keys(each)) keys.add(key);
  return [...keys];
}

/** With a last record, where something has to be said that no column has. */
export function withLastRecord({ columns, rows }: CsvTable, text: string): CsvTable {
  return {
    columns,
    rows: {
      *[Symbol.iterator]() {
        yield* rows;
        yield [text];
      },
    },
  };
}

function csvValue(value: unknown): CsvValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(' ');
  return JSON.stringify(value);
}
