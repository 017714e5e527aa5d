import { BURST_BYTES, type NetlinkSocket } from '../sys/netlink.js';
import type { DumpSink } from './dump-sink.js';
import { AF_INET, findMessages, noMessages } from './netlink-messages.js';

/** Its first size: pages that are never written to take no memory. */
const FIRST_BYTES = 256 * BURST_BYTES;
const GROWTH = 4;

/**
 * One buffer in which the answers of sock_diag are received one behind the other, without a copy. It grows.
 */
export class DumpBuffer implements DumpSink {
  private bytes = new Uint8Array(FIRST_BYTES);
  private used = 0;
  private starts: number[] = [];
  /** Bytes used and messages found before the last request. */
  private before = { used: 0, count: 0 };

  begin(): void {
    this.used = 0;
    this.starts = [];
  }

  receive(socket: NetlinkSocket): boolean {
    this.before = { used: this.used, count: this.starts.length };
    const messages = { ...noMessages(), starts: this.starts };
    while (!messages.done) {
      this.makeRoom();
      const length = socket.receive(this.bytes.subarray(this.used));
      findMessages(this.bytes.subarray(this.used, this.used + length), messages, this.used);
      this.used += length;
    }
    return messages.interrupted;
  }

  takeAgain(): void {
    this.used = this.before.used;
    this.starts.length = this.before.count;
  }

  orderByFamily(): void {
    const { bytes, starts } = this;
    const isV4 = (start: number) => bytes[start] === AF_INET;
    this.starts = [...starts.filter(isV4), ...starts.filter((start) => !isV4(start))];
  }

  /** Everything received: the bytes end with room to spare. */
  finish(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly starts: readonly number[] } {
    return { bytes: this.bytes, starts: this.starts };
  }

  private makeRoom(): void {
    if (this.bytes.length - this.used >= BURST_BYTES) return;
    const larger = new Uint8Array(this.bytes.length * GROWTH);
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}
