import type Database from 'better-sqlite3';
import { type CgroupParts, cgroupParts } from '../model/cgroup.js';

/** The schema version before the current one, which can be read as it is: a reader may not be allowed to migrate the file. */
export const PREVIOUS_VERSION = 3;

/**
 * What version 4 added, as views on the reader's own handle. The indexes of version 3 answer them: `id >> 14` is the expression that
 * its index over ports begins with. All closed connections count as covered.
 */
const VIEWS = `
CREATE TEMP VIEW closed_life AS
SELECT life_class AS class, opened_us AS from_us, id AS connection_id, closed_us AS to_us
FROM main.socket WHERE life_class > 0;
CREATE TEMP VIEW closed_port AS
SELECT id >> 14 AS block, remote_port AS remote, local_port AS local, opened_us AS from_us, id AS connection_id
FROM main.socket WHERE life_class > 0;
CREATE TEMP VIEW closed_through AS SELECT coalesce(max(id), -1) AS id FROM main.socket;
CREATE TEMP VIEW connections_by_port AS
SELECT remote_port, local_port, opened_us, id AS connection_id FROM main.socket;
CREATE TEMP VIEW gaps AS SELECT *, 'transitions' AS scope FROM main.gaps;
CREATE TEMP VIEW snapshots AS SELECT *, NULL AS next_us, 0 AS owners FROM main.snapshots;
CREATE TEMP VIEW runs AS SELECT *, NULL AS initial_netns, NULL AS behind_us, NULL AS backlog_bytes FROM main.runs;
CREATE TEMP VIEW cgroup AS
SELECT id, path, cgroup_part(path, 'container') AS container, cgroup_part(path, 'pod') AS pod, cgroup_part(path, 'unit') AS unit
FROM main.cgroup;
CREATE TEMP VIEW connections AS
SELECT c.*, NULL AS netns_name, g.container, g.pod, g.unit
FROM main.connections c LEFT JOIN temp.cgroup g ON g.id = c.cgroup_id;
CREATE TEMP VIEW owner AS
SELECT connection_id, pid, fd, 0 AS tid, comm, from_us, to_us, NULL AS seen_us FROM main.owner;
CREATE TEMP VIEW owners AS
SELECT o.connection_id, o.pid, o.comm, o.fd, o.from_us, o.to_us,
  CASE WHEN o.to_us IS NULL AND s.state IN (1, 2, 8, 10) AND NOT (s.origin = 2 AND o.fd IS NULL) THEN o.from_us END AS seen_us,
  NULL AS tid, s.origin = 2 AND o.fd IS NULL AS inferred
FROM main.owners o JOIN main.socket s ON s.id = o.connection_id;
CREATE TEMP VIEW namespaces AS
SELECT 0 AS netns, 0 AS from_us, NULL AS to_us, NULL AS net_cookie, NULL AS name WHERE 0;
`;

/** Makes a database of the previous schema readable on this handle. The file does not change. */
export function readPreviousSchema(database: Database.Database): void {
  database.function('cgroup_part', { deterministic: true }, (path: unknown, part: unknown) => {
    return cgroupParts(String(path))[part as keyof CgroupParts] ?? null;
  });
  database.exec(VIEWS);
}
