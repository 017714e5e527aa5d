import type { Family } from '../model/address.js';
import { SstoryError } from '../model/error.js';
import { NetlinkSocket } from '../sys/netlink.js';
import { insideNetns } from '../sys/netns.js';
import { type DiagRow, rowsOf } from './diag-row.js';
import { type DumpRequest, dumpRequest } from './inet-diag.js';
import { findMessages, noMessages } from './netlink-messages.js';

/** A dump that was interrupted by changes is taken again, this often at most. */
const ATTEMPTS = 3;
const ENOENT = 2;

/** The answers to a dump, as the kernel sent them, in one buffer of their own. */
export interface RawDump {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of each struct inet_diag_msg, and the end of its attributes. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface DumpOptions {
  readonly families?: readonly Family[];
  /** Bit mask of states, `1 << code`. */
  readonly states?: number;
  /** Bit mask of extensions, `1 << (INET_DIAG_X - 1)`: each costs the kernel time. */
  readonly extensions?: number;
  /** A file that stands for another network namespace. */
  readonly netnsPath?: string;
  /** The inode number that it must have. */
  readonly netns?: number;
}

/** What came of one family: pieces as they were received, of the dump's bytes from `from` on. */
interface FamilyDump {
  readonly pieces: readonly Uint8Array[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly size: number;
  readonly interrupted: boolean;
}

/**
 * All TCP sockets of a network namespace as sock_diag shows them now. Rows decode what is asked of them.
 * @throws SstoryError `sock-diag`, `netlink`, `netns`
 */
export function dumpSockets(options: DumpOptions = {}): DiagRow[] {
  const { bytes, starts, ends } = dumpRaw(options);
  return rowsOf(bytes, starts, ends);
}

/** The same, undecoded. */
export function dumpRaw(options: DumpOptions): RawDump {
  const { netnsPath, netns } = options;
  const socket =
    netnsPath === undefined ? new NetlinkSocket() : insideNetns(netnsPath, () => new NetlinkSocket(), netns);
  try {
    return joined(dumpFamilies(socket, options));
  } finally {
    socket.close();
  }
}

function dumpFamilies(socket: NetlinkSocket, { families = [4, 6], states, extensions }: DumpOptions): FamilyDump[] {
  let from = 0;
  return families.map((family) => {
    const dump = dumpFamily(socket, { family, states, extensions }, from);
    from += dump.size;
    return dump;
  });
}

/** One family's answers, taken again while the table changes under the dump. */
function dumpFamily(socket: NetlinkSocket, request: DumpRequest, from: number): FamilyDump {
  for (let attempt = 1; ; attempt++) {
    const dump = dumpOnce(socket, request, from);
    if (!dump.interrupted || attempt === ATTEMPTS) return dump;
  }
}

function dumpOnce(socket: NetlinkSocket, request: DumpRequest, from: number): FamilyDump {
  const messages = noMessages();
  const pieces: Uint8Array[] = [];
  let size = 0;
  socket.send(dumpRequest(request));
  try {
    while (!messages.done) {
      const received = Uint8Array.prototype.slice.call(socket.receive());
      findMessages(received, messages, from + size);
      pieces.push(received);
      size += received.length;
    }
  } catch (error) {
    if (!isAbsentFamily(request.family, error)) throw error;
    return { pieces: [], starts: [], ends: [], size: 0, interrupted: false };
  }
  return { pieces, starts: messages.starts, ends: messages.ends, size, interrupted: messages.interrupted };
}

/** A kernel without IPv6 answers ENOENT: it has no such sockets. */
function isAbsentFamily(family: Family, error: unknown): boolean {
  return family === 6 && error instanceof SstoryError && error.code === 'sock-diag' && error.options.cause === ENOENT;
}

function joined(dumps: readonly FamilyDump[]): RawDump {
  const bytes = new Uint8Array(dumps.reduce((sum, dump) => sum + dump.size, 0));
  let at = 0;
  for (const piece of dumps.flatMap((dump) => dump.pieces)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, starts: dumps.flatMap((dump) => dump.starts), ends: dumps.flatMap((dump) => dump.ends) };
}
