/** FNV-1a over 32-bit words: sums are signed 32-bit numbers, which V8 keeps without an object. */

/** The sum of nothing. */
export const FNV_BASIS = 0x811c9dc5;

/** The sum with one word more. */
export function mix(sum: number, word: number): number {
  return Math.imul(sum ^ word, 16_777_619);
}

/** The sum with the characters of a text more. */
export function mixText(sum: number, text: string): number {
  let mixed = sum;
  for (let at = 0; at < text.length; at++) mixed = mix(mixed, text.charCodeAt(at));
  return mixed;
}
