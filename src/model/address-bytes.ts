/** Converts IP addresses as people and files write them to the canonical form in which they are compared and stored. */
import { isIPv4, isIPv6 } from 'node:net';
import { ipv6FromBytes } from './address.js';

/** The canonical text of an address in any notation, without its zone (`%eth0`); undefined if the text is not an address. */
export function canonicalAddress(text: string): string | undefined {
  const address = text.replace(/%.*$/s, '');
  if (isIPv4(address)) return address;
  const bytes = ipv6Bytes(address);
  return bytes === undefined ? undefined : ipv6FromBytes(bytes);
}

/** The 16 bytes of an IPv6 address in text, without a zone; undefined if the text is not one. */
export function ipv6Bytes(text: string): Uint8Array | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const [head = '', tail] = text.split('::');
  const before = wordsOf(head);
  const after = tail === undefined ? [] : wordsOf(tail);
  const words = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 255]));
}

/** The 16-bit words of a part of an IPv6 address; its last may be a dotted IPv4 address. */
function wordsOf(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((word) => {
    if (!word.includes('.')) return [Number.parseInt(word, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = word.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
