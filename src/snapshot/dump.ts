import type { Family } from '../model/address.js';
import { SstoryError } from '../model/error.js';
import { NetlinkSocket } from '../sys/netlink.js';
import { insideNetns } from '../sys/netns.js';
import { type DiagRow, eachRow, rowsOf } from './diag-row.js';
import { DumpBuffer } from './dump-buffer.js';
import type { DumpSink } from './dump-sink.js';
import { type Asked, dumpRequest, dumpRequestOfBoth } from './inet-diag.js';

/** A dump that was interrupted by changes is taken again, this often at most. */
const ATTEMPTS = 3;
const [ENOENT, EINVAL, EOPNOTSUPP] = [2, 22, 95];

/** This kernel does not know the older request. */
let bothRefused = false;

/** The answers to a dump, as the kernel sent them, in one buffer of their own. */
export interface RawDump {
  /** Larger than what was received. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of each struct inet_diag_msg. */
  readonly starts: readonly number[];
  /** The cookie of the network namespace, where the kernel has it. */
  readonly netCookie: number | undefined;
}

export interface DumpOptions {
  /** Both, IPv4 first, if not given. */
  readonly families?: readonly Family[];
  /** Two dumps, one behind the other, as ss takes them: their messages are those that other readers expect. */
  readonly eachFamily?: boolean;
  /** Bit mask of states, `1 << code`. */
  readonly states?: number;
  /** Bit mask of extensions, `1 << (INET_DIAG_X - 1)`: each costs the kernel time. */
  readonly extensions?: number;
  /** The path of another network namespace. */
  readonly netnsPath?: string;
  /** The inode number that it must have. */
  readonly netns?: number;
}

/**
 * All TCP sockets of a network namespace as sock_diag shows them now. Rows decode what is asked of them. The kernel looks at
 * the sockets of all namespaces for it: its table is one. Both families come in one walk over it where the kernel can.
 * @throws SstoryError `sock-diag`, `netlink`, `netns`
 */
export function dumpSockets(options: DumpOptions = {}): DiagRow[] {
  const { bytes, starts } = dumpRaw(options);
  return rowsOf(bytes, starts);
}

/** Rows that are made when they are asked for, and again by each loop over them. */
export interface LazyRows extends Iterable<DiagRow> {
  readonly length: number;
}

/** The same rows. */
export function dumpRows(options: DumpOptions = {}): LazyRows {
  const { bytes, starts } = dumpRaw(options);
  return { length: starts.length, [Symbol.iterator]: () => eachRow(bytes, starts) };
}

/** The same, undecoded. */
export function dumpRaw(options: DumpOptions): RawDump {
  const buffer = new DumpBuffer();
  const socket = openDiag(options);
  try {
    dumpThrough(socket, buffer, options);
    return { ...buffer.finish(), netCookie: socket.netCookie() };
  } finally {
    socket.close();
  }
}

/**
 * A sock_diag socket in a network namespace, to be closed.
 * @throws SstoryError `netlink`, `netns`
 */
export function openDiag({ netnsPath, netns }: Pick<DumpOptions, 'netnsPath' | 'netns'>): NetlinkSocket {
  return netnsPath === undefined ? new NetlinkSocket() : insideNetns(netnsPath, () => new NetlinkSocket(), netns);
}

/**
 * A dump of the namespace that the socket is in, received by `sink`.
 * @throws SstoryError `sock-diag`, `netlink`
 */
export function dumpThrough(socket: NetlinkSocket, sink: DumpSink, options: DumpOptions): void {
  const { families = [4, 6], states, extensions } = options;
  const atOnce = families.length === 2 && options.eachFamily !== true;
  sink.begin();
  if (atOnce && dumpBoth(socket, { states, extensions }, sink)) return;
  for (const family of families) dumpFamily(socket, family, { states, extensions }, sink);
}

/** Both families in one walk over the kernel's table; false where the kernel cannot. */
function dumpBoth(socket: NetlinkSocket, asked: Asked, sink: DumpSink): boolean {
  if (bothRefused) return false;
  try {
    takeAnswers(socket, dumpRequestOfBoth(asked), sink);
    sink.orderByFamily();
    return true;
  } catch (error) {
    if (!isErrno(error, ENOENT, EINVAL, EOPNOTSUPP)) throw error;
    bothRefused = true;
    sink.begin();
    return false;
  }
}

function dumpFamily(socket: NetlinkSocket, family: Family, asked: Asked, sink: DumpSink): void {
  try {
    takeAnswers(socket, dumpRequest(family, asked), sink);
  } catch (error) {
    // A kernel without IPv6: it has no such sockets.
    if (family !== 6 || !isErrno(error, ENOENT)) throw error;
    sink.takeAgain();
  }
}

/** The answers to a request, taken again while the table changes under the dump. */
function takeAnswers(socket: NetlinkSocket, request: Uint8Array, sink: DumpSink): void {
  for (let attempt = 1; ; attempt++) {
    socket.send(request);
    if (!sink.receive(socket) || attempt === ATTEMPTS) return;
    sink.takeAgain();
  }
}

/** Whether the kernel answered with one of these errors. */
function isErrno(error: unknown, ...errnos: readonly number[]): boolean {
  return error instanceof SstoryError && error.code === 'sock-diag' && errnos.includes(Number(error.options.cause));
}
