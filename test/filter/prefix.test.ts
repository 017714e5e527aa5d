import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressBytes, isIn, parsePrefix, prefixText } from '../../src/filter/prefix.js';
import { ipv6FromBytes } from '../../src/model/address.js';

const ipv4 = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((octets) => octets.join('.'));
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(ipv6FromBytes);

/** The definition: the first bits, written out, are the same. */
function sameFirstBits(a: string, b: string, bits: number): boolean {
  const binary = (text: string) =>
    Array.from(addressBytes(text) ?? [], (byte) => byte.toString(2).padStart(8, '0')).join('');
  return binary(a).slice(0, bits) === binary(b).slice(0, bits);
}

describe('a prefix', () => {
  it('holds the addresses whose first bits are its own', () => {
    const pair = (address: fc.Arbitrary<string>, most: number) => fc.tuple(address, address, fc.nat(most));
    fc.assert(
      fc.property(fc.oneof(pair(ipv4, 32), pair(ipv6, 128)), ([address, other, bits]) => {
        const prefix = parsePrefix(`${other}/${bits}`);
        assert.ok(prefix !== undefined);
        assert.equal(isIn(address, prefix), sameFirstBits(address, other, bits));
        assert.equal(isIn(other, prefix), true);
        assert.deepEqual(parsePrefix(prefixText(prefix)), prefix);
      }),
    );
  });
  it('of IPv4 holds v4-mapped addresses, and of IPv6 no IPv4 address', () => {
    const holds = (prefix: string, address: string) => isIn(address, parsePrefix(prefix) ?? assert.fail());
    assert.equal(holds('10.0.0.0/8', '::ffff:10.1.2.3'), true);
    assert.equal(holds('10.1.2.3', '::ffff:10.1.2.3'), true);
    assert.equal(holds('0.0.0.0/0', '::1'), false);
    assert.equal(holds('::/0', '10.1.2.3'), false);
    assert.equal(holds('::/0', '::ffff:10.1.2.3'), true);
    assert.equal(holds('::ffff:10.0.0.0/104', '::ffff:10.1.2.3'), true);
  });
  for (const text of [
    '',
    '/',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '256.0.0.0',
    '010.0.0.1',
    '1.2.3.4.5',
    '::1/129',
    ':',
    '1::2::3',
    'fe80::1%lo',
    '10.0.0.0/255.0.255.0',
    '::/255.0.0.0',
  ]) {
    it(`${JSON.stringify(text)} is none`, () => assert.equal(parsePrefix(text), undefined));
  }
});
