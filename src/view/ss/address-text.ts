/** Ends of a socket as ss writes them. */
import { printable } from '../../model/printable.js';
import { type CellBytes, NO_LABEL } from './cell-bytes.js';
import type { KnownRow } from './shown-socket.js';

/** Names for numbers; where a function returns undefined, the number is shown. */
export interface Names {
  readonly port: (port: number) => string | undefined;
  readonly host: (address: string, row: KnownRow) => string | undefined;
  readonly interface: (index: number, row: KnownRow) => string | undefined;
}

/** Writes `127.0.0.1:`, `[::1]:`, `[fe80::1]%eth0:`, `*:`: what precedes the local port. */
export function writeLocalHost(out: CellBytes, row: KnownRow, names: Names): void {
  writeHost(out, row.tuple.localAddr, row, names);
  const index = row.interfaceIndex ?? 0;
  if (index !== 0) out.text(`%${names.interface(index, row) ?? `if${index}`}`);
  out.text(':');
}

export function writeRemoteHost(out: CellBytes, row: KnownRow, names: Names): void {
  writeHost(out, row.tuple.remoteAddr, row, names);
  out.text(':');
}

/** Writes a service, a number, or `*` for none. */
export function writePort(out: CellBytes, port: number, names: Names): void {
  const name = port === 0 ? '*' : names.port(port);
  if (name === undefined) out.word(NO_LABEL, port);
  else out.text(name);
}

/** The address of a listener for both families is `*`, of one for IPv6 only `[::]`. */
function writeHost(out: CellBytes, address: string, row: KnownRow, names: Names): void {
  if (address === '0.0.0.0') out.text(address);
  else if (address === '::') out.text(row.v6only === true ? '[::]' : '*');
  else {
    const name = names.host(address, row);
    if (name !== undefined) out.text(name);
    else out.text(row.tuple.family === 6 ? `[${libcForm(printable(address))}]` : address);
  }
}

/** glibc prints an address whose first 96 bits are zero with an IPv4 part: `::0.1.0.0` instead of `::1:0` (RFC 5952). */
function libcForm(address: string): string {
  const low = /^::([\da-f]+):([\da-f]+)$/.exec(address);
  if (low === null) return address;
  const [high = 0, rest = 0] = low.slice(1).map((word) => Number.parseInt(word, 16));
  return `::${high >> 8}.${high & 255}.${rest >> 8}.${rest & 255}`;
}
