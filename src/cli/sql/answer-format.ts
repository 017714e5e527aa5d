import { csvRecord } from '../../model/csv.js';
import { printable } from '../../model/printable.js';
import type { Cell } from '../../sql/cell.js';
import { jsonRecords } from '../../view/json-record.js';
import type { LineOutput } from '../output/line-output.js';

export const FORMATS = ['table', 'json', 'csv', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

/** Writes the rows of one answer. `end` writes what is still buffered. */
export interface AnswerWriter {
  rows(rows: readonly (readonly Cell[])[]): Promise<void>;
  end(): Promise<void>;
}

/** A table's column widths are those of its first rows, to bound memory; wider rows after them are not aligned. */
const MEASURED_ROWS = 1_000;

/** A writer of answers with these columns. */
export async function answerWriter(
  format: Format,
  columns: readonly string[],
  output: LineOutput,
): Promise<AnswerWriter> {
  switch (format) {
    case 'csv':
      await output.line(csvRecord(columns));
      return lineByLine(output, (rows) => rows.map((row) => csvRecord(row.map(textual))).join('\n'));
    case 'json':
      return lineByLine(output, jsonLines(columns));
    case 'markdown':
      await output.line(markdownRow(columns.map(markdownText)));
      await output.line(markdownRow(columns.map(() => '---')));
      return lineByLine(output, (rows) => rows.map((row) => markdownRow(row.map(markdownCell))).join('\n'));
    case 'table':
      return new TableWriter(columns.map(printable), output);
  }
}

function lineByLine(output: LineOutput, text: (rows: readonly (readonly Cell[])[]) => string): AnswerWriter {
  return {
    rows: async (rows) => {
      if (rows.length > 0) await output.line(text(rows));
    },
    end: async () => undefined,
  };
}

/** Bytes as text. */
function textual(cell: Cell): Exclude<Cell, Uint8Array> {
  return cell instanceof Uint8Array ? textOf(cell) : cell;
}

/** One object per line; a repeated column name gets a number. */
function jsonLines(columns: readonly string[]): (rows: readonly (readonly Cell[])[]) => string {
  const record = jsonRecords(uniqueNames(columns));
  return (rows) => rows.map((row) => record(row.map(textual))).join('\n');
}

function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

function markdownCell(cell: Cell): string {
  return cell === null ? '' : markdownText(textOf(cell));
}

function markdownText(text: string): string {
  return printable(text.replaceAll('\n', ' ')).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Bytes are shown in hexadecimal. */
function textOf(cell: Exclude<Cell, null>): string {
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : String(cell);
}

/** Aligned columns: numbers to the right, NULL for NULL. */
class TableWriter implements AnswerWriter {
  private held: (readonly Cell[])[] = [];
  private layout: { readonly widths: readonly number[]; readonly numeric: readonly boolean[] } | undefined;

  constructor(
    private readonly columns: readonly string[],
    private readonly output: LineOutput,
  ) {}

  async rows(rows: readonly (readonly Cell[])[]): Promise<void> {
    if (this.layout !== undefined) return this.write(rows);
    this.held.push(...rows);
    if (this.held.length >= MEASURED_ROWS) await this.begin();
  }

  async end(): Promise<void> {
    if (this.layout === undefined) await this.begin();
  }

  private async begin(): Promise<void> {
    const widths = this.columns.map((name, i) =>
      this.held.reduce((width, row) => Math.max(width, shown(row[i] ?? null).length), name.length),
    );
    const numeric = this.columns.map(
      (_, i) =>
        this.held.some((row) => isNumber(row[i])) && this.held.every((row) => row[i] === null || isNumber(row[i])),
    );
    this.layout = { widths, numeric };
    await this.line(this.columns);
    await this.output.line(widths.map((width) => '-'.repeat(width)).join('  '));
    const held = this.held;
    this.held = [];
    await this.write(held);
  }

  private async write(rows: readonly (readonly Cell[])[]): Promise<void> {
    for (const row of rows) await this.line(row.map(shown));
  }

  private line(cells: readonly string[]): Promise<void> {
    const { widths = [], numeric = [] } = this.layout ?? {};
    const padded = cells.map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)));
    return this.output.line(padded.join('  ').trimEnd());
  }
}

function isNumber(cell: Cell | undefined): boolean {
  return typeof cell === 'number' || typeof cell === 'bigint';
}

function shown(cell: Cell): string {
  return cell === null ? 'NULL' : printable(textOf(cell));
}
