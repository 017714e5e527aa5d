import { anyAddress } from '../model/address.js';
import type { FourTuple } from '../model/four-tuple.js';
import type { Destroyed, DestroyedLoss } from '../model/snapshot.js';
import { bootTimeUs, wallOffsetUs } from '../sys/clock.js';
import { BURST_BYTES, NetlinkError, NetlinkSocket } from '../sys/netlink.js';
import { insideNetns, listNetns, ownNetns } from '../sys/netns.js';
import { decodeDiagMessages } from './diag-row.js';

/** SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY of include/uapi/linux/sock_diag.h (Linux 4.2): what `ss -E` reads. */
const GROUPS = [1, 3];

/** One for all listeners: rows get a copy. */
const buffer = new Uint8Array(BURST_BYTES);

interface Listener {
  readonly socket: NetlinkSocket;
  /** Everything up to then has been read. */
  readBootUs: number;
}

/** One socket in the destroy groups of each network namespace. */
export class DestroyListeners {
  private readonly listeners = new Map<number, Listener>();

  /** Listens in new namespaces, and stops in those that are otherwise unused: an open socket would keep them alive. */
  follow(which: 'all' | 'self'): void {
    const places = which === 'all' ? listNetns() : [{ netns: ownNetns(), path: '/proc/self/ns/net' }];
    const living = new Set(places.map((place) => place.netns));
    for (const [netns, { socket }] of this.listeners) {
      if (living.has(netns)) continue;
      socket.close();
      this.listeners.delete(netns);
    }
    for (const { netns, path } of places) if (!this.listeners.has(netns)) this.listen(netns, path);
  }

  /** Delivers everything that has come since the last call. */
  drain(deliver: (value: Destroyed | DestroyedLoss) => void): void {
    for (const [netns, listener] of this.listeners) {
      const startBootUs = bootTimeUs();
      while (drainOne(netns, listener, deliver));
      listener.readBootUs = startBootUs;
    }
  }

  close(): void {
    for (const { socket } of this.listeners.values()) socket.close();
    this.listeners.clear();
  }

  private listen(netns: number, path: string): void {
    try {
      this.listeners.set(netns, { socket: listenIn(path, netns), readBootUs: bootTimeUs() });
    } catch {
      // Not permitted in there, or the namespace is gone: only snapshots show its sockets.
    }
  }
}

/**
 * A socket in the destroy groups of a namespace.
 * @throws SstoryError `netlink` or `netns` where that cannot be
 */
export function listenIn(path: string, netns?: number): NetlinkSocket {
  const open = () => {
    const socket = new NetlinkSocket();
    try {
      for (const group of GROUPS) socket.join(group);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  };
  return insideNetns(path, open, netns);
}

/** Reads one message; false where none waits. */
function drainOne(netns: number, listener: Listener, deliver: (value: Destroyed | DestroyedLoss) => void): boolean {
  try {
    const length = listener.socket.receiveNow(buffer);
    if (length < 0) return false;
    const times = { netns, bootUs: bootTimeUs(), offsetUs: wallOffsetUs() };
    for (const row of decodeDiagMessages(buffer.slice(0, length)))
      if (hasName(row.tuple)) deliver({ kind: 'destroyed', ...times, row });
  } catch (error) {
    if (!(error instanceof NetlinkError) || !error.overrun) throw error;
    const times = { netns, bootUs: bootTimeUs(), offsetUs: wallOffsetUs() };
    deliver({ kind: 'destroyed-loss', ...times, fromBootUs: listener.readBootUs });
  }
  return true;
}

/**
 * Whether the four-tuple still identifies the socket: a connection, or a listener. One that failed to connect has lost
 * its remote port by then (tcp_disconnect), one that was never bound has none.
 */
function hasName({ family, localPort, remoteAddr, remotePort }: FourTuple): boolean {
  return remotePort !== 0 || (localPort !== 0 && remoteAddr === anyAddress(family));
}
