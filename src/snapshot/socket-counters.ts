/** What the kernel counts of sockets: /proc/net/sockstat, sockstat6 and snmp (proc(5)). */
import { readFileSync } from 'node:fs';
import type { SocketCounters } from '../model/sockstat.js';

/** Counters of /proc/net/sockstat and sockstat6, `TCP6.inuse`; 0 where one is missing. */
export function readSockstat(): (key: string) => number {
  const counters = new Map<string, number>();
  for (const file of ['sockstat', 'sockstat6']) {
    for (const line of read(file).split('\n')) {
      const [name, numbers = ''] = line.split(':', 2);
      for (const [, key, value] of numbers.matchAll(/(\w+) (\d+)/g)) counters.set(`${name}.${key}`, Number(value));
    }
  }
  return (key) => counters.get(key) ?? 0;
}

/** CurrEstab (RFC 1213): TCP connections in ESTAB and CLOSE-WAIT. */
export function readEstablished(): number {
  const [names = '', values = ''] = read('snmp')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('CurrEstab')] ?? 0);
}

/** Those that a list of TCP sockets does not show. */
export function socketCounters(of: (key: string) => number): SocketCounters {
  return {
    used: of('sockets.used'),
    tcpAlloc: of('TCP.alloc'),
    tcpOrphan: of('TCP.orphan'),
    udp: of('UDP.inuse') + of('UDPLITE.inuse'),
    udp6: of('UDP6.inuse') + of('UDPLITE6.inuse'),
    raw: of('RAW.inuse'),
    raw6: of('RAW6.inuse'),
    frag: of('FRAG.inuse'),
    frag6: of('FRAG6.inuse'),
  };
}

/** The thread's own view: only the thread enters another namespace. */
function read(file: string): string {
  try {
    return readFileSync(`/proc/thread-self/net/${file}`, 'utf8');
  } catch {
    return '';
  }
}
