/** Sockets as data: one JSON object per line, CSV (RFC 4180), or a plain table of chosen columns. */
import { printable } from '../text.js';
import type { Column, Value } from './columns.js';
import type { ShownOwner, ShownSocket } from './shown-socket.js';

/** A JSON object with every column; null if its value is unknown. */
export function jsonLine(socket: ShownSocket, columns: readonly Column[]): string {
  const record: Record<string, Value> = {};
  for (const { key, value } of columns) record[key] = value(socket) ?? null;
  return JSON.stringify(record);
}

export function csvHeader(columns: readonly Column[]): string {
  return columns.map(({ key }) => key).join(',');
}

/** A record without its line end, which is CR LF; an unknown value is empty. */
export function csvLine(socket: ShownSocket, columns: readonly Column[]): string {
  return columns.map(({ value }) => csvField(cellText(value(socket)))).join(',');
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const UNKNOWN = '-';

/** Columns under their keys; `-` for an unknown value. */
export function plainTable(sockets: readonly ShownSocket[], columns: readonly Column[], header: boolean): string {
  const rows = sockets.map((socket) => columns.map(({ value }) => cellText(value(socket)) || UNKNOWN));
  if (header) rows.unshift(columns.map(({ key }) => key));
  const widest = (index: number) => rows.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), 0);
  const widths = columns.map((_, index) => widest(index));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join(' ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cellText(value: Value | undefined): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(ownerText).join(' ') : String(value);
}

/** `nginx[812]:6`. */
function ownerText({ pid, fd, comm, tid }: ShownOwner): string {
  return `${printable(comm)}[${pid}${tid === undefined ? '' : `/${tid}`}]${fd < 0 ? '' : `:${fd}`}`;
}
