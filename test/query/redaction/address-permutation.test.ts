import { equal, notEqual, ok } from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { canonicalAddress } from '../../../src/model/address-bytes.js';
import { SELF_CHECK_ADDRESS } from '../../../src/model/self-check.js';
import { AddressPermutation } from '../../../src/query/redaction/address-permutation.js';

const key = new Uint8Array(32).fill(7);
const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6().map((text) => canonicalAddress(text) ?? '::2');

describe('addresses that are replaced', () => {
  const addresses = new AddressPermutation(key);

  it('are the same for equal ones, whatever was replaced before, and different for different ones', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(ipv4, ipv6), { maxLength: 30 }), (all) => {
        const again = new AddressPermutation(key);
        for (const address of all.toReversed()) equal(again.of(address), addresses.of(address));
        equal(new Set(all.map((address) => addresses.of(address))).size, new Set(all).size);
      }),
    );
  });

  it('stay in their family, and in canonical form', () => {
    fc.assert(
      fc.property(ipv4, ipv6, (four, six) => {
        ok(isIPv4(addresses.of(four)));
        ok(isIPv6(addresses.of(six)));
        equal(canonicalAddress(addresses.of(six)), addresses.of(six));
      }),
    );
    equal(addresses.of('::ffff:10.0.0.1'), `::ffff:${addresses.of('10.0.0.1')}`);
  });

  it('do not show a prefix: those of one network share no more than chance has it', () => {
    const firsts = new Set(Array.from({ length: 256 }, (_, last) => addresses.of(`10.0.0.${last}`).split('.')[0]));
    ok(firsts.size > 100, `${firsts.size} first bytes`);
  });

  it('are others with another key', () => {
    notEqual(new AddressPermutation(new Uint8Array(32).fill(8)).of('10.0.0.1'), addresses.of('10.0.0.1'));
  });

  it('keep what is the same on every host, and nothing else becomes that', () => {
    for (const kept of ['127.0.0.1', '127.1.2.3', '0.0.0.0', '::', '::1', '::ffff:127.0.0.1', SELF_CHECK_ADDRESS])
      equal(addresses.of(kept), kept);
    const all = Array.from({ length: 5_000 }, (_, index) => addresses.of(`9.9.${index >> 8}.${index & 255}`));
    ok(all.every((address) => !address.startsWith('127.')));
  });

  it('are left out where they are none', () => {
    equal(addresses.of('kafka.test'), '');
    equal(addresses.of('10.0.0.256'), '');
  });
});
