import type Database from 'better-sqlite3';

/** Rows a statement: 200 rows took a third of the time of single ones, and a statement may bind 32,766 values. */
const ROWS_PER_STATEMENT = 200;

export type Value = string | number | null;

export interface BulkInsertOptions<Row> {
  readonly table: string;
  readonly columns: readonly string[];
  /** Writes a row's values, as many as there are columns, to `values` from `at` on. */
  readonly put: (values: Value[], at: number, row: Row) => void;
  /** `INSERT` if not given. */
  readonly verb?: 'INSERT' | 'INSERT OR REPLACE';
}

/** Inserts many rows by few statements: multi-row ones as long as they fill, then one by one. The values' arrays are used again. */
export class BulkInsert<Row> {
  private readonly one: Database.Statement;
  private readonly many: Database.Statement;
  private readonly oneValues: Value[];
  private readonly manyValues: Value[];
  private readonly rowsPerStatement: number;
  private readonly width: number;
  private readonly put: BulkInsertOptions<Row>['put'];

  constructor(database: Database.Database, { table, columns, put, verb = 'INSERT' }: BulkInsertOptions<Row>) {
    this.width = columns.length;
    this.put = put;
    this.rowsPerStatement = Math.min(ROWS_PER_STATEMENT, Math.floor(32_766 / columns.length));
    this.oneValues = new Array<Value>(this.width).fill(null);
    this.manyValues = new Array<Value>(this.width * this.rowsPerStatement).fill(null);
    const row = `(${columns.map(() => '?').join(', ')})`;
    const statement = (rows: number) =>
      database.prepare(`${verb} INTO ${table} (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`);
    this.one = statement(1);
    this.many = statement(this.rowsPerStatement);
  }

  insert(rows: readonly Row[]): void {
    const full = rows.length - (rows.length % this.rowsPerStatement);
    let at = 0;
    for (const [index, row] of rows.entries()) {
      if (index >= full) {
        this.put(this.oneValues, 0, row);
        this.one.run(this.oneValues);
        continue;
      }
      this.put(this.manyValues, at, row);
      at += this.width;
      if (at < this.manyValues.length) continue;
      this.many.run(this.manyValues);
      at = 0;
    }
  }
}

/** `put` of rows whose columns are each given by a function. */
export function putColumns<Row>(columns: readonly ((row: Row) => Value | undefined)[]): BulkInsertOptions<Row>['put'] {
  return (values, at, row) => {
    for (let column = 0; column < columns.length; column++) values[at + column] = columns[column]?.(row) ?? null;
  };
}
