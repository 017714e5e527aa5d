import { usageError } from './error.js';

/** kB, MB ... are powers of 1,000; KiB, MiB ... and the letters alone (as in `ls -h` and `dd`) are powers of 1,024. */
const PREFIXES = 'kmgt';

/** Bytes in a size such as `2GB`, `500 MiB`, `1.5G`, `4096`; throws a usage error if the text is not a size. */
export function parseSize(text: string): number {
  const [, number = '', prefix = '', suffix = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?$/i.exec(text.trim()) ?? [];
  const base = prefix !== '' && suffix.toLowerCase() === 'b' ? 1_000 : 1_024;
  const bytes = Math.round(Number(number) * base ** (prefix === '' ? 0 : PREFIXES.indexOf(prefix.toLowerCase()) + 1));
  const isStray = prefix === '' && suffix.toLowerCase() === 'ib';
  if (number !== '' && !isStray && Number.isSafeInteger(bytes)) return bytes;
  throw usageError(
    'bad-size',
    `invalid size "${text}"`,
    'a number and a unit: 500MB, 2GB (1,000 based), 2GiB or 2G (1,024)',
  );
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `812 B`, `4.1 kB`, `12 MB`: powers of 1,000. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
