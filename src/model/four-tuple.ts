import type { Family } from './address.js';

/** The two ends of a TCP socket. A port is 0 if it is unknown, and always for the peer of a listener. */
export interface FourTuple {
  readonly family: Family;
  readonly localAddr: string;
  readonly localPort: number;
  readonly remoteAddr: string;
  readonly remotePort: number;
}

/** A text that is equal for equal four-tuples only. */
export function fourTupleKey(tuple: FourTuple): string {
  return `${tuple.localAddr} ${tuple.localPort} ${tuple.remoteAddr} ${tuple.remotePort}`;
}

/** Both ports in one 32-bit integer, which V8 keeps without an object. */
export function portsOf({ localPort, remotePort }: FourTuple): number {
  return (localPort << 16) | remotePort;
}

/** Whether two that have the same ports have the same addresses. */
export function sameAddresses(a: FourTuple, b: FourTuple): boolean {
  return a.localAddr === b.localAddr && a.remoteAddr === b.remoteAddr;
}

/** Whether the ports of a socket, as `portsOf` gives them, can be those of an event about it: a port that is 0 is not known. */
export function portsAgree(known: number, reported: number): boolean {
  if (known === reported) return true;
  const isLocal = known >>> 16 === reported >>> 16 || known >>> 16 === 0 || reported >>> 16 === 0;
  return isLocal && ((known & 65_535) === (reported & 65_535) || (reported & 65_535) === 0);
}

/** `10.0.0.1:80` or `[::1]:80`. */
export function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
