import { codeOfState } from '../model/tcp-state.js';
import { BURST_BYTES, type NetlinkSocket } from '../sys/netlink.js';
import type { ChangeMemory } from './change-memory.js';
import type { DumpSink } from './dump-sink.js';
import { AT } from './inet-diag-msg.js';
import { findMessages, NETLINK_HEADER, noMessages } from './netlink-messages.js';

/** Of a block: it is filled up before the next one is made, and none is copied. */
const FIRST_BYTES = 4_096;
const MOST_BYTES = 262_144;
const NO_BYTES = new Uint8Array(0);

/** Reused for every burst: of 50,000 idle sockets a dump has 20 MB, of which nothing is kept. */
const burst = new Uint8Array(BURST_BYTES);
const burstView = new DataView(burst.buffer);

/** As the kernel reports sockets that are bound and nothing more. */
const UNCONN = codeOfState('UNCONN');

/** Rows, and where each struct inet_diag_msg begins. What comes after the last one means nothing. */
export interface RowBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Int32Array<ArrayBuffer>;
}

export type CopiedRows = readonly RowBlock[];

/** The new and changed rows of a dump, copied together while it is received. */
export class ChangedRows implements DumpSink {
  private readonly changed = new RowCopies();
  private readonly changedBound = new RowCopies();

  /** `bound`: of the sockets that are bound and nothing more; undefined: the kernel is not asked for them. */
  constructor(
    private readonly memory: ChangeMemory,
    private readonly bound: ChangeMemory | undefined,
  ) {}

  /** The memories have begun the dump. */
  begin(): void {
    this.changed.clear();
    this.changedBound.clear();
  }

  receive(socket: NetlinkSocket): boolean {
    const messages = noMessages();
    while (!messages.done) {
      messages.starts.length = 0;
      const length = socket.receive(burst);
      findMessages(burst.subarray(0, length), messages);
      for (const start of messages.starts) this.take(start);
    }
    return messages.interrupted;
  }

  /** What a dump had before it was interrupted is kept: its sockets were there after its beginning. */
  takeAgain(): void {}

  /** Rows are looked at one by one: their order does not matter. */
  orderByFamily(): void {}

  finish(): CopiedRows {
    return this.changed.finish();
  }

  finishBound(): CopiedRows {
    return this.changedBound.finish();
  }

  private take(start: number): void {
    if (this.bound === undefined || burstView.getUint8(start + AT.state) !== UNCONN) {
      if (this.memory.differs(burstView, start)) this.changed.copy(start);
    } else if (this.bound.differs(burstView, start)) this.changedBound.copy(start);
  }
}

class RowCopies {
  private blocks: RowBlock[] = [];
  private bytes = NO_BYTES;
  private used = 0;
  private readonly places: number[] = [];

  clear(): void {
    this.blocks = [];
    this.bytes = NO_BYTES;
    this.used = 0;
    this.places.length = 0;
  }

  finish(): CopiedRows {
    this.closeBlock();
    return this.blocks;
  }

  /** A row of the burst. */
  copy(start: number): void {
    const from = start - NETLINK_HEADER;
    const length = (burstView.getUint32(from, true) + 3) & ~3;
    if (this.used + length > this.bytes.length) this.openBlock(length);
    this.bytes.set(burst.subarray(from, from + length), this.used);
    this.places.push(this.used + NETLINK_HEADER);
    this.used += length;
  }

  /** Has room for so many bytes. */
  private openBlock(least: number): void {
    const size = Math.max(FIRST_BYTES, Math.min(this.bytes.length * 2, MOST_BYTES), least);
    this.closeBlock();
    this.bytes = new Uint8Array(size);
    this.used = 0;
  }

  private closeBlock(): void {
    if (this.places.length === 0) return;
    this.blocks.push({ bytes: this.bytes, starts: Int32Array.from(this.places) });
    this.places.length = 0;
  }
}
