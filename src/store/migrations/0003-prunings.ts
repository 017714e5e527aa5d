/**
 * What was taken out of the history again, so that a pruned time is told as such and not as an empty host:
 * connections that closed at or before `through_us`, `connections` of them, taken out at `at_us`.
 *
 * The indexes learn more: with the end of a life in the one by lives, what ended before a time is passed over without a look at
 * its row; with the beginning in the one by ports, so is what lies at other times.
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
