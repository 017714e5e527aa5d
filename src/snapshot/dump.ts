import type { Family } from '../model/address.js';
import { SstoryError } from '../model/error.js';
import { NetlinkSocket } from '../sys/netlink.js';
import { insideNetns } from '../sys/netns.js';
import { type DiagRow, type DumpRequest, dumpRequest, findMessages, DiagRow as Row } from './inet-diag.js';

/** A dump that was interrupted by changes is taken again, this often at most. */
const ATTEMPTS = 3;
const ENOENT = 2;

/** The answers to a dump, as the kernel sent them, in one buffer of their own. */
export interface RawDump {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface DumpOptions {
  readonly families?: readonly Family[];
  readonly states?: number;
  readonly extensions?: number;
  /** A file that stands for another network namespace. */
  readonly netnsPath?: string;
}

/** All TCP sockets of a network namespace as sock_diag shows them now. Rows decode what is asked of them. */
export function dumpSockets(options: DumpOptions = {}): DiagRow[] {
  const { bytes, starts, ends } = dumpRaw(options);
  const view = new DataView(bytes.buffer);
  return starts.map((start, index) => new Row(view, start, ends[index] ?? start));
}

/** The same, undecoded. @throws SstoryError `sock-diag` */
export function dumpRaw({ families = [4, 6], netnsPath, states, extensions }: DumpOptions): RawDump {
  const take = () => {
    const socket = new NetlinkSocket();
    try {
      const pieces: Uint8Array[] = [];
      for (const family of families) {
        const request = {
          family,
          ...(states === undefined ? {} : { states }),
          ...(extensions === undefined ? {} : { extensions }),
        };
        pieces.push(...dumpFamily(socket, request));
      }
      return join(pieces);
    } finally {
      socket.close();
    }
  };
  return netnsPath === undefined ? take() : insideNetns(netnsPath, take);
}

/** One family's answers, taken again while the table changes under the dump. */
function dumpFamily(socket: NetlinkSocket, request: DumpRequest): Uint8Array[] {
  for (let attempt = 1; ; attempt++) {
    const { pieces, interrupted } = dumpOnce(socket, request);
    if (!interrupted || attempt === ATTEMPTS) return pieces;
  }
}

function dumpOnce(socket: NetlinkSocket, request: DumpRequest): { pieces: Uint8Array[]; interrupted: boolean } {
  socket.send(dumpRequest(request));
  const pieces: Uint8Array[] = [];
  let interrupted = false;
  for (;;) {
    const received = socket.receive();
    const messages = readAnswer(received, request.family);
    if (messages === undefined) return { pieces: [], interrupted: false };
    interrupted ||= messages.interrupted;
    pieces.push(Uint8Array.prototype.slice.call(received));
    if (messages.done) return { pieces, interrupted };
  }
}

/** A kernel without IPv6 answers ENOENT: it has no such sockets. */
function readAnswer(received: Buffer, family: Family) {
  try {
    return findMessages(received);
  } catch (error) {
    if (family === 6 && error instanceof SstoryError && error.options.cause === ENOENT) return undefined;
    throw error;
  }
}

function join(pieces: readonly Uint8Array[]): RawDump {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    const messages = findMessages(piece);
    for (const start of messages.starts) starts.push(at + start);
    for (const end of messages.ends) ends.push(at + end);
    at += piece.length;
  }
  return { bytes, starts, ends };
}
