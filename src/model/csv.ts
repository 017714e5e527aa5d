/**
 * CSV as in RFC 4180, for spreadsheets and programs. Hidden characters of a text are escaped as in other output, so a record is
 * one line. A spreadsheet would compute a text that begins with `=`, `+`, `-` or `@`: it gets a `'` before it, unless it is a
 * number.
 */
import { printable } from './printable.js';

export type CsvValue = string | number | bigint | boolean | null | undefined;

/** What needs more than to be written as it is. The wide forms are for Japanese and Chinese spreadsheets. */
const SPECIAL = /^[=+@-]|[^\x20\x21\x23-\x2b\x2d-\x7e]/;
const FORMULA = /^[=+@\-\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const QUOTED = /[",]/;

/** A record without its line end. */
export function csvRecord(values: readonly CsvValue[]): string {
  return values.map(csvField).join(',');
}

/** NULL and what is unknown are empty. */
function csvField(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return SPECIAL.test(value) ? specialField(value) : value;
}

function specialField(value: string): string {
  const shown = printable(value);
  const text = FORMULA.test(shown) && !NUMBER.test(shown) ? `'${shown}` : shown;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
