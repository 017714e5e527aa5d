/**
 * The first databases of version 1 lack two things that were added to migration 1 before it was frozen: statistics, and the
 * column `complete` of snapshots. They get both before they are migrated.
 */
export const LACKS_COMPLETE = "SELECT count(*) = 0 FROM pragma_table_info('snapshots') WHERE name = 'complete'";

/** ANALYZE creates the table of statistics; migration 3 fills it. */
export const EARLY_VERSION_1 = `
ALTER TABLE snapshots ADD COLUMN complete INTEGER NOT NULL DEFAULT 1;
ANALYZE;
DELETE FROM sqlite_stat1;
`;
