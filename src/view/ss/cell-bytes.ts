/**
 * The cells of a table, one behind the other, as bytes of UTF-8. A string for each number and each cell took most of the time of a large
 * table, and so did the compilation of code that made them: here `word` is the one function in which it is spent, too long for the engine to
 * copy it into each that calls it.
 */
import { printable } from '../../model/printable.js';
import { cellCount } from '../terminal-cells.js';
import { milliseconds, rate, rounded, WHOLE_FROM } from './number-text.js';

/** How a number is written: as JavaScript does, microseconds as milliseconds (`0.012`), or in hexadecimal. */
export type Unit = 'number' | 'ms' | 'hex';

/** Text before a number, as bytes of printable ASCII. */
export type Label = Uint8Array;

export function label(text: string): Label {
  return Buffer.from(text, 'latin1');
}

export const NO_LABEL = label('');

const FIRST_BYTES = 65_536;
const FIRST_CELLS = 1_024;
/** More than a number has. */
const NUMBER_BYTES = 32;
/** Of one UTF-16 unit in UTF-8, at most. */
const UNIT_BYTES = 3;
const WORD = 2 ** 32;
const MOST_OF_64_BITS = 2 ** 64;
/** Three decimals of less than a second are at most six digits: all of them are printed. */
const SECOND_US = 1_000_000;
const [SPACE, POINT, ZERO, TILDE] = [0x20, 0x2e, 0x30, 0x7e];
/** The two digits of each number below 100. */
const PAIRS = Uint8Array.from(
  Array.from({ length: 200 }, (_, index) => ZERO + (index % 2 === 0 ? Math.floor(index / 20) : (index >> 1) % 10)),
);
const HEX = Buffer.from('0123456789abcdef');

export class CellBytes {
  /** Everything written so far, with room behind it. */
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Where each finished cell ends; it begins where the one before ends. */
  ends = new Float64Array(FIRST_CELLS);
  /** How many cells of a terminal each takes. */
  widths = new Uint32Array(FIRST_CELLS);
  /** Finished cells. */
  count = 0;
  private at = 0;
  private cellFrom = 0;
  /** What the unfinished cell takes in a terminal, less its bytes. */
  private wider = 0;

  /** @param perRow cells of a row */
  constructor(readonly perRow: number) {}

  /** Ends a cell: what is written next belongs to the next one. Spaces fill it up to the least width. */
  endCell(leastWidth = 0): void {
    for (let missing = leastWidth - (this.at - this.cellFrom + this.wider); missing > 0; missing--) this.byte(SPACE);
    if (this.count === this.ends.length) this.makeRoomForCells();
    this.ends[this.count] = this.at;
    this.widths[this.count] = this.at - this.cellFrom + this.wider;
    this.count++;
    this.cellFrom = this.at;
    this.wider = 0;
  }

  /** One character of ASCII, by its code: line feeds and tabs too. */
  byte(code: number): void {
    if (this.at === this.bytes.length) this.makeRoom(1);
    this.bytes[this.at++] = code;
  }

  /** Text, with what is hidden in it escaped (`printable`). */
  text(text: string): void {
    const { length } = text;
    if (this.at + length > this.bytes.length) this.makeRoom(length);
    const { bytes, at } = this;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code < SPACE || code > TILDE) {
        this.otherText(printable(text));
        return;
      }
      bytes[at + index] = code;
    }
    this.at = at + length;
  }

  /** A number behind a label. */
  word(label: Label, value: number, unit: Unit = 'number'): void {
    const { length } = label;
    if (this.at + length + NUMBER_BYTES > this.bytes.length) this.makeRoom(length + NUMBER_BYTES);
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < length; index++) bytes[at++] = label[index] as number;
    if (unit === 'hex') {
      this.at = at;
      this.hex(value);
      return;
    }
    const isShort =
      unit === 'ms' ? value === value >>> 0 && value < SECOND_US : Number.isSafeInteger(value) && value >= 0;
    if (!isShort) {
      this.at = at;
      this.text(unit === 'ms' ? milliseconds(value) : String(value));
      return;
    }
    const whole = unit === 'ms' ? Math.floor(value / 1_000) : value;
    let digits = 1;
    for (let power = 10; power <= whole; power *= 10) digits++;
    this.at = at + digits;
    at = this.at;
    let left = whole;
    while (left >= WORD) {
      let high = Math.floor(left / 100);
      // The quotient may have been rounded up.
      if (high * 100 > left) high--;
      const pair = (left - high * 100) * 2;
      bytes[--at] = PAIRS[pair + 1] as number;
      bytes[--at] = PAIRS[pair] as number;
      left = high;
    }
    let low = left >>> 0;
    while (low >= 10) {
      const high = (low / 100) >>> 0;
      const pair = (low - high * 100) * 2;
      bytes[--at] = PAIRS[pair + 1] as number;
      bytes[--at] = PAIRS[pair] as number;
      low = high;
    }
    // Of an even number of digits none is left.
    if ((digits & 1) === 1) bytes[--at] = ZERO + low;
    if (unit === 'ms' && value !== whole * 1_000) this.decimals(value - whole * 1_000);
  }

  /** Bits a second behind a label: all digits, or three and a unit. */
  rate(label: Label, bitsPerSecond: number, numeric: boolean): void {
    if (numeric && bitsPerSecond < WHOLE_FROM) {
      this.word(label, rounded(bitsPerSecond));
      this.text('bps');
    } else {
      for (const byte of label) this.byte(byte);
      this.text(rate(bitsPerSecond, numeric));
    }
  }

  /** A whole number, with zeros before it where it has fewer digits. */
  padded(value: number, digits: number): void {
    for (let least = 10 ** (digits - 1); least > value && least > 1; least /= 10) this.byte(ZERO);
    this.word(NO_LABEL, value);
  }

  /** All ones in 64 bits are read as 2^64. There is room. */
  private hex(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      this.text(value >= MOST_OF_64_BITS ? 'f'.repeat(16) : value.toString(16));
      return;
    }
    const { bytes } = this;
    const [high, low] = [Math.floor(value / WORD), value >>> 0];
    let digits = 1;
    for (let power = 16; power <= value; power *= 16) digits++;
    for (let place = digits - 1; place >= 0; place--) {
      const nibble = place >= 8 ? high >>> (4 * (place - 8)) : low >>> (4 * place);
      bytes[this.at++] = HEX[nibble & 15] as number;
    }
  }

  /** Thousandths behind a point, 1 to 999, without zeros at the end. There is room. */
  private decimals(thousandths: number): void {
    const { bytes } = this;
    bytes[this.at++] = POINT;
    const [pair, last] = [Math.floor(thousandths / 10), thousandths % 10];
    bytes[this.at++] = PAIRS[pair * 2] as number;
    if (pair % 10 !== 0 || last !== 0) bytes[this.at++] = PAIRS[pair * 2 + 1] as number;
    if (last !== 0) bytes[this.at++] = ZERO + last;
  }

  private otherText(text: string): void {
    this.makeRoom(text.length * UNIT_BYTES);
    const written = this.bytes.write(text, this.at);
    this.wider += cellCount(text) - written;
    this.at += written;
  }

  private makeRoom(bytes: number): void {
    const needed = this.at + bytes;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }

  private makeRoomForCells(): void {
    const [ends, widths] = [new Float64Array(this.count * 2), new Uint32Array(this.count * 2)];
    ends.set(this.ends);
    widths.set(this.widths);
    this.ends = ends;
    this.widths = widths;
  }
}
