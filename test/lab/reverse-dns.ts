/**
 * Run as a process inside a network namespace: a DNS server on 127.0.0.53 that answers reverse look-ups, but only after `holdBack`
 * different ones have come (first argument; 0: it never answers). Prints each address that it is asked for, a line each.
 */
import { createSocket, type RemoteInfo } from 'node:dgram';
import { decode, encode } from 'dns-packet';

const holdBack = Number(process.argv[2]);
const socket = createSocket('udp4');
const waiting = new Map<string, () => void>();

/** `7.2.0.192.in-addr.arpa` is host-192-0-2-7.test. */
function answerTo(query: Buffer, peer: RemoteInfo): { address: string; answer: () => void } {
  const { id = 0, questions = [] } = decode(query);
  const name = questions[0]?.name ?? '';
  const address = name.split('.').slice(0, 4).reverse().join('.');
  const data = `host-${address.replaceAll('.', '-')}.test`;
  const answers = [{ type: 'PTR' as const, name, ttl: 60, data }];
  const bytes = encode({ type: 'response', id, questions, answers });
  return { address, answer: () => socket.send(bytes, peer.port, peer.address) };
}

socket.on('message', (query, peer) => {
  const { address, answer } = answerTo(query, peer);
  process.stdout.write(`${address}\n`);
  waiting.set(address, answer);
  if (holdBack === 0 || waiting.size < holdBack) return;
  for (const each of waiting.values()) each();
});
socket.bind(53, '127.0.0.53', () => process.stdout.write('ready\n'));
