/** A whole number as C reads it: decimal, 0x hexadecimal, or octal with a leading 0, after a plus; undefined for anything else. */
export function parseNumber(text: string): number | undefined {
  const digits = text.startsWith('+') ? text.slice(1) : text;
  if (/^(0|[1-9]\d*|0[xX][0-9a-fA-F]+)$/.test(digits)) return Number(digits);
  return /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}
