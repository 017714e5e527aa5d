/** A connect(2) that failed at once, on this host, before any packet was sent. */
import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import type { FourTuple } from '../model/four-tuple.js';
import { SELF_CHECK_ADDRESS } from '../model/self-check.js';
import type { ExplainContext } from './context.js';
import { heldToward } from './held-ports.js';
import { at, type Sentence, sentence, words } from './sentence.js';
import { endEvidence, ownerOf, peerOf, type Subject } from './subject.js';

/** No route leads there. Others can have other causes: EACCES, EINVAL. */
const NO_ROUTE: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH']);

const NO_PORT = 'no local port was left for it';
const MEANING: Readonly<Record<string, string>> = {
  // The types of routes: fib_props, net/ipv4/fib_semantics.c, and fib6_prop, net/ipv6/route.c.
  EHOSTUNREACH: 'its route is of type unreachable',
  EACCES: 'its route is of type prohibit, or a security module (SELinux, AppArmor) or a BPF program forbids it',
  EAGAIN: 'its route is of type throw',
  ENETUNREACH: 'no route to its network on this host',
  // A packet that nftables drops does not fail connect(2): the kernel sends the SYN again.
  EPERM: 'a seccomp filter, a BPF program of its cgroup or a security module of this host forbids it',
  ECONNREFUSED: 'a firewall of this host rejects it',
  ENETDOWN: 'the interface is down',
  EADDRINUSE: 'its local address and port are in use toward that peer',
  EAFNOSUPPORT: 'the socket is of another address family',
  EFAULT: 'the program passed an address that is not in its memory',
  ENOBUFS: 'the kernel was out of buffers',
  ENOMEM: 'the kernel was out of memory',
};

/** What the errno of a connect that failed at once means for its addresses; undefined for one that is not known. */
export function meaningAtOnce(error: string, tuple: Omit<FourTuple, 'family' | 'remotePort'>): string | undefined {
  const { localAddr, localPort, remoteAddr } = tuple;
  if (error === 'EADDRNOTAVAIL') {
    return localPort === 0
      ? `${NO_PORT}, or its local address does not exist`
      : 'the address and port that it was bound to were in use toward that peer, or the address does not exist';
  }
  if (error === 'EINVAL') {
    // tcp_v6_connect(), net/ipv6/tcp_ipv6.c
    if (/^fe[89ab]/.test(remoteAddr)) return 'a link-local address needs its interface, as in fe80::1%eth0';
    // __mkroute_output(), net/ipv4/route.c
    if (isLoopback(localAddr) && !isLoopback(remoteAddr))
      return `the socket is bound to ${localAddr}, from which only this host itself can be reached`;
    if (remoteAddr === '0.0.0.0' || remoteAddr === '::') return 'the program passed an invalid address';
    return 'its route is of type blackhole, or the program passed an invalid address';
  }
  // tcp_v4_connect(), net/ipv4/tcp_ipv4.c, and tcp_v6_connect()
  if (error === 'ENETUNREACH' && isMulticast(remoteAddr)) return 'TCP cannot connect to a multicast address';
  return MEANING[error];
}

/** `meaningAtOnce` of a connect at `atUs`, by what else was connected to that peer then. */
export function meaningThen(
  context: ExplainContext,
  error: string,
  { netns, tuple }: Pick<Connection, 'netns' | 'tuple'>,
  atUs: number,
): string | undefined {
  const isWithoutPort = error === 'EADDRNOTAVAIL' && tuple.localPort === 0;
  const held = isWithoutPort ? heldToward(context, netns, tuple.remoteAddr, tuple.remotePort, atUs - 1).total : 0;
  return held > 0 ? NO_PORT : meaningAtOnce(error, tuple);
}

/** Of a connect that failed at once. */
export function isNoRoute(error: string): boolean {
  return NO_ROUTE.has(error);
}

/** Programs try both families, and use IPv4 where IPv6 has no route (RFC 8305). */
export function isMissingIpv6(error: string, address: string): boolean {
  return error === 'ENETUNREACH' && address.includes(':') && !address.startsWith('::ffff:');
}

export function failedAtOnce({ ended, state }: Subject): boolean {
  return ended?.reason === 'failed' || (ended?.reason === 'unreachable' && state === 'UNCONN');
}

/** The failure of connect(2). */
export function failureOf({ connection }: Subject, context: ExplainContext): ConnectionEvent | undefined {
  return context.events(connection.id).find(({ kind }) => kind === 'connect');
}

export function explainConnectFailed(subject: Subject, context: ExplainContext): Sentence[] {
  const { connection, ended } = subject;
  if (ended === undefined || !failedAtOnce(subject)) return [];
  if (isSelfCheck(connection)) return [selfCheck(subject)];
  const failed = failureOf(subject, context);
  const meaning = failed === undefined ? undefined : meaningThen(context, failed.detail, connection, failed.atUs);
  return [
    sentence(
      words`connect(2) of ${ownerOf(connection)}${hasAddress(connection) ? words` to ${peerOf(connection)}` : ''} failed at once, at ${at(failed?.atUs ?? ended.atUs)}, with ${failed?.detail ?? 'an error that is not recorded'}${meaning === undefined ? '' : `: ${meaning}`}. No packet left this host.`,
      ...(failed === undefined ? [] : [{ kind: 'event', event: failed } as const]),
      ...endEvidence(subject),
    ),
  ];
}

/** Of an address of another family, or in no memory of the program, nothing is known. */
function hasAddress({ tuple: { remoteAddr, remotePort } }: Connection): boolean {
  return remotePort !== 0 || !/^(0\.0\.0\.0|::)$/.test(remoteAddr);
}

/** The check of another recorder on this host that it sees connects. */
export function isSelfCheck({ tuple, steps }: Connection): boolean {
  return tuple.remoteAddr === SELF_CHECK_ADDRESS && steps.length === 0;
}

function selfCheck(subject: Subject): Sentence {
  return sentence(
    words`${ownerOf(subject.connection)} is another sstory recorder: by this connect, which is meant to fail, it checked that it sees connects.`,
    ...endEvidence(subject),
  );
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
}

function isMulticast(address: string): boolean {
  const [first = ''] = address.split('.');
  return address.startsWith('ff') || (Number(first) >= 224 && Number(first) < 240);
}
