const [COMMA, MINUS, ZERO, OPEN, CLOSE] = [44, 45, 48, 91, 93];
const BILLION = 1_000_000_000;
/** Digits of an integer below 2^53, and its sign. */
const LONGEST_INTEGER = 17;

/**
 * Text of ASCII that is put together byte by byte, and made a string at once: half the time of joining the texts of numbers,
 * which SQLite has to be given in one piece anyway.
 */
export class TextBuffer {
  private bytes = Buffer.alloc(1_024);
  private used = 0;

  /** One character, by its code. */
  put(code: number): void {
    if (this.used === this.bytes.length) this.grow();
    this.bytes[this.used++] = code;
  }

  putComma(): void {
    this.put(COMMA);
  }

  /** Where a JSON array begins. */
  putOpen(): void {
    this.put(OPEN);
  }

  /** Where it ends. */
  putClose(): void {
    this.put(CLOSE);
  }

  /** The digits of a safe integer. */
  putInteger(value: number): void {
    if (this.bytes.length - this.used < LONGEST_INTEGER) this.grow();
    if (value < 0) this.bytes[this.used++] = MINUS;
    this.putDigits(Math.abs(value));
  }

  /** ASCII text. */
  putText(text: string): void {
    for (let at = 0; at < text.length; at++) this.put(text.charCodeAt(at));
  }

  /** The text so far; the buffer is empty again. */
  take(): string {
    const text = this.bytes.toString('latin1', 0, this.used);
    this.used = 0;
    return text;
  }

  private putDigits(value: number): void {
    if (value < BILLION) {
      this.putLow(value | 0, digitsOf(value));
      return;
    }
    const high = Math.floor(value / BILLION);
    this.putLow(high, digitsOf(high));
    this.putLow(value - high * BILLION, 9);
  }

  /** Less than 2^31, with so many digits. */
  private putLow(value: number, digits: number): void {
    const { bytes, used } = this;
    let rest = value | 0;
    for (let at = used + digits - 1; at >= used; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.used = used + digits;
  }

  private grow(): void {
    const larger = Buffer.alloc(this.bytes.length * 2);
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}

const integers = new TextBuffer();

/** The JSON array of safe integers. */
export function jsonOfIntegers(values: readonly number[]): string {
  integers.putOpen();
  for (let at = 0; at < values.length; at++) {
    if (at > 0) integers.putComma();
    integers.putInteger(values[at] ?? 0);
  }
  integers.putClose();
  return integers.take();
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let bound = 10; value >= bound; bound *= 10) digits++;
  return digits;
}
