/** IP packets as the kernel hands them to a packet socket, with what the reader of DNS answers looks at. */

export function ipv4(protocol: number, transport: Buffer, { options = 0, padding = 0, fragment = 0 } = {}): Buffer {
  const header = Buffer.alloc(20 + options);
  header.writeUInt8(0x40 | (header.length / 4), 0);
  header.writeUInt16BE(header.length + transport.length, 2);
  header.writeUInt16BE(fragment, 6);
  header.writeUInt8(protocol, 9);
  return Buffer.concat([header, transport, Buffer.alloc(padding, 0xee)]);
}

export function ipv6(protocol: number, transport: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(transport.length, 4);
  header.writeUInt8(protocol, 6);
  return Buffer.concat([header, transport]);
}

/** From port 53. */
export function udp(payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(53, 0);
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}

/** From port 53. `options`: bytes of them, a multiple of 4. */
export function tcp(payload: Buffer, flags: number, { options = 0 } = {}): Buffer {
  const header = Buffer.alloc(20 + options);
  header.writeUInt16BE(53, 0);
  header.writeUInt32BE(4_000_000_000, 4);
  header.writeUInt8((header.length / 4) << 4, 12);
  header.writeUInt8(flags, 13);
  return Buffer.concat([header, payload]);
}
