/**
 * Owners over time. `seen_us` of a row is when the process was last seen to hold the socket, known once that has ended. `tid`: the
 * thread, where it has a descriptor table of its own; 0: all of them share one. `snapshots.owners`: 1 where /proc was searched whole
 * after the dump.
 *
 * A connection's opener is in its own row, and has none in `owner` while nothing else is known of it. Once it no longer holds the
 * socket, a row with its pid, its descriptor (-1: unknown) and the time of the opening takes the opener's place. So does a row with its pid
 * and descriptor that begins with accept(2), where the connection had waited for it.
 */
export const OWNERS = `
ALTER TABLE snapshots ADD COLUMN owners INTEGER NOT NULL DEFAULT 0;
CREATE INDEX snapshots_of_owners ON snapshots (netns, at_us) WHERE owners = 1;

DROP VIEW owners;
ALTER TABLE owner RENAME TO earlier_owner;
CREATE TABLE owner (
  connection_id INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  fd INTEGER NOT NULL,
  tid INTEGER NOT NULL DEFAULT 0,
  comm TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER,
  seen_us INTEGER,
  PRIMARY KEY (connection_id, pid, fd, from_us, tid)
) STRICT, WITHOUT ROWID;
INSERT INTO owner (connection_id, pid, fd, comm, from_us, to_us)
  SELECT connection_id, pid, fd, comm, from_us, to_us FROM earlier_owner;
DROP TABLE earlier_owner;

CREATE VIEW owners AS
SELECT s.id AS connection_id, s.pid, s.comm, s.fd, s.opened_us AS from_us,
  CASE WHEN s.closed_source = 3 AND s.closed_us > (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) THEN NULL ELSE s.closed_us END AS to_us,
  CASE WHEN s.life_class = 0 AND s.state IN (1, 2, 8, 10) AND NOT (s.origin = 2 AND s.fd IS NULL) THEN
    max(s.opened_us, coalesce((SELECT max(at_us) FROM snapshots v WHERE v.netns = s.netns AND v.owners = 1), 0)) END AS seen_us,
  NULL AS tid, s.origin = 2 AND s.fd IS NULL AS inferred
FROM socket s WHERE s.pid IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM owner o WHERE o.connection_id = s.id AND o.pid = s.pid AND o.fd = coalesce(s.fd, -1) AND (o.from_us = s.opened_us OR s.origin = 2))
UNION ALL
SELECT o.connection_id, o.pid, o.comm, nullif(o.fd, -1), o.from_us,
  CASE WHEN o.to_us IS NOT NULL THEN o.to_us
    WHEN s.closed_source = 3 AND s.closed_us > (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) THEN NULL ELSE s.closed_us END,
  CASE WHEN o.to_us IS NOT NULL THEN o.seen_us WHEN s.life_class = 0 AND s.state IN (1, 2, 8, 10) THEN
    max(o.from_us, coalesce((SELECT max(at_us) FROM snapshots v WHERE v.netns = s.netns AND v.owners = 1), 0)) END,
  nullif(o.tid, 0), 0
FROM owner o JOIN socket s ON s.id = o.connection_id;
`;
