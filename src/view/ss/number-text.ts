/** Numbers as ss prints them: C's printf conversions, and its units. */

const SIGNIFICANT = 6;

/** printf's `%g`, with `digits` significant ones: `0.001`, `204.123`, `4.29497e+06`. */
export function general(value: number, digits = SIGNIFICANT): string {
  const shortest = String(value);
  if (value >= 1 || value === 0) {
    // JavaScript prints the shortest exact form: if it has few enough digits, C prints the same.
    if (shortest.length <= digits) return shortest;
    // The two differ only for ties, which have exactly one digit more.
    if (value < 10 ** (digits - 1) && shortest.length !== digits + 2) return withoutTail(value.toPrecision(digits));
  }
  const [mantissa = '', exponentText = '0'] = scientific(value, digits - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < digits) return withoutTail(fixed(value, digits - 1 - exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${withoutTail(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** More decimals than any tie between two roundings has. */
const EXACT_DECIMALS = 60;

/** printf's `%.Nf`. */
export function fixed(value: number, decimals: number): string {
  return halfToEven(value.toFixed(EXACT_DECIMALS), value.toFixed(decimals), decimals);
}

/** printf's `%.Ne`, but for the form of its exponent. */
function scientific(value: number, decimals: number): string {
  const [exact = '', exponent] = value.toExponential(EXACT_DECIMALS).split('e');
  const [short = '', shortExponent] = value.toExponential(decimals).split('e');
  if (exponent !== shortExponent) return `${short}e${shortExponent}`;
  return `${halfToEven(exact, short, decimals)}e${exponent}`;
}

/** For a tie C rounds to even, JavaScript up. */
function halfToEven(exact: string, rounded: string, decimals: number): string {
  const kept = exact.indexOf('.') + decimals + (decimals === 0 ? 0 : 1);
  const tail = exact.slice(kept).replace('.', '');
  const isHalf = /^50*$/.test(tail);
  const lower = exact.slice(0, kept);
  return isHalf && Number(lower.at(-1)) % 2 === 0 ? lower : rounded;
}

function withoutTail(decimals: string): string {
  return decimals.includes('.') ? decimals.replace(/\.?0+$/, '') : decimals;
}

/** Microseconds as milliseconds: `0.012`, `200`, `4.29497e+06`. */
export function milliseconds(us: number): string {
  // Below a second, three decimals are at most six digits, and JavaScript prints no more than needed.
  return us < 1_000_000 ? String(us / 1_000) : general(us / 1_000);
}

const STEPS = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Bits a second: `8000000000bps` in full, else `8Gbps`, three digits. */
export function rate(bitsPerSecond: number, numeric: boolean): string {
  if (numeric) return `${wholeNumber(bitsPerSecond)}bps`;
  for (const [size, letter] of STEPS) {
    if (bitsPerSecond >= size) return `${general(bitsPerSecond / size, 3)}${letter}bps`;
  }
  return `${general(bitsPerSecond)}bps`;
}

/** From here on numbers have no fraction. */
export const WHOLE_FROM = 2 ** 52;

/** printf's `%.0f`: all digits. */
function wholeNumber(value: number): string {
  return value >= WHOLE_FROM ? BigInt(value).toString() : String(rounded(value));
}

/** A number below WHOLE_FROM without its fraction. */
export function rounded(value: number): number {
  const floor = Math.floor(value);
  const isHalf = value - floor === 0.5;
  return isHalf ? floor + (floor % 2) : Math.round(value);
}

/** The kernel's unsigned 32 bits as the signed ones that ss prints of queues. */
export function signed(value: number): number {
  return value | 0;
}
