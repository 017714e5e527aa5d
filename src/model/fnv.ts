/** FNV-1a over 32-bit words: sums are signed 32-bit numbers, which V8 keeps without an object. */

/** The sum of nothing. */
export const FNV_BASIS = 0x811c9dc5;

/** The sum with one word more. */
export function mix(sum: number, word: number): number {
  return Math.imul(sum ^ word, 16_777_619);
}
