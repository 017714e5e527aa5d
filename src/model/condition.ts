/** A condition of SQL on the columns of one table, and its named parameters. */
export interface Condition {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number>>;
  /** Set where only one remote port fulfils it, or only one remote and one local port: then the table over ports can serve. */
  readonly ports?: PinnedPorts | undefined;
}

export interface PinnedPorts {
  readonly remote: number;
  /** Undefined: any. */
  readonly local: number | undefined;
}

/** Every row fulfils it. */
export const ALWAYS: Condition = { sql: '1', params: {} };
