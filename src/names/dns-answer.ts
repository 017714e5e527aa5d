/** The addresses in a DNS message. */
import { type Answer, type DecodedPacket, decode } from 'dns-packet';
import type { Family } from '../model/address.js';
import { canonicalAddress } from '../model/address-bytes.js';
import { canonicalName, type NameAnswer } from '../model/name.js';

/** RFC 8767: a longer TTL is cut to a week; one with its highest bit set is 0 (RFC 2181). */
const LONGEST_TTL_S = 604_800;
/** Aliases are followed this far: resolvers stop earlier. */
const LONGEST_CHAIN = 16;
/** Of one answer. */
const MOST_ADDRESSES = 256;
const FAMILIES: Readonly<Record<string, Family>> = { A: 4, AAAA: 6 };

/** A record takes 11 bytes at least: a header that promises more than fit is not believed. */
const HEADER_BYTES = 12;
const LEAST_RECORD_BYTES = 11;

/**
 * The answer to a question for the addresses of a name, by the name that was asked for: aliases (CNAME) are followed within the
 * message. None at all where the message is another kind of answer, was cut short (the asker comes again over TCP), or says
 * that something went wrong. Of a name that does not exist it speaks for both families. Undefined where it cannot be read.
 */
export function readAnswers(message: Uint8Array): NameAnswer[] | undefined {
  const packet = decodeMessage(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
  if (packet === undefined) return undefined;
  const question = packet.questions?.[0];
  const family = FAMILIES[question?.type ?? ''];
  const name = canonicalName(question?.name ?? '');
  if (!packet.flag_qr || packet.flag_tc || packet.opcode !== 'QUERY' || question?.class !== 'IN') return [];
  if (family === undefined || name === undefined) return [];
  if (packet.rcode === 'NXDOMAIN') return ([4, 6] as const).map((each) => noAddress(name, each));
  return packet.rcode === 'NOERROR' ? [addressesOf(name, family, packet.answers ?? [])] : [];
}

/** dns-packet gives these two, its types leave them out. */
type Message = DecodedPacket & { readonly rcode?: string; readonly opcode?: string };

function decodeMessage(message: Buffer): Message | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16BE(4) > 1) return undefined;
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  if (records * LEAST_RECORD_BYTES > message.length - HEADER_BYTES) return undefined;
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}

function noAddress(name: string, family: Family): NameAnswer {
  return { name, family, addresses: [], ttlS: 0 };
}

function addressesOf(name: string, family: Family, records: readonly Answer[]): NameAnswer {
  const addresses = new Set<string>();
  const { end, ttlS: chainTtlS } = followAliases(name, records);
  let ttlS = chainTtlS;
  for (const record of records) {
    if ((record.type !== 'A' && record.type !== 'AAAA') || FAMILIES[record.type] !== family) continue;
    if (record.name.toLowerCase() !== end || addresses.size === MOST_ADDRESSES) continue;
    const address = canonicalAddress(record.data);
    if (address === undefined) continue;
    addresses.add(address);
    ttlS = Math.min(ttlS, ttlOf(record.ttl));
  }
  return addresses.size === 0 ? noAddress(name, family) : { name, family, addresses: [...addresses], ttlS };
}

/** The name at the end of the aliases, in lower case, and the least TTL on the way. */
function followAliases(name: string, records: readonly Answer[]): { end: string; ttlS: number } {
  const aliases = new Map<string, { readonly to: string; readonly ttlS: number }>();
  for (const record of records) {
    if (record.type === 'CNAME')
      aliases.set(record.name.toLowerCase(), { to: record.data.toLowerCase(), ttlS: ttlOf(record.ttl) });
  }
  let end = name;
  let ttlS = LONGEST_TTL_S;
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const alias = aliases.get(end);
    if (alias === undefined) break;
    end = alias.to;
    ttlS = Math.min(ttlS, alias.ttlS);
  }
  return { end, ttlS };
}

function ttlOf(ttl: number | undefined): number {
  return ttl === undefined || ttl >= 0x8000_0000 ? 0 : Math.min(ttl, LONGEST_TTL_S);
}
