import { parseArgs } from 'node:util';

export interface HistoryArguments {
  /** How many connections a made history has. */
  readonly connections: number;
  /** A database to use: made where it does not exist. */
  readonly db: string | undefined;
  /** Whether the database stays in the directory for temporary files. */
  readonly keep: boolean;
}

/** The arguments of the benches that look into a long history: `[--connections N] [--db FILE] [--keep]`. */
export function historyArguments({ connections } = { connections: 10_000_000 }): HistoryArguments {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: String(connections) },
      db: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  return { connections: Number(values.connections), db: values.db, keep: values.keep };
}
