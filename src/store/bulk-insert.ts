import type Database from 'better-sqlite3';

/** Rows per statement, largest first: 100 rows of `socket` at once take a third of the time of single ones; more gain nothing. */
const ROWS_PER_STATEMENT = [100, 10, 1] as const;

export type Value = string | number | null;

/** Writes a row's values to `values` from `at` on. */
export type Put<Row> = (values: Value[], at: number, row: Row) => void;

interface BulkStatementOptions<Row> {
  /** How many values a row has. */
  readonly width: number;
  readonly put: Put<Row>;
  /** The statement, with these rows of parameters: `(?, ?), (?, ?)`. */
  readonly sql: (rows: string) => string;
}

/** A statement for a fixed number of rows, and the reused array of their values. */
interface Tier {
  readonly rows: number;
  readonly statement: Database.Statement;
  readonly values: Value[];
}

/** Applies a statement to many rows with few calls: each takes as many rows as are left for it. */
export class BulkStatement<Row> {
  private readonly tiers: readonly Tier[];
  private readonly width: number;
  private readonly put: Put<Row>;

  constructor(database: Database.Database, { width, put, sql }: BulkStatementOptions<Row>) {
    this.width = width;
    this.put = put;
    const row = `(${Array(width).fill('?').join(', ')})`;
    this.tiers = ROWS_PER_STATEMENT.map((rows) => ({
      rows,
      statement: database.prepare(sql(Array(rows).fill(row).join(', '))),
      values: new Array<Value>(rows * width).fill(null),
    }));
  }

  run(rows: readonly Row[]): void {
    let at = 0;
    for (const tier of this.tiers) {
      for (; rows.length - at >= tier.rows; at += tier.rows) this.runTier(tier, rows, at);
    }
  }

  private runTier({ statement, values, rows: count }: Tier, rows: readonly Row[], from: number): void {
    for (let index = 0; index < count; index++) this.put(values, index * this.width, rows[from + index] as Row);
    // As arguments: better-sqlite3 reads an array value by value, which took a tenth of the whole pipeline's time.
    statement.run(...values);
  }
}

interface BulkInsertOptions<Row> {
  readonly table: string;
  readonly columns: readonly string[];
  readonly put: Put<Row>;
  /** `INSERT` if not given. */
  readonly verb?: 'INSERT' | 'INSERT OR REPLACE';
}

/** Inserts many rows. */
export class BulkInsert<Row> {
  private readonly statement: BulkStatement<Row>;

  constructor(database: Database.Database, { table, columns, put, verb = 'INSERT' }: BulkInsertOptions<Row>) {
    const into = `${verb} INTO ${table} (${columns.join(', ')}) VALUES`;
    this.statement = new BulkStatement(database, { width: columns.length, put, sql: (rows) => `${into} ${rows}` });
  }

  insert(rows: readonly Row[]): void {
    this.statement.run(rows);
  }
}

/** A `put` for rows, made of one function per column. */
export function putColumns<Row>(columns: readonly ((row: Row) => Value | undefined)[]): Put<Row> {
  return (values, at, row) => {
    for (let column = 0; column < columns.length; column++) values[at + column] = columns[column]?.(row) ?? null;
  };
}
