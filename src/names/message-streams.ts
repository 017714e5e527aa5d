/** DNS over TCP: messages with their length before them (RFC 1035 4.2.2), put together from the segments of connections. */
import type { Segment } from './ip-packet.js';

const MOST_FLOWS = 256;
/** Bytes that all unfinished messages together may take. */
const MOST_BYTES = 4_194_304;
const LENGTH_BYTES = 2;

interface Flow {
  /** The sequence number that comes next. */
  next: number;
  /** The start of a message whose rest has not come. */
  pending: Buffer;
}

/**
 * Follows one direction of each connection, by consecutive segments: one that is missing or out of order loses the messages
 * it is part of. A connection that began unseen is taken up at the first segment that comes.
 */
export class MessageStreams {
  private readonly flows = new Map<string, Flow>();
  private bytes = 0;
  private lost = 0;

  /** The whole messages that this segment completes. */
  add({ flow: key, sequence, begins, ends, payload }: Segment): Uint8Array[] {
    if (begins) this.start(key, (sequence + 1) >>> 0);
    const flow = this.flows.get(key) ?? (payload.length > 0 ? this.start(key, sequence) : undefined);
    const messages = flow === undefined || payload.length === 0 ? [] : this.append(flow, sequence, payload);
    if (ends) this.drop(key);
    else if (this.flows.size > MOST_FLOWS || this.bytes > MOST_BYTES) this.dropOldest();
    return messages;
  }

  /** How many messages were given up since this was asked last. */
  takeLost(): number {
    const { lost } = this;
    this.lost = 0;
    return lost;
  }

  private start(key: string, next: number): Flow {
    this.drop(key);
    const flow = { next, pending: Buffer.alloc(0) };
    this.flows.set(key, flow);
    return flow;
  }

  private append(flow: Flow, sequence: number, payload: Uint8Array): Uint8Array[] {
    const ahead = (sequence - flow.next) | 0;
    if (ahead < 0) return [];
    if (ahead > 0) this.giveUp(flow);
    flow.next = (sequence + payload.length) >>> 0;
    const stream = Buffer.concat([flow.pending, payload]);
    const { messages, rest } = split(stream);
    this.bytes += rest.length - flow.pending.length;
    flow.pending = rest;
    return messages;
  }

  private giveUp(flow: Flow): void {
    this.lost++;
    this.bytes -= flow.pending.length;
    flow.pending = Buffer.alloc(0);
  }

  private drop(key: string): void {
    const flow = this.flows.get(key);
    if (flow === undefined) return;
    if (flow.pending.length > 0) this.giveUp(flow);
    this.flows.delete(key);
  }

  private dropOldest(): void {
    for (const key of this.flows.keys()) {
      this.drop(key);
      if (this.flows.size <= MOST_FLOWS && this.bytes <= MOST_BYTES) return;
    }
  }
}

function split(stream: Buffer): { messages: Uint8Array[]; rest: Buffer } {
  const messages: Uint8Array[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= stream.length) {
    const end = at + LENGTH_BYTES + stream.readUInt16BE(at);
    if (end > stream.length) break;
    messages.push(stream.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  // A copy: what stays must not hold on to what was read.
  return { messages, rest: Buffer.from(stream.subarray(at)) };
}
