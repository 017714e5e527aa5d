import type { Family } from '../model/address.js';
import { messageOf } from '../model/error.js';
import type { NetnsPath } from '../sys/netns.js';
import { insideNetns, ownNetns } from '../sys/netns.js';
import { PACKET_BYTES, PacketSocket } from '../sys/packet-socket.js';
import { ANSWER_FILTER } from './answer-filter.js';
import { readPacket } from './ip-packet.js';
import { MessageStreams } from './message-streams.js';

const FAMILIES = [4, 6] as const;
/** Packets read of one socket in a row: then the others have their turn. */
const MOST_IN_A_ROW = 1_000;

export interface ReceivedMessage {
  readonly netns: number;
  readonly atUs: number;
  /** A copy, its own. */
  readonly message: Uint8Array;
}

interface Listener {
  readonly netns: number;
  readonly family: Family;
  readonly socket: PacketSocket;
}

/** What was missed: answers that the kernel dropped for lack of room, and packets that could not be read. */
export interface Losses {
  dropped: number;
  unreadable: number;
}

/** Two packet sockets in each network namespace, one a family, that receive DNS messages from port 53. */
export class AnswerListeners {
  private listeners: Listener[] = [];
  /** Those of the listeners, and what the kernel is asked with for them five times a second. */
  private sockets: readonly PacketSocket[] = [];
  private pollList: Int32Array = new Int32Array();
  private refused: string | undefined;
  private readonly streams = new MessageStreams();
  private readonly buffer = Buffer.alloc(PACKET_BYTES);

  constructor(private readonly losses: Losses) {}

  /** Listens in new namespaces, and stops in those that no longer exist: an open socket would keep them alive. */
  follow(places: readonly NetnsPath[]): { readonly gone: readonly number[] } {
    const living = new Set(places.map((place) => place.netns));
    const gone = this.listeners.filter(({ netns }) => !living.has(netns));
    for (const listener of gone) this.close(listener);
    this.listeners = this.listeners.filter(({ netns }) => living.has(netns));
    const known = new Set(this.listeners.map(({ netns }) => netns));
    for (const place of places) if (!known.has(place.netns)) this.listen(place);
    this.sockets = this.listeners.map(({ socket }) => socket);
    this.pollList = PacketSocket.pollListOf(this.sockets);
    return { gone: [...new Set(gone.map(({ netns }) => netns))] };
  }

  /** Why it cannot listen in this process's own namespace, undefined where it can. */
  get refusal(): string | undefined {
    return this.refused;
  }

  /** What has come since the last call, in order of time. */
  drain(): ReceivedMessage[] {
    const readable = PacketSocket.readable(this.pollList, this.sockets);
    if (readable.length === 0) return [];
    const messages: ReceivedMessage[] = [];
    const ready = new Set(readable);
    for (const listener of this.listeners) if (ready.has(listener.socket)) this.read(listener, messages);
    return messages.sort((a, b) => a.atUs - b.atUs);
  }

  /** Takes long: the kernel waits for all CPUs at each socket (synchronize_net in packet_release). */
  closeAll(): void {
    for (const listener of this.listeners) this.close(listener);
    this.listeners = [];
    this.sockets = [];
  }

  private listen({ netns, path }: NetnsPath): void {
    try {
      this.listeners.push(...insideNetns(path, () => listenHere(netns), netns));
    } catch (error) {
      // Not permitted in there, or the namespace is gone: the others still count.
      if (netns === ownNetns()) this.refused = messageOf(error);
    }
  }

  private read(listener: Listener, messages: ReceivedMessage[]): void {
    for (let count = 0; count < MOST_IN_A_ROW; count++) {
      const length = listener.socket.receiveNow(this.buffer);
      if (length < 0) break;
      const atUs = listener.socket.readStamp() ?? Date.now() * 1000;
      for (const message of this.messagesOf(listener, this.buffer.subarray(0, length)))
        messages.push({ netns: listener.netns, atUs, message: Uint8Array.from(message) });
    }
    this.losses.dropped += listener.socket.takeDropped();
    this.losses.unreadable += this.streams.takeLost();
  }

  private messagesOf({ netns, family }: Listener, bytes: Buffer): readonly Uint8Array[] {
    const packet = readPacket(bytes, family);
    if (packet === undefined) {
      this.losses.unreadable++;
      return [];
    }
    if (packet.kind === 'datagram') return [packet.payload];
    return this.streams.add({ ...packet, flow: `${netns} ${packet.flow}` });
  }

  private close({ socket }: Listener): void {
    this.losses.dropped += socket.takeDropped();
    socket.close();
  }
}

/** @throws SstoryError `packet-socket` where it is not permitted */
function listenHere(netns: number): Listener[] {
  const listeners: Listener[] = [];
  try {
    for (const family of FAMILIES) {
      const socket = new PacketSocket(family, ANSWER_FILTER[family]);
      listeners.push({ netns, family, socket });
    }
    return listeners;
  } catch (error) {
    for (const { socket } of listeners) socket.close();
    throw error;
  }
}

/** Why this process cannot receive DNS answers in its own namespace, undefined where it can. */
export function answersRefusal(): string | undefined {
  try {
    for (const { socket } of listenHere(0)) socket.close();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
