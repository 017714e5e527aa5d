/**
 * One row per connection: opener, totals, and all its transitions in `path`. Data that is rare has its own tables.
 * The tables `socket`, `recent` and `tcp_state` are internal; docs/schema.md describes the public, stable ones.
 *
 * Ports are nearly random: each insert into a plain index over them would write another page. This index begins with the
 * row's block of 16,384 ids, so only the pages of the last block are written. The statistics (of a table of 10 million
 * rows) make SQLite skip from block to block if only the port is given: a few microseconds each.
 */
export const HISTORY = `
CREATE TABLE tcp_state (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO tcp_state VALUES (1, 'ESTAB'), (2, 'SYN-SENT'), (3, 'SYN-RECV'), (4, 'FIN-WAIT-1'), (5, 'FIN-WAIT-2'), (6, 'TIME-WAIT'), (7, 'UNCONN'), (8, 'CLOSE-WAIT'), (9, 'LAST-ACK'), (10, 'LISTEN'), (11, 'CLOSING'), (12, 'SYN-RECV');

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  kernel TEXT NOT NULL,
  sstory TEXT NOT NULL,
  bpftrace TEXT,
  source TEXT NOT NULL,
  transport TEXT,
  interval_us INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  started_us INTEGER NOT NULL,
  last_us INTEGER NOT NULL,
  ended_us INTEGER,
  end TEXT,
  clock_offset_us INTEGER NOT NULL,
  clock_steps TEXT NOT NULL DEFAULT '[]',
  notes TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE cgroup (id INTEGER PRIMARY KEY, path TEXT NOT NULL) STRICT;

CREATE TABLE socket (
  id INTEGER PRIMARY KEY,
  life_class INTEGER NOT NULL,
  opened_us INTEGER NOT NULL,
  closed_us INTEGER,
  netns INTEGER NOT NULL,
  family INTEGER NOT NULL,
  local_addr TEXT NOT NULL,
  local_port INTEGER NOT NULL,
  remote_addr TEXT NOT NULL,
  remote_port INTEGER NOT NULL,
  state INTEGER NOT NULL,
  states INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  opened_source INTEGER NOT NULL,
  closed_source INTEGER,
  close_reason INTEGER,
  opened_not_before_us INTEGER,
  closed_not_before_us INTEGER,
  pid INTEGER,
  tid INTEGER,
  comm TEXT,
  fd INTEGER,
  uid INTEGER,
  inode INTEGER,
  cookie INTEGER,
  cgroup_id INTEGER,
  bytes_sent INTEGER,
  bytes_received INTEGER,
  retransmits INTEGER NOT NULL,
  rtt_us INTEGER,
  path TEXT NOT NULL
) STRICT;
CREATE INDEX socket_by_life ON socket (life_class, opened_us);
CREATE INDEX socket_by_ports ON socket (id >> 14, remote_port, local_port);

ANALYZE;
INSERT INTO sqlite_stat1 VALUES ('socket', 'socket_by_ports', '10000000 16384 12 1');

CREATE TABLE owner (
  connection_id INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  fd INTEGER NOT NULL,
  comm TEXT NOT NULL,
  from_us INTEGER NOT NULL,
  to_us INTEGER,
  PRIMARY KEY (connection_id, pid, fd, from_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  connection_id INTEGER,
  at_us INTEGER NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_connection ON events (connection_id, at_us);
CREATE INDEX events_by_time ON events (at_us);

CREATE TABLE samples (
  connection_id INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  recv_q INTEGER NOT NULL,
  send_q INTEGER NOT NULL,
  timer TEXT NOT NULL,
  timer_ms INTEGER NOT NULL,
  retrans INTEGER NOT NULL,
  rtt_us INTEGER,
  rttvar_us INTEGER,
  rto_us INTEGER,
  cwnd INTEGER,
  ssthresh INTEGER,
  mss INTEGER,
  unacked INTEGER,
  lost INTEGER,
  total_retrans INTEGER,
  bytes_sent INTEGER,
  bytes_acked INTEGER,
  bytes_received INTEGER,
  min_rtt_us INTEGER,
  delivery_rate INTEGER,
  congestion TEXT,
  skmem TEXT,
  PRIMARY KEY (connection_id, at_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  at_us INTEGER NOT NULL,
  netns INTEGER NOT NULL,
  sockets INTEGER NOT NULL,
  took_us INTEGER NOT NULL,
  complete INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (netns, at_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE gaps (
  id INTEGER PRIMARY KEY,
  from_us INTEGER NOT NULL,
  to_us INTEGER NOT NULL,
  cpu INTEGER,
  lost INTEGER,
  reason TEXT NOT NULL
) STRICT;
CREATE INDEX gaps_by_time ON gaps (from_us);

CREATE TABLE recent (
  seq INTEGER PRIMARY KEY,
  at_us INTEGER NOT NULL,
  through_us INTEGER NOT NULL,
  changes TEXT NOT NULL
) STRICT;

CREATE VIEW connections AS
SELECT s.id, s.netns, s.family, s.local_addr, s.local_port, s.remote_addr, s.remote_port,
  st.name AS state, s.opened_us, s.closed_us,
  CASE s.origin WHEN 0 THEN 'unknown' WHEN 1 THEN 'connect' WHEN 2 THEN 'accept' WHEN 3 THEN 'listen' WHEN 4 THEN 'before-recording' END AS origin,
  CASE s.close_reason WHEN 0 THEN 'unknown' WHEN 1 THEN 'orderly' WHEN 2 THEN 'reset by peer' WHEN 3 THEN 'refused' WHEN 4 THEN 'timed out' WHEN 5 THEN 'unreachable' WHEN 6 THEN 'aborted' WHEN 7 THEN 'destroyed' WHEN 8 THEN 'failed' END AS close_reason,
  s.pid, s.comm, s.uid, s.inode, s.cookie, cg.path AS cgroup,
  s.bytes_sent, s.bytes_received, s.retransmits,
  CASE s.opened_source WHEN 0 THEN 'probe' WHEN 1 THEN 'snapshot' WHEN 2 THEN 'timer' END AS opened_source,
  CASE s.closed_source WHEN 0 THEN 'probe' WHEN 1 THEN 'snapshot' WHEN 2 THEN 'timer' END AS closed_source,
  s.opened_not_before_us, s.closed_not_before_us, s.tid, s.fd, s.rtt_us, s.cgroup_id
FROM socket s
JOIN tcp_state st ON st.code = s.state
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
) t;

CREATE VIEW owners AS
SELECT s.id AS connection_id, s.pid, s.comm, s.fd, s.opened_us AS from_us, s.closed_us AS to_us
FROM socket s WHERE s.pid IS NOT NULL
UNION ALL
SELECT connection_id, pid, comm, fd, from_us, to_us FROM owner;
`;
