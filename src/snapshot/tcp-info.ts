/**
 * struct tcp_info of include/uapi/linux/tcp.h, as the attribute INET_DIAG_INFO carries it. It grew with the kernel: what
 * lies behind the end of the attribute is undefined.
 */
import type { TcpInfo } from '../model/snapshot.js';

/** Decodes the attribute's payload: `length` bytes at `at`. */
export function decodeTcpInfo(view: DataView, at: number, length: number): TcpInfo {
  const u8 = (offset: number) => (offset < length ? view.getUint8(at + offset) : 0);
  const u32 = (offset: number) => (offset + 4 <= length ? view.getUint32(at + offset, true) : 0);
  const later32 = (offset: number) => (offset + 4 <= length ? view.getUint32(at + offset, true) : undefined);
  const later64 = (offset: number) => (offset + 8 <= length ? u64(view, at + offset) : undefined);
  return {
    state: u8(0),
    caState: u8(1),
    retransmits: u8(2),
    probes: u8(3),
    backoff: u8(4),
    options: u8(5),
    sndWscale: u8(6) & 15,
    rcvWscale: u8(6) >> 4,
    deliveryRateAppLimited: (u8(7) & 1) !== 0,
    fastopenClientFail: (u8(7) >> 1) & 3,
    rtoUs: u32(8),
    atoUs: u32(12),
    sndMss: u32(16),
    rcvMss: u32(20),
    unacked: u32(24),
    sacked: u32(28),
    lost: u32(32),
    retrans: u32(36),
    fackets: u32(40),
    lastDataSentMs: u32(44),
    lastAckSentMs: u32(48),
    lastDataRecvMs: u32(52),
    lastAckRecvMs: u32(56),
    pmtu: u32(60),
    rcvSsthresh: u32(64),
    rttUs: u32(68),
    rttvarUs: u32(72),
    sndSsthresh: u32(76),
    sndCwnd: u32(80),
    advmss: u32(84),
    reordering: u32(88),
    rcvRttUs: u32(92),
    rcvSpace: u32(96),
    totalRetrans: u32(100),
    pacingRate: later64(104),
    maxPacingRate: later64(112),
    bytesAcked: later64(120),
    bytesReceived: later64(128),
    segsOut: later32(136),
    segsIn: later32(140),
    notsentBytes: later32(144),
    minRttUs: later32(148),
    dataSegsIn: later32(152),
    dataSegsOut: later32(156),
    deliveryRate: later64(160),
    busyTimeUs: later64(168),
    rwndLimitedUs: later64(176),
    sndbufLimitedUs: later64(184),
    delivered: later32(192),
    deliveredCe: later32(196),
    bytesSent: later64(200),
    bytesRetrans: later64(208),
    dsackDups: later32(216),
    reordSeen: later32(220),
    rcvOoopack: later32(224),
    sndWnd: later32(228),
    rcvWnd: later32(232),
    rehash: later32(236),
  };
}

/** A 64-bit number as a double: exact up to 2^53; the kernel's "unlimited" (all ones) becomes 2^64. */
export function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 4_294_967_296 + view.getUint32(at, true);
}
