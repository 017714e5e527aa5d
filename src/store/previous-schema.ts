import type Database from 'better-sqlite3';
import { type CgroupParts, cgroupParts } from '../model/cgroup.js';
import { LACKS_BOUND, NO_BOUND } from './migrations/0004-bound.js';
import { LACKS_HOST, NO_HOST } from './migrations/0004-host.js';
import { SAMPLES_VIEW } from './migrations/0004-samples.js';

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

/** The samples of version 3; their socket memory is a text, as `ss -m` writes it. */
const WHOLE_SAMPLE = `
CREATE TEMP VIEW whole_sample AS
SELECT
  connection_id, at_us, NULL AS changed_ms, NULL AS due_ms, recv_q, send_q, timer, timer_ms, retrans, rtt_us,
  rttvar_us, rto_us, cwnd, ssthresh, unacked, lost, total_retrans, bytes_sent, bytes_acked, bytes_received,
  min_rtt_us, delivery_rate, NULL AS retrans_out, NULL AS sacked, NULL AS ca_state, NULL AS probes, NULL AS backoff,
  NULL AS ato_us, NULL AS rcvmss, NULL AS rcv_rtt_us, NULL AS rcv_space, NULL AS rcv_ssthresh, NULL AS pacing_rate,
  NULL AS bytes_retrans, NULL AS segs_out, NULL AS segs_in, NULL AS data_segs_out, NULL AS data_segs_in,
  NULL AS notsent, NULL AS busy_us, NULL AS rwnd_limited_us, NULL AS sndbuf_limited_us, NULL AS delivered,
  NULL AS delivered_ce, NULL AS dsack_dups, NULL AS reord_seen, NULL AS rcv_ooopack, NULL AS snd_wnd,
  NULL AS rcv_wnd, NULL AS rehash, NULL AS last_data_sent_ms, NULL AS last_data_recv_ms, NULL AS last_ack_recv_ms,
  NULL AS app_limited, NULL AS orphan, json_extract(memory, '$[0]') AS rmem_alloc, json_extract(memory, '$[1]') AS rcvbuf,
  json_extract(memory, '$[2]') AS wmem_alloc, json_extract(memory, '$[3]') AS sndbuf,
  json_extract(memory, '$[4]') AS fwd_alloc, json_extract(memory, '$[5]') AS wmem_queued,
  json_extract(memory, '$[6]') AS optmem, json_extract(memory, '$[7]') AS backlog,
  json_extract(memory, '$[8]') AS drops, NULL AS details, mss, NULL AS tcp_options, NULL AS snd_wscale,
  NULL AS rcv_wscale, NULL AS pmtu, NULL AS advmss, NULL AS reordering, NULL AS max_pacing_rate, congestion,
  NULL AS if_index, NULL AS device, NULL AS v6only, NULL AS shutdown, NULL AS fwmark, NULL AS tos, NULL AS tclass,
  NULL AS class_id, NULL AS sockopt, NULL AS protocol, NULL AS ulp
FROM (
  SELECT *, CASE WHEN json_valid(words) THEN words END AS memory FROM (
    SELECT *, '[' ||
      replace(replace(replace(replace(replace(replace(replace(replace(replace(skmem, 'rb', ''), 'tb', ''), 'bl', ''), 'r', ''), 't', ''), 'f', ''), 'w', ''), 'o', ''), 'd', '')
      || ']' AS words FROM main.samples
  )
);
`;

/** Makes one of the first databases of the current version readable on this handle: what they lack is empty. The file does not change. */
export function readEarlySchema(database: Database.Database): void {
  if (database.prepare(LACKS_HOST).pluck().get() === 1) database.exec(NO_HOST);
  if (database.prepare(LACKS_BOUND).pluck().get() === 1) database.exec(NO_BOUND);
}

/** Makes a database of the previous schema readable on this handle. The file does not change. */
export function readPreviousSchema(database: Database.Database): void {
  database.function('cgroup_part', { deterministic: true }, (path: unknown, part: unknown) => {
    return cgroupParts(String(path))[part as keyof CgroupParts] ?? null;
  });
  database.exec('CREATE TEMP VIEW settings AS SELECT NULL AS if_index, NULL AS device WHERE 0');
  database.exec(VIEWS + WHOLE_SAMPLE + SAMPLES_VIEW.replace('CREATE VIEW', 'CREATE TEMP VIEW'));
}
