/** A whole number as C writes it: decimal, 0x hexadecimal, or octal with a leading 0; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  if (/^(0|[1-9]\d*|0[xX][0-9a-fA-F]+)$/.test(text)) return Number(text);
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}
