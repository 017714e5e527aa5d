/**
 * What a snapshot sees beside the sockets, each written when it has changed: the threads of the processes that hold them, and what the kernel
 * counts of sockets of all kinds. The first databases of version 4 lack both, and get them when they are opened for writing.
 *
 * threads: `own_files` 1: the thread has a descriptor table of its own. sockstat: `tcp_alloc` and `tcp_orphan` are counts of the whole host.
 */
export const HOST = `
CREATE TABLE threads (
  pid INTEGER NOT NULL,
  tid INTEGER NOT NULL,
  comm TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER,
  seen_us INTEGER,
  own_files INTEGER NOT NULL,
  PRIMARY KEY (pid, tid, from_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE sockstat (
  netns INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  used INTEGER NOT NULL,
  tcp_alloc INTEGER NOT NULL,
  tcp_orphan INTEGER NOT NULL,
  udp INTEGER NOT NULL,
  udp6 INTEGER NOT NULL,
  raw INTEGER NOT NULL,
  raw6 INTEGER NOT NULL,
  frag INTEGER NOT NULL,
  frag6 INTEGER NOT NULL,
  PRIMARY KEY (netns, at_us)
) STRICT, WITHOUT ROWID;
`;

export const LACKS_HOST = "SELECT count(*) = 0 FROM main.sqlite_schema WHERE type = 'table' AND name = 'threads'";

/** Both without rows, on the handle of a reader. */
export const NO_HOST = `
CREATE TEMP VIEW threads AS
SELECT 0 AS pid, 0 AS tid, '' AS comm, 0 AS from_us, NULL AS to_us, NULL AS seen_us, 0 AS own_files WHERE 0;
CREATE TEMP VIEW sockstat AS
SELECT 0 AS netns, 0 AS at_us, 0 AS used, 0 AS tcp_alloc, 0 AS tcp_orphan, 0 AS udp, 0 AS udp6, 0 AS raw, 0 AS raw6,
  0 AS frag, 0 AS frag6 WHERE 0;
`;
