/** A connect(2) that failed at once, on this host, before any packet was sent. */
import type { ExplainContext } from './context.js';
import { at, type Sentence, sentence, words } from './sentence.js';
import { endEvidence, ownerOf, peerOf, type Subject } from './subject.js';

/** What errors of a connect mean, by name. */
export const MEANING: Readonly<Record<string, string>> = {
  EHOSTUNREACH:
    'a router reported the host unreachable, or no host on the link answers for its address (ARP, neighbour discovery)',
  ENETUNREACH: 'no route to its network, here or at a router on the path',
  ECONNREFUSED: 'something on the path rejects it (ICMP)',
  EACCES: 'forbidden by a route or a firewall, here or on the path',
  EPERM: 'a firewall on this host forbids it',
  EHOSTDOWN: 'no host on the link answers for its address',
  ENETDOWN: 'the interface is down',
  EADDRNOTAVAIL: 'no local port was free for it, or its four-tuple or local address is not available',
  EADDRINUSE: 'its local address and port are in use toward that peer',
  EINVAL: 'the address does not fit the socket',
  EAFNOSUPPORT: 'the socket is of another address family',
  ENOBUFS: 'the kernel was out of buffers',
  ENOMEM: 'the kernel was out of memory',
};

export function explainConnectFailed(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, ended, state } = subject;
  if (ended === undefined) return [];
  if (ended.reason !== 'failed' && !(ended.reason === 'unreachable' && state === 'UNCONN')) return [];
  const failed = context.events(connection.id).filter(({ kind }) => kind === 'connect');
  const [first] = failed;
  const meaning = first === undefined ? undefined : MEANING[first.detail];
  return [
    sentence(
      words`connect(2) of ${ownerOf(connection)} to ${peerOf(connection)} failed at once, at ${at(first?.atUs ?? ended.atUs)}, with ${first?.detail ?? 'an error that is not recorded'}${meaning === undefined ? '' : `: ${meaning}`}. No packet left this host.`,
      ...failed.slice(0, 2).map((event) => ({ kind: 'event', event }) as const),
      ...endEvidence(subject),
    ),
  ];
}
