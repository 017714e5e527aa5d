/**
 * Every column of the socket table, declared once: its key in JSON, CSV and --columns, its name in ss, its unit, its meaning,
 * and its value.
 */

import { type SocketMemory, socketMemoryText } from '../../model/socket-memory.js';
import type { TcpInfo } from '../../model/tcp-info.js';
import { shownState } from '../../model/tcp-state.js';
import type { ShownOwner, ShownSocket } from './shown-socket.js';

export type Value = string | number | boolean | null | readonly ShownOwner[];

export interface Column {
  /** Stable: in JSON, as CSV header, for --columns. */
  readonly key: string;
  /** Its label in ss; undefined if ss does not show it. */
  readonly ss: string | undefined;
  readonly unit: string | undefined;
  readonly docs: string;
  /** undefined if unknown. */
  readonly value: (socket: ShownSocket) => Value | undefined;
}

function column(
  key: string,
  ss: string | undefined,
  unit: string | undefined,
  docs: string,
  value: Column['value'],
): Column {
  return { key, ss, unit, docs, value };
}

type InfoKey = { [K in keyof TcpInfo]: NonNullable<TcpInfo[K]> extends number ? K : never }[keyof TcpInfo];

function info(key: string, ss: string | undefined, unit: string | undefined, of: InfoKey, docs: string): Column {
  return column(key, ss, unit, docs, ({ row }) => row.info?.[of]);
}

function memory(key: string, ss: string, of: keyof SocketMemory, docs: string): Column {
  return column(key, `skmem:${ss}`, of === 'drops' ? 'packets' : 'bytes', docs, ({ row }) => row.memory?.[of]);
}

const NO_LIMIT = 2 ** 64;
const NO_MIN_RTT = 0xffffffff;

export const COLUMNS: readonly Column[] = [
  column('state', 'State', undefined, 'state as ss names it', ({ row }) => shownState(row.state)),
  column('recv_q', 'Recv-Q', 'bytes', 'not yet read; of a listener: connections to accept', ({ row }) => row.recvQ),
  column('send_q', 'Send-Q', 'bytes', 'not yet acknowledged; of a listener: its backlog', ({ row }) => row.sendQ),
  column('family', undefined, undefined, '4 or 6; 6 for v4-mapped ones', ({ row }) => row.tuple.family),
  column('local_addr', 'Local Address', undefined, 'address of this end', ({ row }) => row.tuple.localAddr),
  column('local_port', 'Port', undefined, '0 while not bound', ({ row }) => row.tuple.localPort),
  column('remote_addr', 'Peer Address', undefined, 'address of the other end', ({ row }) => row.tuple.remoteAddr),
  column('remote_port', 'Port', undefined, '0: none', ({ row }) => row.tuple.remotePort),
  column('if_index', '%', undefined, 'interface bound to, 0 for none', ({ row }) => row.interfaceIndex),
  column(
    'owners',
    'users:',
    undefined,
    'owners: pid, fd, comm (tid, context, inferred); null: not looked up',
    (socket) => socket.owners,
  ),
  column('timer', 'timer:', undefined, 'off, on, keepalive, timewait, persist, delack', ({ row }) => row.timer?.kind),
  column('timer_ms', 'timer:', 'ms', 'until the timer fires', ({ row }) => row.timer?.expiresMs),
  column('retrans', 'timer:', 'count', 'retransmits of what is being sent', ({ row }) => row.timer?.retransmits),
  column('uid', 'uid:', undefined, 'user id of the socket', ({ row }) => row.uid),
  column('inode', 'ino:', undefined, '0 if no process owns it', ({ row }) => row.inode),
  column('cookie', 'sk:', undefined, "the kernel's name for the socket, as a number", ({ row }) => row.cookie),
  column('fwmark', 'fwmark:', undefined, 'SO_MARK; null if only root may read it', ({ row }) => row.mark),
  column('cgroup_id', undefined, undefined, 'cgroup v2', ({ row }) => row.cgroup),
  column('cgroup', 'cgroup:', undefined, 'its path', ({ cgroup }) => cgroup?.path),
  column('container', undefined, undefined, 'id or name of the container', ({ cgroup }) => cgroup?.container),
  column('pod', undefined, undefined, 'UID of the pod', ({ cgroup }) => cgroup?.pod),
  column('unit', undefined, undefined, 'unit of systemd', ({ cgroup }) => cgroup?.unit),
  column('netns', undefined, undefined, 'inode number of the network namespace', ({ netns }) => netns),
  column('netns_name', undefined, undefined, 'as ip netns names it', ({ netnsName }) => netnsName),
  column('v6only', 'v6only:', undefined, 'of listeners', ({ row }) => row.v6only),
  column('shutdown', '<->', 'bits', '1 receiving, 2 sending is shut', ({ row }) => row.shutdown),
  column('tos', 'tos:', undefined, 'IP_TOS', ({ row }) => row.tos),
  column('tclass', 'tclass:', undefined, 'IPV6_TCLASS', ({ row }) => row.tclass),
  column('class_id', 'class_id:', undefined, 'priority, or net_cls class', ({ row }) => row.classId),
  column('sockopt', 'inet-sockopt:', 'bits', 'struct inet_diag_sockopt', ({ row }) => row.sockopt),
  column('ulp', 'tcp-ulp-', undefined, 'upper-layer protocol: tls, mptcp', ({ row }) => row.ulp),
  column(
    'skmem',
    'skmem:',
    undefined,
    'socket memory in the letters of ss',
    ({ row }) => row.memory && socketMemoryText(row.memory),
  ),
  memory('rmem_alloc', 'r', 'rmemAlloc', 'received, with overhead'),
  memory('rcvbuf', 'rb', 'rcvbuf', 'may be received'),
  memory('wmem_alloc', 't', 'wmemAlloc', 'passed to the device, with overhead'),
  memory('sndbuf', 'tb', 'sndbuf', 'may be queued to send'),
  memory('fwd_alloc', 'f', 'fwdAlloc', 'allocated in advance'),
  memory('wmem_queued', 'w', 'wmemQueued', 'queued to send, with overhead'),
  memory('optmem', 'o', 'optmem', 'socket options'),
  memory('backlog', 'bl', 'backlog', 'received while the socket was locked'),
  memory('drops', 'd', 'drops', 'dropped'),
  column('congestion', 'cubic, bbr, ...', undefined, 'congestion control', ({ row }) => row.congestion),
  info(
    'tcp_options',
    'ts sack ecn',
    'bits',
    'options',
    '1 timestamps, 2 sack, 4 window scaling, 8 ecn, 16 ecn seen, 32 SYN data, 64 microseconds',
  ),
  info('snd_wscale', 'wscale:', 'bits', 'sndWscale', 'window scale of the other end'),
  info('rcv_wscale', 'wscale:', 'bits', 'rcvWscale', 'window scale of this end'),
  info('ca_state', undefined, undefined, 'caState', '0 open, 1 disorder, 2 CWR, 3 recovery, 4 loss'),
  info('probes', undefined, 'count', 'probes', 'unanswered window or keepalive probes'),
  info('rto_us', 'rto:', 'us', 'rtoUs', 'retransmission timeout'),
  info('backoff', 'backoff:', 'count', 'backoff', 'doublings of the timeout'),
  info('rtt_us', 'rtt:', 'us', 'rttUs', 'smoothed round-trip time'),
  info('rttvar_us', 'rtt:', 'us', 'rttvarUs', 'its deviation'),
  info('ato_us', 'ato:', 'us', 'atoUs', 'delay of acknowledgements'),
  info('mss', 'mss:', 'bytes', 'sndMss', 'largest segment sent'),
  info('pmtu', 'pmtu:', 'bytes', 'pmtu', 'path MTU'),
  info('rcvmss', 'rcvmss:', 'bytes', 'rcvMss', 'largest segment received'),
  info('advmss', 'advmss:', 'bytes', 'advmss', 'largest segment announced'),
  info('cwnd', 'cwnd:', 'segments', 'sndCwnd', 'congestion window'),
  info('ssthresh', 'ssthresh:', 'segments', 'sndSsthresh', 'slow-start threshold; 2147483647 for none'),
  info('bytes_sent', 'bytes_sent:', 'bytes', 'bytesSent', 'retransmits included'),
  info('bytes_retrans', 'bytes_retrans:', 'bytes', 'bytesRetrans', 'retransmitted'),
  info('bytes_acked', 'bytes_acked:', 'bytes', 'bytesAcked', 'acknowledged by the other end'),
  info('bytes_received', 'bytes_received:', 'bytes', 'bytesReceived', 'acknowledged to the other end'),
  info('segs_out', 'segs_out:', 'segments', 'segsOut', 'sent'),
  info('segs_in', 'segs_in:', 'segments', 'segsIn', 'received'),
  info('data_segs_out', 'data_segs_out:', 'segments', 'dataSegsOut', 'sent, with data'),
  info('data_segs_in', 'data_segs_in:', 'segments', 'dataSegsIn', 'received, with data'),
  info('last_data_sent_ms', 'lastsnd:', 'ms', 'lastDataSentMs', 'since data was sent'),
  info('last_data_recv_ms', 'lastrcv:', 'ms', 'lastDataRecvMs', 'since data came'),
  info('last_ack_recv_ms', 'lastack:', 'ms', 'lastAckRecvMs', 'since an acknowledgement came'),
  column('pacing_rate', 'pacing_rate', 'bytes/s', 'null: not limited', ({ row }) => limited(row.info?.pacingRate)),
  column('max_pacing_rate', 'pacing_rate', 'bytes/s', 'null: not limited', ({ row }) =>
    limited(row.info?.maxPacingRate),
  ),
  info('delivery_rate', 'delivery_rate', 'bytes/s', 'deliveryRate', 'last measured'),
  info('delivered', 'delivered:', 'segments', 'delivered', 'acknowledged, SYN included'),
  info('delivered_ce', 'delivered_ce:', 'segments', 'deliveredCe', 'of these with an ECN mark'),
  column(
    'app_limited',
    'app_limited',
    undefined,
    'the program sends less than it could',
    ({ row }) => row.info?.deliveryRateAppLimited,
  ),
  info('busy_us', 'busy:', 'us', 'busyTimeUs', 'with data to send'),
  info('rwnd_limited_us', 'rwnd_limited:', 'us', 'rwndLimitedUs', "held up by the other end's window"),
  info('sndbuf_limited_us', 'sndbuf_limited:', 'us', 'sndbufLimitedUs', 'held up by the send buffer'),
  info('unacked', 'unacked:', 'segments', 'unacked', 'in flight; of a listener: connections to accept'),
  info('retrans_out', 'retrans:', 'segments', 'retrans', 'retransmitted, in flight'),
  info('total_retrans', 'retrans:', 'segments', 'totalRetrans', 'retransmitted'),
  info('lost', 'lost:', 'segments', 'lost', 'presumed lost'),
  info('sacked', 'sacked:', 'segments', 'sacked', 'acknowledged out of order; of a listener: its backlog'),
  info('dsack_dups', 'dsack_dups:', 'segments', 'dsackDups', 'sent more often than needed'),
  info('reordering', 'reordering:', 'segments', 'reordering', 'how far out of order they may come'),
  info('reord_seen', 'reord_seen:', 'count', 'reordSeen', 'times they did'),
  info('rcv_rtt_us', 'rcv_rtt:', 'us', 'rcvRttUs', 'round-trip time seen by the receiver'),
  info('rcv_space', 'rcv_space:', 'bytes', 'rcvSpace', 'for tuning the receive buffer'),
  info('rcv_ssthresh', 'rcv_ssthresh:', 'bytes', 'rcvSsthresh', 'largest window announced'),
  info('notsent', 'notsent:', 'bytes', 'notsentBytes', 'queued, not sent once'),
  column('min_rtt_us', 'minrtt:', 'us', 'smallest recent round-trip time; null: none yet', ({ row }) =>
    row.info?.minRttUs === NO_MIN_RTT ? undefined : row.info?.minRttUs,
  ),
  info('rcv_ooopack', 'rcv_ooopack:', 'segments', 'rcvOoopack', 'received out of order'),
  info('snd_wnd', 'snd_wnd:', 'bytes', 'sndWnd', 'window of the other end'),
  info('rcv_wnd', 'rcv_wnd:', 'bytes', 'rcvWnd', 'window of this end (Linux 6.2)'),
  info('rehash', 'rehash:', 'count', 'rehash', 'times another path was tried (Linux 6.2)'),
  column('connection_id', undefined, undefined, 'in the database', ({ history }) => history?.connectionId),
  column('age_us', undefined, 'us', 'in this state', ({ history }) => history?.ageUs),
  column('mark', undefined, undefined, 'inferred, uncertain, gap; null: observed', ({ history }) => history?.mark),
  column(
    'sampled_us',
    undefined,
    'us since 1970',
    'when queues, timer and statistics were sampled',
    ({ history }) => history?.sampledUs,
  ),
];

/** Of the sockets of a fleet, before those that every socket has. */
export const FLEET_COLUMNS: readonly Column[] = [
  column('host', undefined, undefined, 'name of the host; only with --fleet', ({ machine }) => machine?.host),
  column('machine', undefined, undefined, 'id of the host; only with --fleet', ({ machine }) => machine?.machine),
  column(
    'file',
    undefined,
    undefined,
    "id of the host's database, which connection_id counts in; only with --fleet",
    ({ machine }) => machine?.file,
  ),
];

/** All ones from the kernel mean no limit. */
function limited(rate: number | undefined): number | undefined {
  return rate === undefined || rate >= NO_LIMIT ? undefined : rate;
}

const BY_KEY = new Map(COLUMNS.map((each) => [each.key, each]));

/** The column with that key. */
export function columnOf(key: string): Column | undefined {
  return BY_KEY.get(key);
}

/** The same among these. */
export function columnIn(columns: readonly Column[], key: string): Column | undefined {
  return columns.find((each) => each.key === key);
}
