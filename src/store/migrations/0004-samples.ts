/**
 * Samples with all that sock_diag reports. What is the same for a long time, and for many sockets, is a row of `settings`: its hash
 * finds it. `whole_sample` puts both together; `samples` is the public view.
 */
export const SAMPLES = `
CREATE TABLE settings (
  id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, mss INTEGER, tcp_options INTEGER, snd_wscale INTEGER,
  rcv_wscale INTEGER, pmtu INTEGER, advmss INTEGER, reordering INTEGER, max_pacing_rate INTEGER, congestion TEXT,
  if_index INTEGER, device TEXT, v6only INTEGER, shutdown INTEGER, fwmark INTEGER, tos INTEGER, tclass INTEGER,
  class_id INTEGER, sockopt INTEGER, protocol INTEGER, ulp TEXT
) STRICT;
CREATE INDEX settings_by_hash ON settings (hash);

CREATE TABLE sample (
  connection_id INTEGER NOT NULL, at_us INTEGER NOT NULL, changed_ms INTEGER, due_ms INTEGER, settings_id INTEGER,
  recv_q INTEGER NOT NULL, send_q INTEGER NOT NULL, timer INTEGER NOT NULL, timer_ms INTEGER NOT NULL,
  retrans INTEGER NOT NULL, rtt_us INTEGER, rttvar_us INTEGER, rto_us INTEGER, cwnd INTEGER, ssthresh INTEGER,
  unacked INTEGER, lost INTEGER, total_retrans INTEGER, bytes_sent INTEGER, bytes_acked INTEGER,
  bytes_received INTEGER, min_rtt_us INTEGER, delivery_rate INTEGER, retrans_out INTEGER, sacked INTEGER,
  ca_state INTEGER, probes INTEGER, backoff INTEGER, ato_us INTEGER, rcvmss INTEGER, rcv_rtt_us INTEGER,
  rcv_space INTEGER, rcv_ssthresh INTEGER, pacing_rate INTEGER, bytes_retrans INTEGER, segs_out INTEGER,
  segs_in INTEGER, data_segs_out INTEGER, data_segs_in INTEGER, notsent INTEGER, busy_us INTEGER,
  rwnd_limited_us INTEGER, sndbuf_limited_us INTEGER, delivered INTEGER, delivered_ce INTEGER, dsack_dups INTEGER,
  reord_seen INTEGER, rcv_ooopack INTEGER, snd_wnd INTEGER, rcv_wnd INTEGER, rehash INTEGER,
  last_data_sent_ms INTEGER, last_data_recv_ms INTEGER, last_ack_recv_ms INTEGER, app_limited INTEGER, orphan INTEGER,
  rmem_alloc INTEGER, rcvbuf INTEGER, wmem_alloc INTEGER, sndbuf INTEGER, fwd_alloc INTEGER, wmem_queued INTEGER,
  optmem INTEGER, backlog INTEGER, drops INTEGER, details TEXT, PRIMARY KEY (connection_id, at_us)
) STRICT, WITHOUT ROWID;

INSERT INTO settings (hash, mss, congestion) SELECT DISTINCT 0, mss, congestion FROM samples;
INSERT INTO sample (
  connection_id, at_us, settings_id, recv_q, send_q, timer, timer_ms, retrans, rtt_us, rttvar_us, rto_us, cwnd,
  ssthresh, unacked, lost, total_retrans, bytes_sent, bytes_acked, bytes_received, min_rtt_us, delivery_rate,
  rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops
)
SELECT
  connection_id, at_us, t.id, recv_q, send_q,
  CASE timer WHEN 'off' THEN 0 WHEN 'on' THEN 1 WHEN 'keepalive' THEN 2 WHEN 'timewait' THEN 3 WHEN 'persist' THEN 4 WHEN 'delack' THEN 5 ELSE 6 END,
  timer_ms, retrans, rtt_us, rttvar_us, rto_us, cwnd, ssthresh, unacked, lost, total_retrans, bytes_sent,
  bytes_acked, bytes_received, min_rtt_us, delivery_rate, json_extract(memory, '$[0]'), json_extract(memory, '$[1]'),
  json_extract(memory, '$[2]'), json_extract(memory, '$[3]'), json_extract(memory, '$[4]'),
  json_extract(memory, '$[5]'), json_extract(memory, '$[6]'), json_extract(memory, '$[7]'),
  json_extract(memory, '$[8]')
FROM (
  SELECT *, CASE WHEN json_valid(words) THEN words END AS memory FROM (
    SELECT *, '[' ||
      replace(replace(replace(replace(replace(replace(replace(replace(replace(skmem, 'rb', ''), 'tb', ''), 'bl', ''), 'r', ''), 't', ''), 'f', ''), 'w', ''), 'o', ''), 'd', '')
      || ']' AS words FROM samples
  )
) o
CROSS JOIN settings t ON t.mss IS o.mss AND t.congestion IS o.congestion;
DROP TABLE samples;

CREATE VIEW whole_sample AS
SELECT
  s.connection_id, s.at_us, s.changed_ms, s.due_ms, s.recv_q, s.send_q,
  CASE s.timer WHEN 0 THEN 'off' WHEN 1 THEN 'on' WHEN 2 THEN 'keepalive' WHEN 3 THEN 'timewait' WHEN 4 THEN 'persist' WHEN 5 THEN 'delack' ELSE 'unknown' END AS timer,
  s.timer_ms, s.retrans, s.rtt_us, s.rttvar_us, s.rto_us, s.cwnd, s.ssthresh, s.unacked, s.lost, s.total_retrans,
  s.bytes_sent, s.bytes_acked, s.bytes_received, s.min_rtt_us, s.delivery_rate, s.retrans_out, s.sacked, s.ca_state,
  s.probes, s.backoff, s.ato_us, s.rcvmss, s.rcv_rtt_us, s.rcv_space, s.rcv_ssthresh, s.pacing_rate, s.bytes_retrans,
  s.segs_out, s.segs_in, s.data_segs_out, s.data_segs_in, s.notsent, s.busy_us, s.rwnd_limited_us,
  s.sndbuf_limited_us, s.delivered, s.delivered_ce, s.dsack_dups, s.reord_seen, s.rcv_ooopack, s.snd_wnd, s.rcv_wnd,
  s.rehash, s.last_data_sent_ms, s.last_data_recv_ms, s.last_ack_recv_ms, s.app_limited, s.orphan, s.rmem_alloc, s.rcvbuf,
  s.wmem_alloc, s.sndbuf, s.fwd_alloc, s.wmem_queued, s.optmem, s.backlog, s.drops, s.details, t.mss, t.tcp_options,
  t.snd_wscale, t.rcv_wscale, t.pmtu, t.advmss, t.reordering, t.max_pacing_rate, t.congestion, t.if_index, t.device,
  t.v6only, t.shutdown, t.fwmark, t.tos, t.tclass, t.class_id, t.sockopt, t.protocol, t.ulp
FROM sample s LEFT JOIN settings t ON t.id = s.settings_id;
`;

/** The public view. */
export const SAMPLES_VIEW = `
CREATE VIEW samples AS
SELECT
  connection_id, at_us, recv_q, send_q, timer, timer_ms, retrans, rtt_us, rttvar_us, rto_us, cwnd, ssthresh, mss,
  unacked, lost, total_retrans, bytes_sent, bytes_acked, bytes_received, min_rtt_us, delivery_rate, congestion,
  'r' || rmem_alloc || ',rb' || rcvbuf || ',t' || wmem_alloc || ',tb' || sndbuf || ',f' || fwd_alloc || ',w' || wmem_queued || ',o' || optmem || ',bl' || backlog || ',d' || drops AS skmem,
  retrans_out, sacked, ca_state, probes, backoff, ato_us, rcvmss, rcv_rtt_us, rcv_space, rcv_ssthresh, pacing_rate,
  bytes_retrans, segs_out, segs_in, data_segs_out, data_segs_in, notsent, busy_us, rwnd_limited_us,
  sndbuf_limited_us, delivered, delivered_ce, dsack_dups, reord_seen, rcv_ooopack, snd_wnd, rcv_wnd, rehash,
  at_us - 1000 * last_data_sent_ms AS last_data_sent_us, at_us - 1000 * last_data_recv_ms AS last_data_recv_us,
  at_us - 1000 * last_ack_recv_ms AS last_ack_recv_us, app_limited, orphan, rmem_alloc, rcvbuf, wmem_alloc, sndbuf,
  fwd_alloc, wmem_queued, optmem, backlog, drops, details, tcp_options, snd_wscale, rcv_wscale, pmtu, advmss,
  reordering, max_pacing_rate, if_index, device, v6only, shutdown, fwmark, tos, tclass, class_id, sockopt, protocol,
  ulp, at_us - 1000 * changed_ms AS changed_us, at_us + 1000 * due_ms AS due_us
FROM whole_sample;
`;
