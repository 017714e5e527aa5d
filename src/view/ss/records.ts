/** Sockets as data: one JSON object per line, CSV, or a plain table of chosen columns. */

import { csvRecord } from '../../model/csv.js';
import { jsonText, printable } from '../../model/printable.js';
import { cellCount, padToCells } from '../terminal-cells.js';
import type { Column, Value } from './columns.js';
import type { ShownOwner, ShownSocket } from './shown-socket.js';

/** A JSON object with every column; null if its value is unknown. */
export function jsonLine(socket: ShownSocket, columns: readonly Column[]): string {
  const record: Record<string, Value> = {};
  for (const { key, value } of columns) record[key] = value(socket) ?? null;
  return jsonText(record);
}

export function csvHeader(columns: readonly Column[]): string {
  return csvRecord(columns.map(({ key }) => key));
}

/** A record without its line end, which is CR LF; an unknown value is empty. */
export function csvLine(socket: ShownSocket, columns: readonly Column[]): string {
  return csvRecord(columns.map(({ value }) => cell(value(socket))));
}

const UNKNOWN = '-';

/** Columns under their keys; `-` for an unknown value. */
export function plainTable(sockets: readonly ShownSocket[], columns: readonly Column[], header: boolean): string {
  const rows = sockets.map((socket) =>
    columns.map(({ value }) => printable(String(cell(value(socket)) ?? '')) || UNKNOWN),
  );
  if (header) rows.unshift(columns.map(({ key }) => key));
  const widest = (index: number) => rows.reduce((width, row) => Math.max(width, cellCount(row[index] ?? '')), 0);
  const widths = columns.map((_, index) => widest(index));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => padToCells(cell, widths[index] ?? 0))
          .join(' ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(value: Value | undefined): Exclude<Value, readonly ShownOwner[]> | undefined {
  return isOwners(value) ? value.map(ownerText).join(' ') : value;
}

function isOwners(value: Value | undefined): value is readonly ShownOwner[] {
  return Array.isArray(value);
}

/** `nginx[812]:6`. */
function ownerText({ pid, fd, comm, tid }: ShownOwner): string {
  return `${comm}[${pid}${tid === undefined ? '' : `/${tid}`}]${fd < 0 ? '' : `:${fd}`}`;
}
