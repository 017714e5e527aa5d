/** Where names come from: DNS answers, packets with them, hosts files. */
import { isIP } from 'node:net';
import { type Answer, encode } from 'dns-packet';
import { canonicalName } from '../../../src/model/name.js';
import { readAnswers } from '../../../src/names/dns-answer.js';
import { parseHosts } from '../../../src/names/hosts-file.js';
import { readPacket } from '../../../src/names/ip-packet.js';
import { MessageStreams } from '../../../src/names/message-streams.js';
import { ipv4, ipv6, tcp, udp } from '../../lab/ip-packets.js';
import { type FuzzTarget, texts } from '../target.js';

const UDP = 17;
const TCP = 6;
const NXDOMAIN = 3;

const ANSWERS: readonly Answer[] = [
  { type: 'CNAME', name: 'alias.test', data: 'kafka.test', ttl: 20 },
  { type: 'A', name: 'kafka.test', data: '192.0.2.1', ttl: 30 },
  { type: 'A', name: 'kafka.test', data: '192.0.2.2', ttl: 30 },
];

const MESSAGES: readonly Buffer[] = [
  reply('A', 0, ANSWERS),
  reply('A', NXDOMAIN, []),
  reply('AAAA', 0, [{ type: 'AAAA', name: 'alias.test', data: '2001:db8::1', ttl: 30 }]),
  reply('A', 0, [
    ...ANSWERS,
    { type: 'TXT', name: 'x.test', data: 'text' },
    { type: 'SRV', name: 'x.test', data: { port: 1, target: 'y.test' } },
    { type: 'MX', name: 'x.test', data: { exchange: 'y.test' } },
    { type: 'SOA', name: 'x.test', data: { mname: 'a.test', rname: 'b.test' } },
    { type: 'CAA', name: 'x.test', data: { tag: 'issue', value: 'y.test' } },
    { type: 'PTR', name: 'x.test', data: 'y.test' },
    { type: 'DNSKEY', name: 'x.test', data: { flags: 257, algorithm: 8, key: Buffer.from('key') } },
    { type: 'DS', name: 'x.test', data: { keyTag: 1, algorithm: 8, digestType: 2, digest: Buffer.from('digest') } },
  ]),
];

function reply(type: 'A' | 'AAAA', flags: number, answers: readonly Answer[]): Buffer {
  return encode({ type: 'response', id: 7, flags, questions: [{ name: 'alias.test', type }], answers: [...answers] });
}

function checkName(name: string, address?: string): void {
  if (canonicalName(name) !== name) throw new Error(`not a canonical name: ${JSON.stringify(name)}`);
  if (address !== undefined && isIP(address) === 0) throw new Error(`not an address: ${JSON.stringify(address)}`);
}

function checkMessage(message: Uint8Array): void {
  for (const { name, addresses, ttlS } of readAnswers(message) ?? []) {
    checkName(name);
    for (const address of addresses) checkName(name, address);
    if (!(ttlS >= 0 && ttlS <= 604_800)) throw new Error(`TTL ${ttlS}`);
  }
}

export function dnsTarget(): FuzzTarget {
  return { samples: MESSAGES, words: [], read: checkMessage };
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** One MessageStreams for all inputs: what an input leaves behind must not grow. */
export function packetTarget(): FuzzTarget {
  const streams = new MessageStreams();
  return {
    samples: MESSAGES.flatMap((message) => [
      ipv4(UDP, udp(message)),
      ipv6(UDP, udp(message)),
      ipv4(TCP, tcp(framed(message), 0x18)),
      ipv6(TCP, tcp(Buffer.concat([framed(message), framed(message)]), 0x19)),
      ipv4(TCP, tcp(Buffer.alloc(0), 2)),
    ]),
    words: [],
    read(input) {
      for (const family of [4, 6] as const) {
        const packet = readPacket(input, family);
        if (packet?.kind === 'datagram') checkMessage(packet.payload);
        if (packet?.kind === 'segment') for (const message of streams.add(packet)) checkMessage(message);
      }
      streams.takeLost();
    },
  };
}

export function hostsTarget(): FuzzTarget {
  return {
    samples: texts(
      '127.0.0.1\tlocalhost  me # comment\n\n::1 localhost ip6-localhost\n192.0.2.1 Kafka.TEST. # x\r\nfe80::1%lo0 link\n',
    ),
    words: ['127.0.0.1', '::ffff:192.0.2.1', '#', '\n', '\t', ' ', '%', 'x.test', '.', '0.0.0.0'],
    read(input) {
      for (const { name, address } of parseHosts(input.toString('utf8'))) checkName(name, address);
    },
  };
}
