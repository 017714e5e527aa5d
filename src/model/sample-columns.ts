/** The columns of a sample: the lists here are their only declaration. */
import type { SocketMemory } from './socket-memory.js';
import type { SocketRow } from './socket-row.js';
import type { TcpInfo } from './tcp-info.js';

export interface ColumnText {
  /** `us`, `bytes`, `segments` ...; absent for names and counts. */
  readonly unit?: string;
  readonly meaning: string;
  /** Where the value comes from. */
  readonly source: string;
}

/** `last_data_sent_ms` as `lastDataSentMs`. */
type Camel<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

export interface Column<Name extends string> extends ColumnText {
  /** In the tables. */
  readonly column: Name;
  /** In Sample, and in recording files. */
  readonly field: Camel<Name>;
}

/** A part of something that the kernel reports, by its name in there. */
interface Part<Name extends string, Of> extends Column<Name> {
  readonly of: Of;
}

function column<Name extends string>(name: Name, unit: string, meaning: string, source: string): Column<Name> {
  const field = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as Camel<Name>;
  return { column: name, field, ...(unit === '' ? {} : { unit }), meaning, source };
}

function info<Name extends string, Of extends keyof TcpInfo>(
  name: Name,
  of: Of,
  unit: string,
  meaning: string,
  source: string,
): Part<Name, Of> {
  return { ...column(name, unit, meaning, `\`${source}\``), of };
}

function memory<Name extends string, Of extends keyof SocketMemory>(
  name: Name,
  of: Of,
  unit: string,
  meaning: string,
): Part<Name, Of> {
  return { ...column(name, unit, meaning, '`INET_DIAG_SKMEMINFO`'), of };
}

function setting<Name extends string, Of extends keyof SocketRow | 'device'>(
  name: Name,
  of: Of,
  unit: string,
  meaning: string,
  source: string,
): Part<Name, Of> {
  return { ...column(name, unit, meaning, `\`${source}\``), of };
}

export const KEY = [
  column('connection_id', '', 'the connection', '`connections.id`'),
  column('at_us', 'us', 'when the row of the dump was taken', 'the snapshot'),
] as const;

/** Until when these values were seen: pipeline/sampling.ts. */
export const VALIDITY = [
  column(
    'changed_ms',
    'ms',
    'how long before it a snapshot first found something else than the sample before has',
    'the recorder',
  ),
  column('due_ms', 'ms', 'how long after it a change was to be sampled at the latest', 'the recorder'),
] as const;

/** What every row of a dump has. */
export const SOCKET = [
  column(
    'recv_q',
    'bytes',
    'received, not read yet, as ss shows it: the FIN of the peer counts as one byte; of a listener: connections waiting to be accepted',
    '`idiag_rqueue`',
  ),
  column('send_q', 'bytes', 'not acknowledged yet; of a listener: the backlog', '`idiag_wqueue`'),
  column('timer', '', 'as ss names it: `on`, `keepalive`, `timewait`, `persist`, `off`', '`idiag_timer`'),
  column('timer_ms', 'ms', 'until that timer expires', '`idiag_expires`'),
  column('retrans', '', 'retransmissions under way: `timer:(on,200ms,N)`', '`idiag_retrans`'),
] as const;

export const ORPHAN = [column('orphan', '', '1: no process has it: its inode is 0', '`idiag_inode`')] as const;

/** Of struct tcp_info. */
export const INFO = [
  info('rtt_us', 'rttUs', 'us', 'smoothed round-trip time', 'tcpi_rtt'),
  info('rttvar_us', 'rttvarUs', 'us', 'its mean deviation', 'tcpi_rttvar'),
  info('rto_us', 'rtoUs', 'us', 'retransmission timeout', 'tcpi_rto'),
  info('cwnd', 'sndCwnd', 'segments', 'congestion window', 'tcpi_snd_cwnd'),
  info('ssthresh', 'sndSsthresh', 'segments', 'where slow start ends; 2147483647: not set', 'tcpi_snd_ssthresh'),
  info(
    'unacked',
    'unacked',
    'segments',
    'sent, not acknowledged; of a listener: connections to accept',
    'tcpi_unacked',
  ),
  info('lost', 'lost', 'segments', 'considered lost', 'tcpi_lost'),
  info('total_retrans', 'totalRetrans', 'segments', 'retransmitted since it was opened', 'tcpi_total_retrans'),
  info('bytes_sent', 'bytesSent', 'bytes', 'payload sent, retransmissions included', 'tcpi_bytes_sent'),
  info(
    'bytes_acked',
    'bytesAcked',
    'bytes',
    'acknowledged, as `ss -i` shows it: the SYN and the FIN count as one byte each',
    'tcpi_bytes_acked',
  ),
  info(
    'bytes_received',
    'bytesReceived',
    'bytes',
    'received, as `ss -i` shows it: the FIN of the peer counts as one byte',
    'tcpi_bytes_received',
  ),
  info('min_rtt_us', 'minRttUs', 'us', 'minimum round-trip time; 4294967295: none yet', 'tcpi_min_rtt'),
  info('delivery_rate', 'deliveryRate', 'bytes/s', 'latest rate of delivery', 'tcpi_delivery_rate'),
  info('retrans_out', 'retrans', 'segments', 'retransmitted, in flight', 'tcpi_retrans'),
  info('sacked', 'sacked', 'segments', 'acknowledged out of order; of a listener: its backlog', 'tcpi_sacked'),
  info('ca_state', 'caState', '', '0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss', 'tcpi_ca_state'),
  info('probes', 'probes', '', 'unanswered window or keepalive probes', 'tcpi_probes'),
  info('backoff', 'backoff', '', 'doublings of the timeout', 'tcpi_backoff'),
  info('ato_us', 'atoUs', 'us', 'delay of acknowledgements', 'tcpi_ato'),
  info('rcvmss', 'rcvMss', 'bytes', 'largest segment received', 'tcpi_rcv_mss'),
  info('rcv_rtt_us', 'rcvRttUs', 'us', 'round-trip time seen by the receiver', 'tcpi_rcv_rtt'),
  info('rcv_space', 'rcvSpace', 'bytes', 'for tuning the receive buffer', 'tcpi_rcv_space'),
  info('rcv_ssthresh', 'rcvSsthresh', 'bytes', 'largest window announced', 'tcpi_rcv_ssthresh'),
  info('pacing_rate', 'pacingRate', 'bytes/s', 'at most sent; NULL: not limited', 'tcpi_pacing_rate'),
  info('bytes_retrans', 'bytesRetrans', 'bytes', 'retransmitted', 'tcpi_bytes_retrans'),
  info('segs_out', 'segsOut', 'segments', 'sent', 'tcpi_segs_out'),
  info('segs_in', 'segsIn', 'segments', 'received', 'tcpi_segs_in'),
  info('data_segs_out', 'dataSegsOut', 'segments', 'sent, with data', 'tcpi_data_segs_out'),
  info('data_segs_in', 'dataSegsIn', 'segments', 'received, with data', 'tcpi_data_segs_in'),
  info('notsent', 'notsentBytes', 'bytes', 'queued, not sent once', 'tcpi_notsent_bytes'),
  info('busy_us', 'busyTimeUs', 'us', 'with data to send', 'tcpi_busy_time'),
  info('rwnd_limited_us', 'rwndLimitedUs', 'us', "held up by the other end's window", 'tcpi_rwnd_limited'),
  info('sndbuf_limited_us', 'sndbufLimitedUs', 'us', 'held up by the send buffer', 'tcpi_sndbuf_limited'),
  info('delivered', 'delivered', 'segments', 'acknowledged, SYN included', 'tcpi_delivered'),
  info('delivered_ce', 'deliveredCe', 'segments', 'of these with an ECN mark', 'tcpi_delivered_ce'),
  info('dsack_dups', 'dsackDups', 'segments', 'sent more often than needed', 'tcpi_dsack_dups'),
  info('reord_seen', 'reordSeen', '', 'times that segments came out of order', 'tcpi_reord_seen'),
  info('rcv_ooopack', 'rcvOoopack', 'segments', 'received out of order', 'tcpi_rcv_ooopack'),
  info('snd_wnd', 'sndWnd', 'bytes', 'window of the other end', 'tcpi_snd_wnd'),
  info('rcv_wnd', 'rcvWnd', 'bytes', 'window of this end (Linux 6.2)', 'tcpi_rcv_wnd'),
  info('rehash', 'rehash', '', 'times another path was tried (Linux 6.2)', 'tcpi_rehash'),
] as const;

/** The same; the view `samples` has the moments. */
export const AGO = [
  info('last_data_sent_ms', 'lastDataSentMs', 'ms', 'how long ago data was sent', 'tcpi_last_data_sent'),
  info('last_data_recv_ms', 'lastDataRecvMs', 'ms', 'how long ago data came', 'tcpi_last_data_recv'),
  info('last_ack_recv_ms', 'lastAckRecvMs', 'ms', 'how long ago an acknowledgement came', 'tcpi_last_ack_recv'),
] as const;

/** 1 or 0. */
export const FLAGS = [
  info(
    'app_limited',
    'deliveryRateAppLimited',
    '',
    '1: the program sends less than it could',
    'tcpi_delivery_rate_app_limited',
  ),
] as const;

/** Socket memory. */
export const MEMORY = [
  memory('rmem_alloc', 'rmemAlloc', 'bytes', 'received, with overhead'),
  memory('rcvbuf', 'rcvbuf', 'bytes', 'may be received'),
  memory('wmem_alloc', 'wmemAlloc', 'bytes', 'passed to the device, with overhead'),
  memory('sndbuf', 'sndbuf', 'bytes', 'may be queued to send'),
  memory('fwd_alloc', 'fwdAlloc', 'bytes', 'allocated in advance'),
  memory('wmem_queued', 'wmemQueued', 'bytes', 'queued to send, with overhead'),
  memory('optmem', 'optmem', 'bytes', 'socket options'),
  memory('backlog', 'backlog', 'bytes', 'received while the socket was locked'),
  memory('drops', 'drops', 'packets', 'dropped'),
] as const;

export const DETAILS = [
  column(
    'details',
    '',
    'JSON: `congestion` with what ss prints of bbr, dctcp or vegas; `tls`, `mptcp`',
    '`INET_DIAG_BBRINFO` ..., `INET_DIAG_ULP_INFO`',
  ),
] as const;

/** Of struct tcp_info, but the same for a long time: stored once for all samples that have the same. */
export const INFO_SETTINGS = [
  info('mss', 'sndMss', 'bytes', 'largest segment it sends', 'tcpi_snd_mss'),
  info(
    'tcp_options',
    'options',
    'bits',
    '1 timestamps, 2 sack, 4 window scaling, 8 ecn, 16 ecn seen, 32 SYN data, 64 microseconds',
    'tcpi_options',
  ),
  info('snd_wscale', 'sndWscale', 'bits', 'window scale of the other end', 'tcpi_snd_wscale'),
  info('rcv_wscale', 'rcvWscale', 'bits', 'window scale of this end', 'tcpi_rcv_wscale'),
  info('pmtu', 'pmtu', 'bytes', 'path MTU', 'tcpi_pmtu'),
  info('advmss', 'advmss', 'bytes', 'largest segment announced', 'tcpi_advmss'),
  info('reordering', 'reordering', 'segments', 'how far out of order they may come', 'tcpi_reordering'),
  info('max_pacing_rate', 'maxPacingRate', 'bytes/s', 'limit of the pacing rate; NULL: none', 'tcpi_max_pacing_rate'),
] as const;

/** What was set by setsockopt(2), and who handles the data. */
export const SETTINGS = [
  setting('congestion', 'congestion', '', 'name of the congestion control', 'INET_DIAG_CONG'),
  setting('if_index', 'interfaceIndex', '', 'interface it is bound to, 0 for none', 'idiag_if'),
  setting('device', 'device', '', 'the name of that interface then', 'if_indextoname(3)'),
  setting('v6only', 'v6only', '', '1: IPV6_V6ONLY; of sockets of family 6', 'INET_DIAG_SKV6ONLY'),
  setting('shutdown', 'shutdown', 'bits', '1 receiving, 2 sending is shut', 'INET_DIAG_SHUTDOWN'),
  setting('fwmark', 'mark', '', 'SO_MARK', 'INET_DIAG_MARK'),
  setting('tos', 'tos', '', 'IP_TOS', 'INET_DIAG_TOS'),
  setting('tclass', 'tclass', '', 'IPV6_TCLASS', 'INET_DIAG_TCLASS'),
  setting('class_id', 'classId', '', 'priority, or net_cls class', 'INET_DIAG_CLASS_ID'),
  setting('sockopt', 'sockopt', 'bits', 'struct inet_diag_sockopt', 'INET_DIAG_SOCKOPT'),
  setting('protocol', 'protocol', '', '6, or 262 for MPTCP', 'INET_DIAG_PROTOCOL'),
  setting('ulp', 'ulp', '', 'upper-layer protocol: tls, mptcp', 'INET_DIAG_ULP_INFO'),
] as const;
