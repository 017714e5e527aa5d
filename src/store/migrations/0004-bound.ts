/**
 * What snapshots show of sockets beside the rows of connections: sockets that are bound and nothing more, and facts of timewait sockets, whose
 * rows are not written again for them. The first databases of version 4 lack both, and get them when they are opened for writing.
 *
 * timewaits: `numbers` has ranges of numbers, `ids` the connections that have them (src/model/timewaits.ts).
 */
export const BOUND = `
CREATE TABLE bound (
  netns INTEGER NOT NULL,
  cookie INTEGER NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER,
  family INTEGER NOT NULL,
  local_addr TEXT NOT NULL,
  local_port INTEGER NOT NULL,
  uid INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  cgroup_id INTEGER,
  holders TEXT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (netns, cookie, from_us)
) STRICT, WITHOUT ROWID;
CREATE INDEX bound_by_end ON bound (to_us);

CREATE TABLE timewaits (
  netns INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  fact TEXT NOT NULL,
  numbers TEXT NOT NULL,
  ids TEXT NOT NULL,
  PRIMARY KEY (netns, at_us, fact)
) STRICT, WITHOUT ROWID;
`;

export const LACKS_BOUND = "SELECT count(*) = 0 FROM main.sqlite_schema WHERE type = 'table' AND name = 'bound'";

/** Both without rows, on the handle of a reader. */
export const NO_BOUND = `
CREATE TEMP VIEW bound AS
SELECT 0 AS netns, 0 AS cookie, 0 AS from_us, NULL AS to_us, 4 AS family, '' AS local_addr, 0 AS local_port, 0 AS uid, 0 AS inode,
  NULL AS cgroup_id, '[]' AS holders, '{}' AS details WHERE 0;
CREATE TEMP VIEW timewaits AS SELECT 0 AS netns, 0 AS at_us, 'cookie' AS fact, '[]' AS numbers, '[]' AS ids WHERE 0;
`;
