/** What docs/schema.md says about a public table. */
export interface TableNote {
  /** What one row is. */
  readonly text: string;
  readonly columns: Readonly<Record<string, ColumnNote>>;
  /** What to know beyond the columns. */
  readonly more?: string;
}

export interface ColumnNote {
  /** Only for an expression of a view, whose type SQLite does not know. */
  readonly type?: 'INTEGER' | 'TEXT';
  /** `us`, `ms`, `bytes`, `segments` ...; absent for names, counts and identifiers. */
  readonly unit?: string;
  readonly meaning: string;
  /** Where the value comes from: a field of the kernel, a system call, another column. */
  readonly source: string;
}

export type TableNotes = Readonly<Record<string, TableNote>>;

/** The note of a column in microseconds. */
export function us(meaning: string, source: string): ColumnNote {
  return { unit: 'us', meaning, source };
}
