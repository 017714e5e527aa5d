import { Observable } from 'rxjs';
import type { Destroyed } from '../model/snapshot.js';
import { bootTimeUs, wallOffsetUs } from '../sys/clock.js';
import { NetlinkError, NetlinkSocket } from '../sys/netlink.js';
import { insideNetns, listNetns, ownNetns } from '../sys/netns.js';
import { decodeDiagMessages } from './diag-row.js';

/** SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY of include/uapi/linux/sock_diag.h (Linux 4.2): what `ss -E` reads. */
const GROUPS = [1, 3];
const POLL_MS = 50;
/** Namespaces are listed anew every this many polls. */
const LIST_EVERY = 20;

/**
 * The sockets that the kernel destroys, with their last tcp_info. Needs CAP_NET_ADMIN in each namespace; where it is not
 * given, nothing is heard. A message is read up to 50 ms after the fact.
 */
export function openDestroyed({ netns }: { readonly netns: 'all' | 'self' }): Observable<Destroyed> {
  return new Observable<Destroyed>((subscriber) => {
    const listeners = new Map<number, NetlinkSocket>();
    let polls = 0;
    const timer = setInterval(() => {
      if (polls++ % LIST_EVERY === 0) followNamespaces(listeners, netns);
      for (const [place, socket] of listeners) for (const each of readAll(place, socket)) subscriber.next(each);
    }, POLL_MS);
    return () => {
      clearInterval(timer);
      for (const socket of listeners.values()) socket.close();
    };
  });
}

/** Listens in new namespaces, and lets go of those that nobody else uses: an open socket would keep them alive. */
function followNamespaces(listeners: Map<number, NetlinkSocket>, which: 'all' | 'self'): void {
  const places = which === 'all' ? listNetns() : [{ netns: ownNetns(), path: '/proc/self/ns/net' }];
  const living = new Set(places.map((place) => place.netns));
  for (const [place, socket] of listeners) {
    if (living.has(place)) continue;
    socket.close();
    listeners.delete(place);
  }
  for (const { netns, path } of places) {
    if (listeners.has(netns)) continue;
    const socket = listenIn(path);
    if (socket !== undefined) listeners.set(netns, socket);
  }
}

function listenIn(path: string): NetlinkSocket | undefined {
  try {
    return insideNetns(path, () => {
      const socket = new NetlinkSocket();
      try {
        for (const group of GROUPS) socket.join(group);
        return socket;
      } catch {
        socket.close();
        return undefined;
      }
    });
  } catch {
    return undefined;
  }
}

function readAll(netns: number, socket: NetlinkSocket): Destroyed[] {
  const found: Destroyed[] = [];
  const offsetUs = wallOffsetUs();
  try {
    for (let bytes = socket.receiveNow(); bytes !== undefined; bytes = socket.receiveNow()) {
      const copy = Uint8Array.prototype.slice.call(bytes);
      for (const row of decodeDiagMessages(copy))
        found.push({ kind: 'destroyed', netns, bootUs: bootTimeUs(), offsetUs, row });
    }
  } catch (error) {
    // An overrun loses last words; the next snapshot still sees that the sockets are gone.
    if (!(error instanceof NetlinkError) || !error.overrun) throw error;
  }
  return found;
}
