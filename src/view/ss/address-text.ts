/** Ends of a socket as ss writes them. */
import { printable } from '../../model/printable.js';
import type { KnownRow } from './shown-socket.js';

/** Names for numbers; where a function returns undefined, the number is shown. */
export interface Names {
  readonly port: (port: number) => string | undefined;
  readonly host: (address: string, row: KnownRow) => string | undefined;
  readonly interface: (index: number, row: KnownRow) => string | undefined;
}

/** `127.0.0.1:`, `[::1]:`, `[fe80::1]%eth0:`, `*:`: what precedes the local port. */
export function localHost(row: KnownRow, names: Names): string {
  const index = row.interfaceIndex ?? 0;
  const scope = index === 0 ? '' : `%${printable(names.interface(index, row) ?? `if${index}`)}`;
  return `${hostText(row.tuple.localAddr, row, names)}${scope}:`;
}

export function remoteHost(row: KnownRow, names: Names): string {
  return `${hostText(row.tuple.remoteAddr, row, names)}:`;
}

/** A service, a number, or `*` for none. */
export function portText(port: number, names: Names): string {
  return port === 0 ? '*' : printable(names.port(port) ?? String(port));
}

/** The address of a listener for both families is `*`, of one for IPv6 only `[::]`. */
function hostText(address: string, row: KnownRow, names: Names): string {
  if (address === '0.0.0.0') return address;
  if (address === '::') return row.v6only === true ? '[::]' : '*';
  const name = names.host(address, row);
  if (name !== undefined) return printable(name);
  return row.tuple.family === 6 ? `[${libcForm(printable(address))}]` : printable(address);
}

/** glibc prints an address whose first 96 bits are zero with an IPv4 part: `::0.1.0.0` instead of `::1:0` (RFC 5952). */
function libcForm(address: string): string {
  const low = /^::([\da-f]+):([\da-f]+)$/.exec(address);
  if (low === null) return address;
  const [high = 0, rest = 0] = low.slice(1).map((word) => Number.parseInt(word, 16));
  return `::${high >> 8}.${high & 255}.${rest >> 8}.${rest & 255}`;
}
