/**
 * struct tcp_info of include/uapi/linux/tcp.h, as the attribute INET_DIAG_INFO carries it. It grew with the kernel: what
 * lies behind the end of the attribute is undefined.
 */
import type { TcpInfo } from '../model/tcp-info.js';
import { u64 } from '../model/uint64.js';

/** The bytes up to total_retrans, which every kernel since 2.6 fills. */
export const TCP_INFO_BYTES = 104;

/** The attribute's payload, `length` bytes at `at` (TCP_INFO_BYTES at least): each field is decoded when it is asked for. */
export class TcpInfoView implements TcpInfo {
  constructor(
    private readonly view: DataView,
    private readonly at: number,
    private readonly length: number,
  ) {}

  get state(): number {
    return this.u8(0);
  }

  get caState(): number {
    return this.u8(1);
  }

  get retransmits(): number {
    return this.u8(2);
  }

  get probes(): number {
    return this.u8(3);
  }

  get backoff(): number {
    return this.u8(4);
  }

  get options(): number {
    return this.u8(5);
  }

  get sndWscale(): number {
    return this.u8(6) & 15;
  }

  get rcvWscale(): number {
    return this.u8(6) >> 4;
  }

  get deliveryRateAppLimited(): boolean {
    return (this.u8(7) & 1) !== 0;
  }

  get fastopenClientFail(): number {
    return (this.u8(7) >> 1) & 3;
  }

  get rtoUs(): number {
    return this.u32(8);
  }

  get atoUs(): number {
    return this.u32(12);
  }

  get sndMss(): number {
    return this.u32(16);
  }

  get rcvMss(): number {
    return this.u32(20);
  }

  get unacked(): number {
    return this.u32(24);
  }

  get sacked(): number {
    return this.u32(28);
  }

  get lost(): number {
    return this.u32(32);
  }

  get retrans(): number {
    return this.u32(36);
  }

  get fackets(): number {
    return this.u32(40);
  }

  get lastDataSentMs(): number {
    return this.u32(44);
  }

  get lastAckSentMs(): number {
    return this.u32(48);
  }

  get lastDataRecvMs(): number {
    return this.u32(52);
  }

  get lastAckRecvMs(): number {
    return this.u32(56);
  }

  get pmtu(): number {
    return this.u32(60);
  }

  get rcvSsthresh(): number {
    return this.u32(64);
  }

  get rttUs(): number {
    return this.u32(68);
  }

  get rttvarUs(): number {
    return this.u32(72);
  }

  get sndSsthresh(): number {
    return this.u32(76);
  }

  get sndCwnd(): number {
    return this.u32(80);
  }

  get advmss(): number {
    return this.u32(84);
  }

  get reordering(): number {
    return this.u32(88);
  }

  get rcvRttUs(): number {
    return this.u32(92);
  }

  get rcvSpace(): number {
    return this.u32(96);
  }

  get totalRetrans(): number {
    return this.u32(100);
  }

  get pacingRate(): number | undefined {
    return this.later64(104);
  }

  get maxPacingRate(): number | undefined {
    return this.later64(112);
  }

  get bytesAcked(): number | undefined {
    return this.later64(120);
  }

  get bytesReceived(): number | undefined {
    return this.later64(128);
  }

  get segsOut(): number | undefined {
    return this.later32(136);
  }

  get segsIn(): number | undefined {
    return this.later32(140);
  }

  get notsentBytes(): number | undefined {
    return this.later32(144);
  }

  get minRttUs(): number | undefined {
    return this.later32(148);
  }

  get dataSegsIn(): number | undefined {
    return this.later32(152);
  }

  get dataSegsOut(): number | undefined {
    return this.later32(156);
  }

  get deliveryRate(): number | undefined {
    return this.later64(160);
  }

  get busyTimeUs(): number | undefined {
    return this.later64(168);
  }

  get rwndLimitedUs(): number | undefined {
    return this.later64(176);
  }

  get sndbufLimitedUs(): number | undefined {
    return this.later64(184);
  }

  get delivered(): number | undefined {
    return this.later32(192);
  }

  get deliveredCe(): number | undefined {
    return this.later32(196);
  }

  get bytesSent(): number | undefined {
    return this.later64(200);
  }

  get bytesRetrans(): number | undefined {
    return this.later64(208);
  }

  get dsackDups(): number | undefined {
    return this.later32(216);
  }

  get reordSeen(): number | undefined {
    return this.later32(220);
  }

  get rcvOoopack(): number | undefined {
    return this.later32(224);
  }

  get sndWnd(): number | undefined {
    return this.later32(228);
  }

  get rcvWnd(): number | undefined {
    return this.later32(232);
  }

  get rehash(): number | undefined {
    return this.later32(236);
  }

  private u8(offset: number): number {
    return this.view.getUint8(this.at + offset);
  }

  private u32(offset: number): number {
    return this.view.getUint32(this.at + offset, true);
  }

  private later32(offset: number): number | undefined {
    return offset + 4 <= this.length ? this.u32(offset) : undefined;
  }

  private later64(offset: number): number | undefined {
    return offset + 8 <= this.length ? u64(this.view, this.at + offset) : undefined;
  }
}
