import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { printable } from '../../../src/model/printable.js';
import { CellBytes, label, type Unit } from '../../../src/view/ss/cell-bytes.js';
import { milliseconds, rate } from '../../../src/view/ss/number-text.js';
import { cellCount } from '../../../src/view/terminal-cells.js';

const RUNS = 2_000;

/** The text and the width of one cell. */
function cell(write: (out: CellBytes) => void, leastWidth = 0): { readonly text: string; readonly width: number } {
  const out = new CellBytes(1);
  write(out);
  out.endCell(leastWidth);
  return { text: out.bytes.toString('utf8', 0, out.ends[0]), width: out.widths[0] ?? 0 };
}

function wordOf(value: number, unit: Unit): string {
  return cell((out) => out.word(label(' n:'), value, unit)).text;
}

/** All lengths, the ends of 32 and 53 bits, and what is no whole number. */
const numbers = fc.oneof(
  fc.nat(999),
  fc.nat(0xffffffff),
  fc.maxSafeNat(),
  fc.integer({ min: 0, max: 52 }).map((bits) => 2 ** bits - 1),
  fc.integer({ min: 0, max: 15 }).chain((zeros) => fc.constantFrom(10 ** zeros, 10 ** zeros - 1)),
  fc.constantFrom(2 ** 53, 2 ** 64, 0xffffffff, 0x100000000),
  fc.double({ min: 0, max: 1e20, noNaN: true }),
);

function checked(unit: string, property: (value: number) => void): void {
  it(`writes ${unit} as they are written one by one`, () => {
    fc.assert(fc.property(numbers, property), { numRuns: RUNS });
  });
}

describe('cells as bytes', () => {
  checked('numbers', (value) => equal(wordOf(value, 'number'), ` n:${value}`));
  checked('milliseconds', (value) => equal(wordOf(value, 'ms'), ` n:${milliseconds(value)}`));
  checked('rates', (value) => {
    for (const numeric of [true, false])
      equal(cell((out) => out.rate(label('r '), value, numeric)).text, `r ${rate(value, numeric)}`);
  });
  checked('hexadecimal numbers', (value) =>
    equal(wordOf(value, 'hex'), ` n:${value >= 2 ** 64 ? 'f'.repeat(16) : value.toString(16)}`),
  );

  it('writes negative numbers', () => {
    equal(wordOf(-17, 'number'), ' n:-17');
  });

  it('writes zeros before a number', () => {
    for (const [value, text] of [
      [0, '000'],
      [7, '007'],
      [40, '040'],
      [332, '332'],
    ] as const)
      equal(cell((out) => out.padded(value, 3)).text, text);
  });

  it('escapes what is hidden in a text, and counts the cells that it takes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const visible = texts.map(printable).join('');
        const { text, width } = cell((out) => {
          for (const each of texts) out.text(each);
        });
        equal(text, Buffer.from(visible).toString());
        equal(
          width,
          texts.reduce((sum, each) => sum + cellCount(printable(each)), 0),
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('grow', () => {
    const out = new CellBytes(2);
    const count = 20_000;
    for (let index = 0; index < count; index++) {
      out.text('x'.repeat(index % 40));
      out.endCell(6);
      out.word(label('n'), index);
      out.endCell();
    }
    equal(out.count, 2 * count);
    const from = out.ends[2 * count - 3] ?? 0;
    const last = out.bytes.toString('utf8', from, out.ends[2 * count - 1]);
    equal(last, `${'x'.repeat((count - 1) % 40).padEnd(6)}n${count - 1}`);
  });
});
