/**
 * struct tcp_info of include/uapi/linux/tcp.h, as the attribute INET_DIAG_INFO carries it. It grew with the kernel: what
 * lies behind the end of the attribute is undefined.
 */
import type { TcpInfo } from '../model/tcp-info.js';
import { u64 } from '../model/uint64.js';
import { AT } from './tcp-info-layout.js';

/** The attribute's payload, `length` bytes at `at` (TCP_INFO_BYTES at least): each field is decoded when it is asked for. */
export class TcpInfoView implements TcpInfo {
  constructor(
    private readonly view: DataView,
    private readonly at: number,
    private readonly length: number,
  ) {}

  get state(): number {
    return this.u8(AT.state);
  }

  get caState(): number {
    return this.u8(AT.caState);
  }

  get retransmits(): number {
    return this.u8(AT.retransmits);
  }

  get probes(): number {
    return this.u8(AT.probes);
  }

  get backoff(): number {
    return this.u8(AT.backoff);
  }

  get options(): number {
    return this.u8(AT.options);
  }

  get sndWscale(): number {
    return this.u8(AT.wscales) & 15;
  }

  get rcvWscale(): number {
    return this.u8(AT.wscales) >> 4;
  }

  get deliveryRateAppLimited(): boolean {
    return (this.u8(AT.flags) & 1) !== 0;
  }

  get fastopenClientFail(): number {
    return (this.u8(AT.flags) >> 1) & 3;
  }

  get rtoUs(): number {
    return this.u32(AT.rtoUs);
  }

  get atoUs(): number {
    return this.u32(AT.atoUs);
  }

  get sndMss(): number {
    return this.u32(AT.sndMss);
  }

  get rcvMss(): number {
    return this.u32(AT.rcvMss);
  }

  get unacked(): number {
    return this.u32(AT.unacked);
  }

  get sacked(): number {
    return this.u32(AT.sacked);
  }

  get lost(): number {
    return this.u32(AT.lost);
  }

  get retrans(): number {
    return this.u32(AT.retrans);
  }

  get fackets(): number {
    return this.u32(AT.fackets);
  }

  get lastDataSentMs(): number {
    return this.u32(AT.lastDataSentMs);
  }

  get lastAckSentMs(): number {
    return this.u32(AT.lastAckSentMs);
  }

  get lastDataRecvMs(): number {
    return this.u32(AT.lastDataRecvMs);
  }

  get lastAckRecvMs(): number {
    return this.u32(AT.lastAckRecvMs);
  }

  get pmtu(): number {
    return this.u32(AT.pmtu);
  }

  get rcvSsthresh(): number {
    return this.u32(AT.rcvSsthresh);
  }

  get rttUs(): number {
    return this.u32(AT.rttUs);
  }

  get rttvarUs(): number {
    return this.u32(AT.rttvarUs);
  }

  get sndSsthresh(): number {
    return this.u32(AT.sndSsthresh);
  }

  get sndCwnd(): number {
    return this.u32(AT.sndCwnd);
  }

  get advmss(): number {
    return this.u32(AT.advmss);
  }

  get reordering(): number {
    return this.u32(AT.reordering);
  }

  get rcvRttUs(): number {
    return this.u32(AT.rcvRttUs);
  }

  get rcvSpace(): number {
    return this.u32(AT.rcvSpace);
  }

  get totalRetrans(): number {
    return this.u32(AT.totalRetrans);
  }

  get pacingRate(): number | undefined {
    return this.later64(AT.pacingRate);
  }

  get maxPacingRate(): number | undefined {
    return this.later64(AT.maxPacingRate);
  }

  get bytesAcked(): number | undefined {
    return this.later64(AT.bytesAcked);
  }

  get bytesReceived(): number | undefined {
    return this.later64(AT.bytesReceived);
  }

  get segsOut(): number | undefined {
    return this.later32(AT.segsOut);
  }

  get segsIn(): number | undefined {
    return this.later32(AT.segsIn);
  }

  get notsentBytes(): number | undefined {
    return this.later32(AT.notsentBytes);
  }

  get minRttUs(): number | undefined {
    return this.later32(AT.minRttUs);
  }

  get dataSegsIn(): number | undefined {
    return this.later32(AT.dataSegsIn);
  }

  get dataSegsOut(): number | undefined {
    return this.later32(AT.dataSegsOut);
  }

  get deliveryRate(): number | undefined {
    return this.later64(AT.deliveryRate);
  }

  get busyTimeUs(): number | undefined {
    return this.later64(AT.busyTimeUs);
  }

  get rwndLimitedUs(): number | undefined {
    return this.later64(AT.rwndLimitedUs);
  }

  get sndbufLimitedUs(): number | undefined {
    return this.later64(AT.sndbufLimitedUs);
  }

  get delivered(): number | undefined {
    return this.later32(AT.delivered);
  }

  get deliveredCe(): number | undefined {
    return this.later32(AT.deliveredCe);
  }

  get bytesSent(): number | undefined {
    return this.later64(AT.bytesSent);
  }

  get bytesRetrans(): number | undefined {
    return this.later64(AT.bytesRetrans);
  }

  get dsackDups(): number | undefined {
    return this.later32(AT.dsackDups);
  }

  get reordSeen(): number | undefined {
    return this.later32(AT.reordSeen);
  }

  get rcvOoopack(): number | undefined {
    return this.later32(AT.rcvOoopack);
  }

  get sndWnd(): number | undefined {
    return this.later32(AT.sndWnd);
  }

  get rcvWnd(): number | undefined {
    return this.later32(AT.rcvWnd);
  }

  get rehash(): number | undefined {
    return this.later32(AT.rehash);
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
