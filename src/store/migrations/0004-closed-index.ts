/**
 * Closed connections are found by lifetime and by port through two tables in sorted order, without an index that every insert
 * would have to keep. They are filled a block of 8,192 ids at a time; `closed_through` is the last id that they cover. Closed
 * connections with a higher id, at most a few blocks, are read row by row. Open ones have an index of their own.
 *
 * closed_life: `class` is life_class, `from_us` opened_us, `to_us` closed_us. closed_port: `block` is connection_id >> 13. The
 * statistics (of 10 million rows) make SQLite skip from block to block if only the ports are given.
 */
export const CLOSED_INDEX = `
CREATE TABLE closed_life (
  class INTEGER NOT NULL,
  from_us INTEGER NOT NULL,
  connection_id INTEGER NOT NULL,
  to_us INTEGER NOT NULL,
  PRIMARY KEY (class, from_us, connection_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE closed_port (
  block INTEGER NOT NULL,
  remote INTEGER NOT NULL,
  local INTEGER NOT NULL,
  from_us INTEGER NOT NULL,
  connection_id INTEGER NOT NULL,
  PRIMARY KEY (block, remote, local, from_us, connection_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE closed_through (id INTEGER NOT NULL) STRICT;

INSERT INTO closed_life SELECT life_class, opened_us, id, closed_us FROM socket INDEXED BY socket_by_life
  WHERE life_class > 0 ORDER BY life_class, opened_us;
INSERT INTO closed_port SELECT id >> 13, remote_port, local_port, opened_us, id FROM socket
  WHERE life_class > 0 ORDER BY id >> 13, remote_port, local_port, opened_us;
INSERT INTO closed_through SELECT coalesce(max(id), -1) FROM socket;

DROP INDEX socket_by_life;
DROP INDEX socket_by_ports;
CREATE INDEX socket_open ON socket (opened_us, remote_port, local_port) WHERE life_class = 0;
DELETE FROM sqlite_stat1 WHERE tbl = 'socket';
INSERT INTO sqlite_stat1 VALUES ('closed_port', 'closed_port', '10000000 8192 12 1 1 1');

CREATE VIEW connections_by_port AS
SELECT remote AS remote_port, local AS local_port, from_us AS opened_us, connection_id FROM closed_port
UNION ALL
SELECT remote_port, local_port, opened_us, id FROM socket WHERE life_class = 0
UNION ALL
SELECT remote_port, local_port, opened_us, id FROM socket
  WHERE id > (SELECT id FROM closed_through) AND life_class > 0;
`;
