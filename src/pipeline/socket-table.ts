import { type FourTuple, fourTupleKey } from '../model/four-tuple.js';
import type { TrackedSocket } from './tracked-socket.js';

/** How many closed sockets stay findable by address for the system call that comes back after their end. */
const MAX_RECENTLY_CLOSED = 16_384;

/**
 * The open sockets, found by each of their names: `struct sock` address, cookie, and (netns, four-tuple).
 * Several sockets may share a four-tuple (SO_REUSEPORT listeners, a TIME-WAIT and its successor for a moment).
 */
export class SocketTable {
  private readonly byAddress = new Map<number, TrackedSocket>();
  private readonly byCookieMap = new Map<number, TrackedSocket>();
  private readonly byTuple = new Map<string, TrackedSocket[]>();
  private readonly byNetns = new Map<number, Set<TrackedSocket>>();
  /** When sockets ended, by their key: a dump that was under way then may still show them. Oldest first. */
  private readonly endings = new Map<string, number>();
  private readonly recentlyClosed = new Map<number, TrackedSocket>();
  /** SYN-SENT sockets whose local port is not known yet. */
  private readonly portless = new Set<TrackedSocket>();

  get size(): number {
    let size = 0;
    for (const sockets of this.byNetns.values()) size += sockets.size;
    return size;
  }

  add(socket: TrackedSocket): void {
    let netns = this.byNetns.get(socket.netns);
    if (netns === undefined) {
      netns = new Set();
      this.byNetns.set(socket.netns, netns);
    }
    netns.add(socket);
    if (socket.skaddr !== 0) this.byAddress.set(socket.skaddr, socket);
    if (socket.cookie !== undefined) this.byCookieMap.set(socket.cookie, socket);
    this.indexTuple(socket);
  }

  /** Takes a socket that has ended (or whose history belongs to another row) out of every index. */
  remove(socket: TrackedSocket): void {
    this.byNetns.get(socket.netns)?.delete(socket);
    this.forgetAddress(socket);
    if (socket.cookie !== undefined && this.byCookieMap.get(socket.cookie) === socket) {
      this.byCookieMap.delete(socket.cookie);
    }
    this.unindexTuple(socket);
    if (socket.carried) return;
    const key = keyOf(socket.netns, socket.tuple);
    this.endings.delete(key);
    this.endings.set(key, socket.changedBootUs);
  }

  /** Whether a socket with this four-tuple ended at or after a boot time. */
  endedSince(netns: number, tuple: FourTuple, bootUs: number): boolean {
    return (this.endings.get(keyOf(netns, tuple)) ?? Number.NEGATIVE_INFINITY) >= bootUs;
  }

  /** Forgets the endings before a boot time that no dump is older than. */
  forgetEndings(beforeBootUs: number): void {
    for (const [key, bootUs] of this.endings) {
      if (bootUs >= beforeBootUs) return;
      this.endings.delete(key);
    }
  }

  /** The kernel's full socket is gone, a small one has taken its place. */
  forgetAddress(socket: TrackedSocket): void {
    if (socket.skaddr === 0) return;
    if (this.byAddress.get(socket.skaddr) === socket) this.byAddress.delete(socket.skaddr);
    if (this.recentlyClosed.size >= MAX_RECENTLY_CLOSED) this.recentlyClosed.clear();
    this.recentlyClosed.set(socket.skaddr, socket);
  }

  setAddress(socket: TrackedSocket, skaddr: number): void {
    socket.skaddr = skaddr;
    this.byAddress.set(skaddr, socket);
  }

  setCookie(socket: TrackedSocket, cookie: number): void {
    if (cookie === 0 || socket.cookie === cookie) return;
    if (socket.cookie !== undefined && this.byCookieMap.get(socket.cookie) === socket) {
      this.byCookieMap.delete(socket.cookie);
    }
    socket.cookie = cookie;
    this.byCookieMap.set(cookie, socket);
  }

  setTuple(socket: TrackedSocket, tuple: FourTuple): void {
    this.unindexTuple(socket);
    socket.tuple = tuple;
    this.indexTuple(socket);
  }

  atAddress(skaddr: number): TrackedSocket | undefined {
    return skaddr === 0 ? undefined : this.byAddress.get(skaddr);
  }

  withCookie(cookie: number): TrackedSocket | undefined {
    return cookie === 0 ? undefined : this.byCookieMap.get(cookie);
  }

  /** All open sockets of a netns with a four-tuple, oldest first. */
  withTuple(netns: number, tuple: FourTuple): readonly TrackedSocket[] {
    return this.byTuple.get(keyOf(netns, tuple)) ?? [];
  }

  /** The one open socket with a four-tuple in whatever netns; undefined where there are several, or none. */
  aloneWithTuple(tuple: FourTuple): TrackedSocket | undefined {
    const found = [...this.byNetns.keys()].flatMap((netns) => this.withTuple(netns, tuple));
    return found.length === 1 ? found[0] : undefined;
  }

  /** A SYN-SENT socket without a known local port that may be the one with this tuple. */
  portlessLike(netns: number, tuple: FourTuple, inode: number): TrackedSocket | undefined {
    for (const socket of this.portless) {
      if (
        socket.netns === netns &&
        socket.tuple.remotePort === tuple.remotePort &&
        socket.tuple.remoteAddr === tuple.remoteAddr &&
        (inode === 0 || socket.inode === undefined || socket.inode === inode)
      ) {
        return socket;
      }
    }
    return undefined;
  }

  /** The last socket that had this address and gave it up. */
  lastAt(skaddr: number): TrackedSocket | undefined {
    return skaddr === 0 ? undefined : this.recentlyClosed.get(skaddr);
  }

  inNetns(netns: number): Iterable<TrackedSocket> {
    return this.byNetns.get(netns) ?? [];
  }

  *[Symbol.iterator](): Iterator<TrackedSocket> {
    for (const sockets of this.byNetns.values()) yield* sockets;
  }

  private indexTuple(socket: TrackedSocket): void {
    if (socket.tuple.localPort === 0) {
      this.portless.add(socket);
      return;
    }
    const key = keyOf(socket.netns, socket.tuple);
    const sharing = this.byTuple.get(key);
    if (sharing === undefined) this.byTuple.set(key, [socket]);
    else sharing.push(socket);
  }

  private unindexTuple(socket: TrackedSocket): void {
    if (socket.tuple.localPort === 0) {
      this.portless.delete(socket);
      return;
    }
    const key = keyOf(socket.netns, socket.tuple);
    const sharing = this.byTuple.get(key);
    if (sharing === undefined) return;
    if (sharing.length === 1 && sharing[0] === socket) {
      this.byTuple.delete(key);
      return;
    }
    const index = sharing.indexOf(socket);
    if (index >= 0) sharing.splice(index, 1);
    if (sharing.length === 0) this.byTuple.delete(key);
  }
}

function keyOf(netns: number, tuple: FourTuple): string {
  return `${netns} ${fourTupleKey(tuple)}`;
}
