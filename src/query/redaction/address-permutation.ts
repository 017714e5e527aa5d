import { type Cipher, createCipheriv, createHash } from 'node:crypto';
import { ipv6FromBytes, plainAddress, v4Mapped } from '../../model/address.js';
import { ipv6Bytes } from '../../model/address-bytes.js';
import { SELF_CHECK_ADDRESS } from '../../model/self-check.js';

/** Rounds of the Feistel network: with a pseudo-random function, four are enough against who chooses addresses; ten are customary (NIST SP 800-38G). */
const ROUNDS = 10;
const MOST_CACHED = 100_000;

/**
 * Replaces addresses by others of the same family, by a secret key: equal ones stay equal, different ones stay different, and no
 * prefix of one says anything about the other. With the key, addresses can be guessed and compared. Loopback addresses, those
 * of listeners on all addresses, and that of a recorder's self-check stay as they are.
 */
export class AddressPermutation {
  private readonly known = new Map<string, string>();

  /** A block of AES is the function of a round: a tenth of the time of an HMAC. */
  private readonly aes: Cipher;
  private readonly block = new Uint8Array(16);

  constructor(key: Uint8Array) {
    this.aes = createCipheriv('aes-256-ecb', createHash('sha256').update(key).digest(), null);
  }

  /** The address in its place; a text that is no address is left out. */
  of(address: string): string {
    let found = this.known.get(address);
    if (found === undefined) {
      found = this.permuted(address);
      if (this.known.size >= MOST_CACHED) this.known.clear();
      this.known.set(address, found);
    }
    return found;
  }

  private permuted(address: string): string {
    const plain = plainAddress(address);
    if (isKept(plain)) return address;
    // A result that would be taken for an address that is kept is permuted again: so it stays a permutation of the others.
    let result = plain;
    do {
      const bytes = bytesOf(result);
      if (bytes === undefined) return '';
      result = textOf(this.feistel(bytes));
    } while (isKept(result));
    return plain === address ? result : v4Mapped(result);
  }

  private feistel(bytes: Uint8Array): Uint8Array {
    const half = bytes.length / 2;
    let [left, right] = [bytes.slice(0, half), bytes.slice(half)];
    for (let round = 0; round < ROUNDS; round++) {
      this.block.fill(0);
      this.block.set([bytes.length, round]);
      this.block.set(right, 2);
      const mask = this.aes.update(this.block);
      [left, right] = [right, left.map((byte, index) => byte ^ (mask[index] ?? 0))];
    }
    return Uint8Array.of(...left, ...right);
  }
}

/** What is the same on every host, and an IPv6 address that would be read as IPv4. */
function isKept(address: string): boolean {
  return address === SELF_CHECK_ADDRESS || /^(?:127\.|0\.0\.0\.0$|::1?$|::ffff:\d+\.)/.test(address);
}

function bytesOf(address: string): Uint8Array | undefined {
  if (address.includes(':')) return ipv6Bytes(address);
  const bytes = address.split('.').map(Number);
  return bytes.length === 4 && bytes.every((byte) => byte >= 0 && byte < 256) ? Uint8Array.from(bytes) : undefined;
}

function textOf(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : ipv6FromBytes(bytes);
}
