/**
 * The first databases of version 1 lack what migration 1 came to have before it was frozen: statistics, and the column
 * `complete` of snapshots. They are brought to that state before they are migrated.
 */
export const LACKS_COMPLETE = "SELECT count(*) = 0 FROM pragma_table_info('snapshots') WHERE name = 'complete'";

/** ANALYZE makes the table of statistics; migration 3 writes what stands in it. */
export const EARLY_VERSION_1 = `
ALTER TABLE snapshots ADD COLUMN complete INTEGER NOT NULL DEFAULT 1;
ANALYZE;
DELETE FROM sqlite_stat1;
`;
