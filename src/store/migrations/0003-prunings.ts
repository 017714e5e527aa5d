/**
 * What was deleted from the history, so that queries can report a pruned period instead of an idle host: connections that
 * closed at or before `through_us`, `connections` of them, deleted at `at_us`.
 *
 * The indexes get one more column each: with the end of a life in the index by lives, and its beginning in the index by
 * ports, SQLite skips connections of other times without reading their rows.
 */
export const PRUNINGS = `
CREATE TABLE prunings (
  id INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  through_us INTEGER NOT NULL,
  connections INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;

DROP INDEX socket_by_life;
CREATE INDEX socket_by_life ON socket (life_class, opened_us, closed_us);
DROP INDEX socket_by_ports;
CREATE INDEX socket_by_ports ON socket (id >> 14, remote_port, local_port, opened_us);
DELETE FROM sqlite_stat1 WHERE idx = 'socket_by_ports';
INSERT INTO sqlite_stat1 VALUES ('socket', 'socket_by_ports', '10000000 16384 12 1 1');
`;
