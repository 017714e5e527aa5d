import type { Family } from '../model/address.js';
import { SstoryError } from '../model/error.js';
import { NetlinkSocket } from '../sys/netlink.js';
import { insideNetns } from '../sys/netns.js';
import { type DiagRow, rowsOf } from './diag-row.js';
import { DumpBuffer } from './dump-buffer.js';
import { type DumpRequest, dumpRequest } from './inet-diag.js';

/** A dump that was interrupted by changes is taken again, this often at most. */
const ATTEMPTS = 3;
const ENOENT = 2;

/** The answers to a dump, as the kernel sent them, in one buffer of their own. */
export interface RawDump {
  /** Larger than what was received. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of each struct inet_diag_msg. */
  readonly starts: readonly number[];
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
  /** To be filled again; the dump is good until the next one is taken with it. */
  readonly buffer?: DumpBuffer;
}

/**
 * All TCP sockets of a network namespace as sock_diag shows them now. Rows decode what is asked of them. The kernel looks at
 * the sockets of all namespaces for it: its table is one.
 * @throws SstoryError `sock-diag`, `netlink`, `netns`
 */
export function dumpSockets(options: DumpOptions = {}): DiagRow[] {
  const { bytes, starts } = dumpRaw(options);
  return rowsOf(bytes, starts);
}

/** The same, undecoded. */
export function dumpRaw(options: DumpOptions): RawDump {
  const { families = [4, 6], states, extensions, netnsPath, netns, buffer = new DumpBuffer() } = options;
  const socket =
    netnsPath === undefined ? new NetlinkSocket() : insideNetns(netnsPath, () => new NetlinkSocket(), netns);
  try {
    buffer.begin();
    for (const family of families) dumpFamily(socket, { family, states, extensions }, buffer);
    return buffer.finish();
  } finally {
    socket.close();
  }
}

/** One family's answers, taken again while the table changes under the dump. */
function dumpFamily(socket: NetlinkSocket, request: DumpRequest, buffer: DumpBuffer): void {
  const before = buffer.mark();
  try {
    for (let attempt = 1; ; attempt++) {
      socket.send(dumpRequest(request));
      if (!buffer.receive(socket) || attempt === ATTEMPTS) return;
      buffer.backTo(before);
    }
  } catch (error) {
    if (!isAbsentFamily(request.family, error)) throw error;
    buffer.backTo(before);
  }
}

/** A kernel without IPv6 answers ENOENT: it has no such sockets. */
function isAbsentFamily(family: Family, error: unknown): boolean {
  return family === 6 && error instanceof SstoryError && error.code === 'sock-diag' && error.options.cause === ENOENT;
}
