/** IP addresses as text in canonical form: the form in which they are compared, stored and shown. */
import { TextCache } from './text-cache.js';

export type Family = 4 | 6;

const V4_MAPPED = '::ffff:';

const ipv4Texts = new Map<number, string>();
const MAX_CACHED = 65_536;

/**
 * The text of an IPv4 address held in a little-endian 32-bit number as the kernel's __be32 reads on a
 * little-endian host: the first octet is the lowest byte.
 */
export function ipv4FromBe32(be32: number): string {
  let text = ipv4Texts.get(be32);
  if (text === undefined) {
    text = `${be32 & 255}.${(be32 >>> 8) & 255}.${(be32 >>> 16) & 255}.${be32 >>> 24}`;
    if (ipv4Texts.size >= MAX_CACHED) ipv4Texts.clear();
    ipv4Texts.set(be32, text);
  }
  return text;
}

/** The text of an IPv6 address in RFC 5952 form, `::ffff:1.2.3.4` for a v4-mapped one; 16 bytes in network order. */
export function ipv6FromBytes(bytes: Uint8Array): string {
  const words = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  if (words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff) {
    return `${V4_MAPPED}${bytes[12]}.${bytes[13]}.${bytes[14]}.${bytes[15]}`;
  }
  const zeros = longestZeroRun(words);
  const hex = (part: number[]) => part.map((word) => word.toString(16)).join(':');
  if (zeros.length < 2) return hex(words);
  return `${hex(words.slice(0, zeros.start))}::${hex(words.slice(zeros.start + zeros.length))}`;
}

const IPV6_BYTES = 16;
const ipv6Texts = new TextCache(IPV6_BYTES / 4, 4_096, (words, at) =>
  ipv6FromBytes(new Uint8Array(words.buffer, words.byteOffset + at * 4, IPV6_BYTES)),
);

/** The same of the four words at `at`, as the kernel's in6_addr lies in memory. To make the text takes more than 0.5 us. */
export function ipv6FromWords(words: Uint32Array, at: number): string {
  return ipv6Texts.at(words, at);
}

function longestZeroRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = -1;
  words.forEach((word, i) => {
    if (word !== 0) {
      start = -1;
      return;
    }
    if (start < 0) start = i;
    if (i - start + 1 > best.length) best = { start, length: i - start + 1 };
  });
  return best;
}

/** The address that means "any" in a family, as a listener that is not bound to one address shows it. */
export function anyAddress(family: Family): string {
  return family === 4 ? '0.0.0.0' : '::';
}

/** The v4-mapped IPv6 form of an IPv4 address, in text. */
export function v4Mapped(address: string): string {
  return V4_MAPPED + address;
}

/** The IPv4 address of a v4-mapped one, as dual-stack sockets (Java's) have it; any other address unchanged. */
export function plainAddress(address: string): string {
  return address.startsWith(V4_MAPPED) && address.includes('.') ? address.slice(V4_MAPPED.length) : address;
}
