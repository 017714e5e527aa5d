/** The layout of the records of bpf/macros.bt, in 32-bit words, the low word of each number first. */
import { numberOfWords } from '../model/uint64.js';

/** Offsets of the numbers that every record has. */
export const NSECS = 0;
export const SKADDR = 2;
export const META = 4;
export const WHERE = 6;
export const COOKIE = 8;
export const ADDRESSES = 10;

export const FLAG = { done: 1, inProcess: 2, v6: 4, totals: 8, owner: 16, onInterface: 32 };

/** Words in the shortest record; a longer one has a multiple of the second number more. */
export const SHORTEST_RECORD = 12;
export const LENGTH_STEP = 6;
const V6_MORE = 6;
const TOTALS_MORE = 6;
const OWNER_MORE = 12;
/** Words in the longest record. */
export const LONGEST_RECORD = SHORTEST_RECORD + V6_MORE + OWNER_MORE;
/** Kinds are 1 to this. */
export const KINDS = 8;
/** The kinds that always have an owner. */
const CONNECT = 2;
const ACCEPT = 3;

/** The words that a record has, by the low word of its `$meta`. */
export function recordWords(meta: number): number {
  const flags = meta >>> 24;
  return (
    SHORTEST_RECORD +
    ((flags & FLAG.v6) === 0 ? 0 : V6_MORE) +
    ((flags & FLAG.totals) === 0 ? 0 : TOTALS_MORE) +
    ((flags & FLAG.owner) === 0 ? 0 : OWNER_MORE)
  );
}

/** Where what follows the addresses begins. */
export function moreAt(meta: number): number {
  return SHORTEST_RECORD + (((meta >>> 24) & FLAG.v6) === 0 ? 0 : V6_MORE);
}

/** Nanoseconds of the boot clock at a record. */
export function recordNs(words: Uint32Array, base: number): number {
  return numberOfWords(words[base + NSECS] ?? 0, words[base + NSECS + 1] ?? 0);
}

/** The three numbers of bpf/control.bt, as words. */
const SENTINEL = [1, 0, 0x05060708, 0x01020304, 3, 0];

export function isSentinel(words: Uint32Array, base: number, count: number): boolean {
  return count === SENTINEL.length && SENTINEL.every((word, index) => words[base + index] === word);
}

/** Whether `count` words at `base` are a record of this layout. */
export function isRecord(words: Uint32Array, base: number, count: number): boolean {
  const meta = words[base + META] ?? 0;
  const kind = meta & 255;
  if (kind < 1 || kind > KINDS || count > LONGEST_RECORD || count !== recordWords(meta)) return false;
  return (kind !== CONNECT && kind !== ACCEPT) || ((meta >>> 24) & FLAG.owner) !== 0;
}
