import type Database from 'better-sqlite3';

/** Rows a statement: 200 rows took a third of the time of single ones, and a statement may bind 32,766 values. */
const ROWS_PER_STATEMENT = 200;

type Value = string | number | null;

/** Inserts many rows by few statements: multi-row ones as long as they fill, then one by one. */
export class BulkInsert {
  private readonly one: Database.Statement;
  private readonly many: Database.Statement;
  private readonly rowsPerStatement: number;
  private readonly columns: number;

  constructor(database: Database.Database, table: string, columns: readonly string[], verb = 'INSERT') {
    this.columns = columns.length;
    this.rowsPerStatement = Math.min(ROWS_PER_STATEMENT, Math.floor(32_766 / columns.length));
    const row = `(${columns.map(() => '?').join(', ')})`;
    const statement = (rows: number) =>
      database.prepare(`${verb} INTO ${table} (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`);
    this.one = statement(1);
    this.many = statement(this.rowsPerStatement);
  }

  /** `values` holds the rows end to end, column by column. */
  insert(values: readonly Value[]): void {
    const span = this.columns * this.rowsPerStatement;
    let at = 0;
    for (; at + span <= values.length; at += span) this.many.run(values.slice(at, at + span));
    for (; at < values.length; at += this.columns) this.one.run(values.slice(at, at + this.columns));
  }
}
