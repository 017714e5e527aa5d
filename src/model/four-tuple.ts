import type { Family } from './address.js';

/** The two ends of a TCP socket. Ports are 0 where not known (or, for a listener's peer, where there is none). */
export interface FourTuple {
  readonly family: Family;
  readonly localAddr: string;
  readonly localPort: number;
  readonly remoteAddr: string;
  readonly remotePort: number;
}

/** A key that two four-tuples share exactly when they are equal. */
export function fourTupleKey(tuple: FourTuple): string {
  return `${tuple.localAddr} ${tuple.localPort} ${tuple.remoteAddr} ${tuple.remotePort}`;
}

/** `10.0.0.1:80` or `[::1]:80`. */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
