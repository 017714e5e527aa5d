import type Database from 'better-sqlite3';

/**
 * When the snapshot next to `us` was taken, later (1) or earlier (-1); undefined if none was. The recorder dumps
 * the namespaces of a host one after the other in each interval: dumps closer than half an interval belong to one snapshot.
 */
export function neighbourSampleUs(database: Database.Database, us: number, direction: 1 | -1): number | undefined {
  const intervalUs = database.prepare('SELECT min(interval_us) FROM runs').pluck().get() as number | null;
  const beyondUs = us + direction * Math.max(1, Math.floor((intervalUs ?? 0) / 2));
  const sql =
    direction > 0
      ? 'SELECT min(at_us) FROM snapshots WHERE at_us >= ?'
      : 'SELECT max(at_us) FROM snapshots WHERE at_us <= ?';
  return (database.prepare(sql).pluck().get(beyondUs) as number | null) ?? undefined;
}
