/** IP addresses as bytes, and prefixes of them, as in `dst 10.0.0.0/8`. */
import { type Family, ipv6FromBytes, plainAddress } from '../model/address.js';
import { ipv6Bytes } from '../model/address-bytes.js';
import type { Prefix } from './expression.js';
import { parseNumber } from './number.js';

/** The 4 or 16 bytes of an address in text; undefined if the text is not an address. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** ss fills up a short IPv4 address with zeros at its end: `10.1` is 10.1.0.0. */
function ipv4Bytes(text: string): Uint8Array | undefined {
  if (!/^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){0,3}$/.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  const bytes = new Uint8Array(4);
  bytes.set(octets);
  return bytes;
}

function addressText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : ipv6FromBytes(bytes);
}

/** `10.0.0.0/8`, `10/8`, `10.0.0.0/255.0.0.0`, `::1`, `2001:db8::/32`; undefined if the text is not a prefix. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = '', length, ...more] = text.split('/');
  const bytes = addressBytes(address);
  if (bytes === undefined || more.length > 0) return undefined;
  const bits = length === undefined ? bytes.length * 8 : prefixLength(length, bytes.length * 8);
  if (bits === undefined) return undefined;
  const family: Family = bytes.length === 4 ? 4 : 6;
  return { family, bits, address: addressText(bytes.map((byte, i) => byte & maskByte(bits, i))) };
}

function prefixLength(text: string, most: number): number | undefined {
  const number = parseNumber(text);
  if (number !== undefined) return number <= most ? number : undefined;
  const mask = most === 32 && /^\d+(\.\d+){3}$/.test(text) ? ipv4Bytes(text) : undefined;
  if (mask === undefined) return undefined;
  const bits = Array.from(mask, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : undefined;
}

/** Of byte `index` of an address, the bits that a prefix of `bits` bits compares. */
function maskByte(bits: number, index: number): number {
  return (0xff00 >> Math.max(0, Math.min(8, bits - 8 * index))) & 255;
}

export function prefixText(prefix: Prefix): string {
  return `${prefix.address}/${prefix.bits}`;
}

/** True where a prefix is one whole address. */
export function isHost(prefix: Prefix): boolean {
  return prefix.bits === (prefix.family === 4 ? 32 : 128);
}

/**
 * Whether an address in canonical text is in a prefix. As in ss, an IPv4 prefix holds v4-mapped IPv6 addresses too, and
 * an IPv6 prefix holds no IPv4 address.
 */
export function isIn(address: string, prefix: Prefix): boolean {
  const plain = prefix.family === 4 ? plainAddress(address) : address;
  if (isHost(prefix)) return plain === prefix.address;
  if (plain.includes(':') !== (prefix.family === 6)) return false;
  return prefix.family === 4 ? isInV4(plain, prefix) : isInV6(plain, prefix);
}

/** Runs for every row of a listing: 32-bit arithmetic without an allocation. */
function isInV4(address: string, prefix: Prefix): boolean {
  const mask = prefix.bits === 0 ? 0 : -1 << (32 - prefix.bits);
  return ((ipv4Number(address) ^ ipv4Number(prefix.address)) & mask) === 0;
}

/** A canonical IPv4 address as a number, first octet highest. */
function ipv4Number(text: string): number {
  let number = 0;
  let octet = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit >= 0) {
      octet = octet * 10 + digit;
    } else {
      number = (number << 8) | octet;
      octet = 0;
    }
  }
  return (number << 8) | octet;
}

const ZERO = '0'.charCodeAt(0);

function isInV6(address: string, prefix: Prefix): boolean {
  const bytes = addressBytes(address);
  const wanted = addressBytes(prefix.address);
  return (
    bytes !== undefined &&
    wanted !== undefined &&
    bytes.every((byte, i) => (byte & maskByte(prefix.bits, i)) === wanted[i])
  );
}
