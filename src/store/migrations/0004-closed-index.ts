/**
 * Closed connections are found by lifetime and by port through two tables in sorted order, without an index that every insert
 * would have to keep. They are filled a block of 8,192 ids at a time; `closed_through` is the last id that they cover. Closed
 * connections with a higher id, at most a few blocks, are read row by row. Open ones have an index of their own.
 *
 * closed_life: `class` is life_class, `from_us` opened_us, `to_us` closed_us, or, of a TIME-WAIT that ended before its timer, when that was
 * due. closed_port: `block` is connection_id >> 13. The statistics (of 10 million rows) make SQLite skip from block to block if only the ports
 * are given.
 *
 * `closed_source` 3: the end is the timer of TIME-WAIT, and was written when TIME-WAIT began. The views show TIME-WAIT until the last
 * run has passed that time.
 *
 * `netns_name`: the last name that the namespace had while the connection existed. A namespace is noticed by a snapshot, so a connection
 * that ended before that has the name of the first one that was noticed after it.
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

DROP VIEW connections;
DROP VIEW transitions;
DROP VIEW owners;
CREATE VIEW connections AS
SELECT s.id, s.netns, s.family, s.local_addr, s.local_port, s.remote_addr, s.remote_port,
  st.name AS state, s.opened_us, CASE WHEN s.closed_source = 3 AND s.closed_us > (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) THEN NULL ELSE s.closed_us END AS closed_us,
  CASE s.origin WHEN 0 THEN 'unknown' WHEN 1 THEN 'connect' WHEN 2 THEN 'accept' WHEN 3 THEN 'listen' WHEN 4 THEN 'before-recording' END AS origin,
  CASE s.close_reason WHEN 0 THEN 'unknown' WHEN 1 THEN 'orderly' WHEN 2 THEN 'reset by peer' WHEN 3 THEN 'refused' WHEN 4 THEN 'timed out' WHEN 5 THEN 'unreachable' WHEN 6 THEN 'aborted' WHEN 7 THEN 'destroyed' WHEN 8 THEN 'failed' END AS close_reason,
  s.pid, s.comm, s.uid, s.inode, s.cookie, cg.path AS cgroup,
  s.bytes_sent, s.bytes_received, s.retransmits,
  CASE s.opened_source WHEN 0 THEN 'probe' WHEN 1 THEN 'snapshot' WHEN 2 THEN 'timer' END AS opened_source,
  CASE WHEN s.closed_source = 3 AND s.closed_us > (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) THEN NULL WHEN s.closed_source = 0 THEN 'probe' WHEN s.closed_source = 1 THEN 'snapshot' WHEN s.closed_source >= 2 THEN 'timer' END AS closed_source,
  s.opened_not_before_us, CASE WHEN s.closed_source = 3 AND s.closed_us > (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) THEN NULL ELSE s.closed_not_before_us END AS closed_not_before_us, s.tid, s.fd, s.rtt_us, s.cgroup_id,
  CASE WHEN EXISTS (SELECT 1 FROM namespaces n WHERE n.netns = s.netns AND coalesce(n.to_us, 9e18) >= s.opened_us AND n.from_us < coalesce(s.closed_us, 9e18))
    THEN (SELECT n.name FROM namespaces n WHERE n.netns = s.netns AND coalesce(n.to_us, 9e18) >= s.opened_us AND n.from_us < coalesce(s.closed_us, 9e18)
      AND n.name IS NOT NULL ORDER BY n.from_us DESC LIMIT 1)
    ELSE (SELECT n.name FROM namespaces n WHERE n.netns = s.netns AND n.from_us >= coalesce(s.closed_us, 9e18) ORDER BY n.from_us LIMIT 1)
  END AS netns_name,
  cg.container, cg.pod, cg.unit
FROM socket s
JOIN tcp_state st ON st.code = CASE WHEN s.closed_source = 3 AND s.closed_us > (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) THEN 6 ELSE s.state END
LEFT JOIN cgroup cg ON cg.id = s.cgroup_id;

CREATE VIEW transitions AS
SELECT t.connection_id, t.opened_us + (t.step >> 10) AS at_us,
  CASE WHEN t.earlier IS NULL THEN NULL WHEN t.earlier < 0 THEN 0
    ELSE t.opened_us + (t.step >> 10) - t.earlier END AS not_before_us,
  (SELECT name FROM tcp_state WHERE code = (t.step >> 4) & 15) AS old_state,
  (SELECT name FROM tcp_state WHERE code = t.step & 15) AS new_state,
  CASE (t.step >> 8) & 3 WHEN 0 THEN 'probe' WHEN 1 THEN 'snapshot' WHEN 2 THEN 'timer' END AS source
FROM (
  SELECT s.id AS connection_id, s.opened_us,
    CASE j.type WHEN 'array' THEN json_extract(j.value, '$[0]') ELSE j.value END AS step,
    CASE j.type WHEN 'array' THEN json_extract(j.value, '$[1]') END AS earlier
  FROM socket s, json_each(s.path) j
  WHERE s.closed_source IS NOT 3 OR s.closed_us <= (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) OR j.key < json_array_length(s.path) - 1
) t;

CREATE VIEW owners AS
SELECT s.id AS connection_id, s.pid, s.comm, s.fd, s.opened_us AS from_us,
  CASE WHEN s.closed_source = 3 AND s.closed_us > (SELECT last_us FROM runs ORDER BY id DESC LIMIT 1) THEN NULL ELSE s.closed_us END AS to_us
FROM socket s WHERE s.pid IS NOT NULL
UNION ALL
SELECT connection_id, pid, comm, fd, from_us, to_us FROM owner;
`;
