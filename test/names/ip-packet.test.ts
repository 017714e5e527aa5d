import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { readPacket } from '../../src/names/ip-packet.js';

const UDP = 17;
const TCP = 6;

function ipv4(protocol: number, transport: Buffer, { options = 0, padding = 0, fragment = 0 } = {}): Buffer {
  const header = Buffer.alloc(20 + options);
  header.writeUInt8(0x40 | (header.length / 4), 0);
  header.writeUInt16BE(header.length + transport.length, 2);
  header.writeUInt16BE(fragment, 6);
  header.writeUInt8(protocol, 9);
  return Buffer.concat([header, transport, Buffer.alloc(padding, 0xee)]);
}

function ipv6(protocol: number, transport: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(transport.length, 4);
  header.writeUInt8(protocol, 6);
  return Buffer.concat([header, transport]);
}

function udp(payload: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(53, 0);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

function tcp(payload: string, flags: number): Buffer {
  const header = Buffer.alloc(32);
  header.writeUInt16BE(53, 0);
  header.writeUInt32BE(4_000_000_000, 4);
  header.writeUInt8(8 << 4, 12);
  header.writeUInt8(flags, 13);
  return Buffer.concat([header, Buffer.from(payload)]);
}

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
