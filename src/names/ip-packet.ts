/** What an IP packet carries: UDP datagrams and TCP segments, taken apart as far as DNS needs it. */
import type { Family } from '../model/address.js';

const TCP = 6;
const UDP = 17;
const MORE_FRAGMENTS = 0x2000;

export interface Datagram {
  readonly kind: 'datagram';
  readonly payload: Uint8Array;
}

export interface Segment {
  readonly kind: 'segment';
  /** Names the direction of a connection among others of its namespace: addresses and ports, in bytes of one character each. */
  readonly flow: string;
  readonly sequence: number;
  readonly begins: boolean;
  readonly ends: boolean;
  readonly payload: Uint8Array;
}

/** Reads a packet from its IP header on; undefined for what is cut short, fragmented, or neither UDP nor TCP. The payload is a view. */
export function readPacket(packet: Buffer, family: Family): Datagram | Segment | undefined {
  const network = family === 4 ? readIpv4(packet) : readIpv6(packet);
  if (network === undefined) return undefined;
  const { protocol, addresses, transport } = network;
  if (protocol === UDP) return readUdp(transport);
  return protocol === TCP ? readTcp(transport, addresses) : undefined;
}

interface Network {
  readonly protocol: number;
  readonly addresses: Buffer;
  readonly transport: Buffer;
}

function readIpv4(packet: Buffer): Network | undefined {
  if (packet.length < 20) return undefined;
  const header = (packet.readUInt8(0) & 15) * 4;
  if (header < 20 || (packet.readUInt16BE(6) & MORE_FRAGMENTS) !== 0) return undefined;
  const transport = withoutPadding(packet, header, packet.readUInt16BE(2));
  return transport && { protocol: packet.readUInt8(9), addresses: packet.subarray(12, 20), transport };
}

function readIpv6(packet: Buffer): Network | undefined {
  if (packet.length < 40) return undefined;
  const payload = packet.readUInt16BE(4);
  const transport = withoutPadding(packet, 40, payload === 0 ? 0 : payload + 40);
  return transport && { protocol: packet.readUInt8(6), addresses: packet.subarray(8, 40), transport };
}

/** A short packet comes with the padding of its frame; the kernel leaves the length of one that it joined from many at 0. */
function withoutPadding(packet: Buffer, from: number, total: number): Buffer | undefined {
  const end = total === 0 ? packet.length : total;
  return from <= end && end <= packet.length ? packet.subarray(from, end) : undefined;
}

function readUdp(datagram: Buffer): Datagram | undefined {
  if (datagram.length < 8) return undefined;
  const length = datagram.readUInt16BE(4);
  return length < 8 || length > datagram.length
    ? undefined
    : { kind: 'datagram', payload: datagram.subarray(8, length) };
}

function readTcp(segment: Buffer, addresses: Buffer): Segment | undefined {
  if (segment.length < 20) return undefined;
  const header = (segment.readUInt8(12) >> 4) * 4;
  if (header < 20 || header > segment.length) return undefined;
  const flags = segment.readUInt8(13);
  return {
    kind: 'segment',
    flow: addresses.toString('latin1') + segment.toString('latin1', 0, 4),
    sequence: segment.readUInt32BE(4),
    begins: (flags & 2) !== 0,
    ends: (flags & 5) !== 0,
    payload: segment.subarray(header),
  };
}
