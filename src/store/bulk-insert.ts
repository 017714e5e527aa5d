import type Database from 'better-sqlite3';

/** Rows per statement, largest first: 100 rows of `socket` at once take a third of the time of single ones; more gain nothing. */
const ROWS_PER_STATEMENT = [100, 10, 1] as const;

export type Value = string | number | null;

interface BulkInsertOptions<Row> {
  readonly table: string;
  readonly columns: readonly string[];
  /** Writes a row's values, as many as there are columns, to `values` from `at` on. */
  readonly put: (values: Value[], at: number, row: Row) => void;
  /** `INSERT` if not given. */
  readonly verb?: 'INSERT' | 'INSERT OR REPLACE';
}

/** A statement that inserts a fixed number of rows, and the reused array of their values. */
interface Tier {
  readonly rows: number;
  readonly statement: Database.Statement;
  readonly values: Value[];
}

/** Inserts many rows with few statements: each takes as many rows as are left for it. */
export class BulkInsert<Row> {
  private readonly tiers: readonly Tier[];
  private readonly width: number;
  private readonly put: BulkInsertOptions<Row>['put'];

  constructor(database: Database.Database, { table, columns, put, verb = 'INSERT' }: BulkInsertOptions<Row>) {
    this.width = columns.length;
    this.put = put;
    const row = `(${columns.map(() => '?').join(', ')})`;
    const into = `${verb} INTO ${table} (${columns.join(', ')}) VALUES`;
    this.tiers = ROWS_PER_STATEMENT.map((rows) => ({
      rows,
      statement: database.prepare(`${into} ${Array(rows).fill(row).join(', ')}`),
      values: new Array<Value>(rows * this.width).fill(null),
    }));
  }

  insert(rows: readonly Row[]): void {
    let at = 0;
    for (const tier of this.tiers) {
      for (; rows.length - at >= tier.rows; at += tier.rows) this.insertTier(tier, rows, at);
    }
  }

  private insertTier({ statement, values, rows: count }: Tier, rows: readonly Row[], from: number): void {
    for (let index = 0; index < count; index++) this.put(values, index * this.width, rows[from + index] as Row);
    // As arguments: better-sqlite3 reads an array value by value, which took a tenth of the whole pipeline's time.
    statement.run(...values);
  }
}

/** A `put` for rows, made of one function per column. */
export function putColumns<Row>(columns: readonly ((row: Row) => Value | undefined)[]): BulkInsertOptions<Row>['put'] {
  return (values, at, row) => {
    for (let column = 0; column < columns.length; column++) values[at + column] = columns[column]?.(row) ?? null;
  };
}
