import { BURST_BYTES, type NetlinkSocket } from '../sys/netlink.js';
import { findMessages, noMessages } from './netlink-messages.js';

/** A place in the buffer: bytes used, and messages found. */
interface Mark {
  readonly used: number;
  readonly count: number;
}

/**
 * One buffer in which the answers of sock_diag are received one behind the other, without a copy. It grows by doubling, and may
 * be used for one dump after the other.
 */
export class DumpBuffer {
  private bytes = new Uint8Array(BURST_BYTES);
  private used = 0;
  private starts: number[] = [];

  /** Forgets everything received. */
  begin(): void {
    this.used = 0;
    this.starts = [];
  }

  /** Receives all answers to one request. Answers whether the kernel says that the table changed under the dump. */
  receive(socket: NetlinkSocket): boolean {
    const messages = { ...noMessages(), starts: this.starts };
    while (!messages.done) {
      this.makeRoom();
      const length = socket.receive(this.bytes.subarray(this.used));
      findMessages(this.bytes.subarray(this.used, this.used + length), messages, this.used);
      this.used += length;
    }
    return messages.interrupted;
  }

  mark(): Mark {
    return { used: this.used, count: this.starts.length };
  }

  /** Forgets what was received after the mark. */
  backTo({ used, count }: Mark): void {
    this.used = used;
    this.starts.length = count;
  }

  /** Everything received: the bytes end with room to spare. */
  finish(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly starts: readonly number[] } {
    return { bytes: this.bytes, starts: this.starts };
  }

  private makeRoom(): void {
    if (this.bytes.length - this.used >= BURST_BYTES) return;
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}
