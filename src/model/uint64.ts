/** 64-bit numbers from 32-bit words, without BigInt: exact up to 2^53; all ones (the kernel's "unlimited") becomes 2^64. */

const WORD = 4_294_967_296;

export function numberOfWords(low: number, high: number): number {
  return high * WORD + low;
}

/** The little-endian number at `at`. */
export function u64(view: DataView, at: number): number {
  return numberOfWords(view.getUint32(at, true), view.getUint32(at + 4, true));
}
