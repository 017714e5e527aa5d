/** Where the fields of struct tcp_info are, include/uapi/linux/tcp.h: bytes from its beginning. */
export const AT = {
  state: 0,
  caState: 1,
  retransmits: 2,
  probes: 3,
  backoff: 4,
  options: 5,
  wscales: 6,
  flags: 7,
  rtoUs: 8,
  atoUs: 12,
  sndMss: 16,
  rcvMss: 20,
  unacked: 24,
  sacked: 28,
  lost: 32,
  retrans: 36,
  fackets: 40,
  lastDataSentMs: 44,
  lastAckSentMs: 48,
  lastDataRecvMs: 52,
  lastAckRecvMs: 56,
  pmtu: 60,
  rcvSsthresh: 64,
  rttUs: 68,
  rttvarUs: 72,
  sndSsthresh: 76,
  sndCwnd: 80,
  advmss: 84,
  reordering: 88,
  rcvRttUs: 92,
  rcvSpace: 96,
  totalRetrans: 100,
  pacingRate: 104,
  maxPacingRate: 112,
  bytesAcked: 120,
  bytesReceived: 128,
  segsOut: 136,
  segsIn: 140,
  notsentBytes: 144,
  minRttUs: 148,
  dataSegsIn: 152,
  dataSegsOut: 156,
  deliveryRate: 160,
  busyTimeUs: 168,
  rwndLimitedUs: 176,
  sndbufLimitedUs: 184,
  delivered: 192,
  deliveredCe: 196,
  bytesSent: 200,
  bytesRetrans: 208,
  dsackDups: 216,
  reordSeen: 220,
  rcvOoopack: 224,
  sndWnd: 228,
  rcvWnd: 232,
  rehash: 236,
} as const;

/** From here on fields have 32 bits, but for the wide ones. */
const NUMBERS_FROM = AT.rtoUs;
const WIDE: ReadonlySet<number> = new Set([
  AT.pacingRate,
  AT.maxPacingRate,
  AT.bytesAcked,
  AT.bytesReceived,
  AT.deliveryRate,
  AT.busyTimeUs,
  AT.rwndLimitedUs,
  AT.sndbufLimitedUs,
  AT.bytesSent,
  AT.bytesRetrans,
]);

/** The bytes of the field that is there: 1, 4 or 8. */
export function bytesAt(offset: number): 1 | 4 | 8 {
  if (offset < NUMBERS_FROM) return 1;
  return WIDE.has(offset) ? 8 : 4;
}

/** The bytes up to total_retrans, which every kernel since 2.6 fills. */
export const TCP_INFO_BYTES = AT.totalRetrans + 4;
