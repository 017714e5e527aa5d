/** Small look-ups in a history. */
import type Database from 'better-sqlite3';

/** How many connections there are. */
export function connectionCount(database: Database.Database): number {
  return database.prepare<[], number>('SELECT count(*) FROM socket').pluck().get() ?? 0;
}

/** The lowest and the highest id of a connection; undefined if there are no connections. */
export function connectionIds(
  database: Database.Database,
): { readonly least: number; readonly most: number } | undefined {
  const { least, most } = database
    .prepare<[], { least: number | null; most: number | null }>(
      'SELECT (SELECT min(id) FROM socket) AS least, (SELECT max(id) FROM socket) AS most',
    )
    .get() ?? { least: null, most: null };
  return least === null || most === null ? undefined : { least, most };
}

/** The names of a table's columns. */
export function columnsOf(database: Database.Database, table: string): string[] {
  return database
    .prepare(`SELECT * FROM "${table}" LIMIT 0`)
    .columns()
    .map(({ name }) => name);
}

/** Until this is disposed, reads see the file as it is now, even while it is being recorded into. */
export function oneMoment(database: Database.Database): Disposable {
  database.exec('BEGIN');
  return {
    [Symbol.dispose]: () => {
      if (database.inTransaction) database.exec('ROLLBACK');
    },
  };
}

/** Whether the file gives free pages back to the file system. */
export function canShrink(database: Database.Database): boolean {
  return database.pragma('auto_vacuum', { simple: true }) !== 0;
}

/** What identifies the history. */
export function historyUuid(database: Database.Database): string | undefined {
  return database.prepare<[], string>('SELECT uuid FROM file').pluck().get();
}
