/** JSON objects that share their keys, for many rows: each key is written once. */
import { jsonText } from '../model/printable.js';

export type JsonCell = string | number | bigint | null;

/** Text that is the same between quotes: no quote, no backslash, nothing hidden. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Writes rows as objects with these keys, one object per row. Integers beyond 2^53 are written in full. */
export function jsonRecords(keys: readonly string[]): (row: readonly JsonCell[]) => string {
  const starts = keys.map((key, index) => `${index === 0 ? '{' : ','}${jsonText(key)}:`);
  return (row) => {
    let text = '';
    for (let index = 0; index < starts.length; index++) text += starts[index] + jsonCell(row[index] ?? null);
    return `${text}}`;
  };
}

function jsonCell(value: JsonCell): string {
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : jsonText(value);
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
