/** Records of bpf/macros.bt, put together as the programs do. */
import { META, recordNs, recordWords } from '../../src/probe/record-layout.js';

/** The numbers of the kinds in `$meta`. */
export const KIND = {
  transition: 1,
  connect: 2,
  accept: 3,
  retransmit: 4,
  synAck: 5,
  resetReceived: 6,
  resetSent: 7,
  error: 8,
} as const;

/** Numbers of states: include/net/tcp_states.h. */
export const STATE = { established: 1, synSent: 2, finWait2: 5, unconnected: 7 } as const;

/** What a record says; what is left out is 0. */
export interface MadeRecord {
  readonly kind: number;
  readonly nsecs?: number;
  /** The whole address of the socket, of 64 bits. */
  readonly address?: bigint;
  readonly oldState?: number;
  readonly newState?: number;
  readonly done?: boolean;
  readonly inProcess?: boolean;
  readonly onInterface?: boolean;
  readonly error?: number;
  readonly uid?: number;
  readonly netns?: number;
  readonly localPort?: number;
  readonly remotePort?: number;
  readonly cookie?: number;
  /** One number for IPv4, four for IPv6. */
  readonly addresses?: readonly bigint[];
  readonly totals?: MadeTotals;
  readonly owner?: MadeOwner;
}

interface MadeTotals {
  readonly retransmits: number;
  readonly rttUs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface MadeOwner {
  readonly pid: number;
  readonly tid: number;
  /** -1: none. */
  readonly fd: number;
  readonly inode: number;
  readonly cgroup: number;
  /** Up to 16 bytes. */
  readonly name: string | Uint8Array;
}

/** The record's numbers, in the order in which they are written. */
export function numbersOf(record: MadeRecord): bigint[] {
  const { kind, oldState = 0, newState = 0, error = 0, uid = 0, addresses = [0n], totals, owner } = record;
  const flags =
    (record.done === true ? 1 : 0) |
    (record.inProcess === true ? 2 : 0) |
    (addresses.length === 4 ? 4 : 0) |
    (totals === undefined ? 0 : 8) |
    (owner === undefined ? 0 : 16) |
    (record.onInterface === true ? 32 : 0);
  const [uidLow, uidHigh] = [BigInt(uid % 65_536), BigInt(Math.floor(uid / 65_536))];
  const states = (BigInt(oldState) << 8n) | (BigInt(newState) << 16n);
  return [
    BigInt(record.nsecs ?? 0),
    ((record.address ?? 0n) & 0xffff_ffff_ffffn) | (uidHigh << 48n),
    BigInt(kind) | states | (BigInt(flags) << 24n) | (BigInt(error) << 32n) | (uidLow << 48n),
    pair(record.netns ?? 0, (record.localPort ?? 0) * 65_536 + (record.remotePort ?? 0)),
    BigInt(record.cookie ?? 0),
    ...addresses,
    ...(totals === undefined ? [] : totalsOf(totals)),
    ...(owner === undefined ? [] : ownerOf(owner)),
  ];
}

function totalsOf({ retransmits, rttUs, bytesSent, bytesReceived }: MadeTotals): bigint[] {
  return [pair(retransmits, rttUs), BigInt(bytesSent), BigInt(bytesReceived)];
}

function ownerOf({ pid, tid, fd, inode, cgroup, name }: MadeOwner): bigint[] {
  const comm = Buffer.alloc(16);
  comm.set(Buffer.from(name));
  const names = [comm.readBigUInt64LE(0), comm.readBigUInt64LE(8)];
  return [pair(pid, tid), BigInt(fd + 1), BigInt(inode), BigInt(cgroup), ...names];
}

function pair(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Records one after the other, as words. */
export function wordsOf(...records: readonly MadeRecord[]): Uint32Array<ArrayBuffer> {
  return new Uint32Array(BigUint64Array.from(records.flatMap(numbersOf)).buffer);
}

/** The shortest record at a time in nanoseconds. */
export function recordAt(nsecs: number): MadeRecord {
  return { kind: KIND.retransmit, nsecs };
}

/** Times of the records that follow one another, nanoseconds. */
export function timesOf(words: Uint32Array): number[] {
  const times: number[] = [];
  for (let at = 0; at < words.length; at += recordWords(words[at + META] ?? 0)) times.push(recordNs(words, at));
  return times;
}
