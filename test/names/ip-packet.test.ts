import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { readPacket } from '../../src/names/ip-packet.js';
import { ipv4, ipv6, tcp as tcpOf, udp as udpOf } from '../lab/ip-packets.js';

const UDP = 17;
const TCP = 6;

const udp = (payload: string) => udpOf(Buffer.from(payload));
/** With the options of a Linux connection: 12 bytes. */
const tcp = (payload: string, flags: number) => tcpOf(Buffer.from(payload), flags, { options: 12 });

const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());

describe('an IP packet', () => {
  it('gives up the payload of UDP, without options and padding', () => {
    for (const packet of [ipv4(UDP, udp('hello')), ipv4(UDP, udp('hello'), { options: 8, padding: 13 })])
      equal(text(readPacket(packet, 4)?.payload), 'hello');
    equal(text(readPacket(ipv6(UDP, udp('hello')), 6)?.payload), 'hello');
  });

  it('gives up the payload of TCP with its place in the stream', () => {
    for (const [family, packet] of [
      [4, ipv4(TCP, tcp('hello', 0x18))],
      [6, ipv6(TCP, tcp('hello', 0x19))],
    ] as const) {
      const read = readPacket(packet, family);
      if (read?.kind !== 'segment') throw new Error('no segment');
      deepEqual(
        [text(read.payload), read.sequence, read.begins, read.ends],
        ['hello', 4_000_000_000, false, family === 6],
      );
    }
  });

  it('is not read where it is the first of fragments', () => {
    equal(readPacket(ipv4(UDP, udp('hello'), { fragment: 0x2000 }), 4), undefined);
  });

  it('never makes it throw, whatever bytes it has', () => {
    const good = ipv4(TCP, tcp('hello', 2));
    const damaged = fc.tuple(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255))), fc.nat(good.length));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        damaged,
        fc.constantFrom(4 as const, 6 as const),
        (any, [changes, length], family) => {
          readPacket(Buffer.from(any), family);
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          readPacket(bytes.subarray(0, length), family);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
