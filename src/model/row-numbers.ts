/** The numbers of a socket that a table of sockets shows, in one order: a table of parts names them by their place. */
import type { SocketRow } from './socket-row.js';
import type { TcpInfo } from './tcp-info.js';

/** Fields of a row. */
export const FIELD_NUMBERS = [
  ...(['recvQ', 'sendQ', 'uid', 'inode', 'cookie', 'mark', 'cgroup', 'shutdown', 'tos', 'tclass', 'classId'] as const),
  ...(['sockopt', 'interfaceIndex'] as const),
] satisfies readonly (keyof SocketRow)[];

/** Fields of struct tcp_info. */
export const INFO_NUMBERS = [
  ...(['options', 'sndWscale', 'rcvWscale', 'rtoUs', 'backoff', 'rttUs', 'rttvarUs', 'atoUs'] as const),
  ...(['sndMss', 'pmtu', 'rcvMss', 'advmss', 'sndCwnd', 'sndSsthresh'] as const),
  ...(['bytesSent', 'bytesRetrans', 'bytesAcked', 'bytesReceived'] as const),
  ...(['segsOut', 'segsIn', 'dataSegsOut', 'dataSegsIn'] as const),
  ...(['lastDataSentMs', 'lastDataRecvMs', 'lastAckRecvMs'] as const),
  ...(['pacingRate', 'maxPacingRate', 'deliveryRate', 'delivered', 'deliveredCe'] as const),
  ...(['busyTimeUs', 'rwndLimitedUs', 'sndbufLimitedUs'] as const),
  ...(['unacked', 'retrans', 'totalRetrans', 'lost', 'sacked', 'dsackDups', 'fackets'] as const),
  ...(['reordering', 'reordSeen', 'rcvRttUs', 'rcvSpace', 'rcvSsthresh', 'notsentBytes', 'minRttUs'] as const),
  ...(['rcvOoopack', 'sndWnd', 'rcvWnd', 'rehash'] as const),
] satisfies readonly (keyof TcpInfo)[];

/** Of the details of BBR: `congestionInfo` has them as `bw`, `min_rtt`, `pacing_gain`, `cwnd_gain`. */
export const BBR_NUMBERS = ['bbrBandwidth', 'bbrMinRttUs', 'bbrPacingGain', 'bbrCwndGain'] as const;

/**
 * `timer`: the place of its kind in TIMER_KINDS. `v6only`: of IPv6 sockets only. `appLimited`: 0 or 1. 1 where there is something, else NaN:
 * `info`, `memory`, `dctcp`, `ulp`.
 */
export const ROW_NUMBERS = [
  ...FIELD_NUMBERS,
  ...(['localPort', 'remotePort', 'timer', 'v6only'] as const),
  ...(['info', 'memory', 'dctcp', 'ulp', 'appLimited'] as const),
  ...BBR_NUMBERS,
  ...INFO_NUMBERS,
] as const;
export type RowNumber = (typeof ROW_NUMBERS)[number];

/** Where each of them is. */
export const NUMBER_AT = Object.fromEntries(ROW_NUMBERS.map((name, index) => [name, index])) as Readonly<
  Record<RowNumber, number>
>;
