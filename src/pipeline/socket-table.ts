import { type FourTuple, portsOf, sameAddresses } from '../model/four-tuple.js';
import { ClosedAddresses } from './closed-addresses.js';
import { NetnsSockets } from './netns-sockets.js';
import { NumberTable } from './number-table.js';
import { ParkedSockets } from './parked-sockets.js';
import { RecentEndings } from './recent-endings.js';
import type { TrackedSocket } from './tracked-socket.js';

const NONE: readonly TrackedSocket[] = [];

/**
 * The open sockets, found by each of their names: `struct sock` address, cookie, and (netns, four-tuple).
 * Several sockets may share a four-tuple (SO_REUSEPORT listeners, a TIME-WAIT and its successor for a moment).
 *
 * A socket enters and leaves all of this within a millisecond on a busy host. So four-tuples are found by their two ports
 * first, one small integer, and the few sockets that share them form a chain; a netns's sockets are a list in which each knows
 * its place.
 */
export class SocketTable {
  private readonly byAddress = new NumberTable<TrackedSocket>();
  private readonly byCookieMap = new NumberTable<TrackedSocket>();
  /** TIME-WAITs whose cookie is known as another one's. */
  private readonly bySharedCookie = new NumberTable<TrackedSocket>();
  private readonly byPorts = new NumberTable<TrackedSocket>();
  private readonly byNetns = new Map<number, NetnsSockets>();
  private readonly endings = new RecentEndings();
  private readonly closed = new ClosedAddresses();
  /** Those in TIME-WAIT, which are in none of the other indexes: each becomes an object of them when it is asked for. */
  readonly parked = new ParkedSockets();
  /** Called with each that has become an object again. */
  onUnpark: (socket: TrackedSocket) => void = () => undefined;
  /** SYN-SENT sockets whose local port is not known yet. */
  private readonly portless = new Set<TrackedSocket>();

  get size(): number {
    let size = this.parked.count;
    for (const sockets of this.byNetns.values()) size += sockets.size;
    return size;
  }

  add(socket: TrackedSocket): void {
    this.ofNetns(socket.netns).add(socket);
    if (socket.skaddr !== 0) this.byAddress.set(socket.skaddr, socket);
    if (socket.cookie !== undefined) this.byCookieMap.set(socket.cookie, socket);
    this.indexTuple(socket);
  }

  /** Keeps an open socket in compact form if it can be: its slot; else undefined. */
  park(socket: TrackedSocket): number | undefined {
    const slot = this.parked.add(socket);
    if (slot === undefined) return undefined;
    const sockets = this.ofNetns(socket.netns);
    sockets.remove(socket);
    sockets.parked++;
    this.leaveKeys(socket);
    socket.parkedAt = slot;
    return slot;
  }

  /** Makes a socket of a slot, and puts it into the indexes. */
  unpark(slot: number): TrackedSocket {
    const sockets = this.ofNetns(this.parked.netnsAt(slot));
    const socket = this.parked.remove(slot, sockets.lastDumps.completeBootUs);
    sockets.parked--;
    this.add(socket);
    this.onUnpark(socket);
    return socket;
  }

  /** Removes a parked socket that has ended. */
  dropParked(slot: number, endBootUs: number): void {
    const { parked } = this;
    const netns = parked.netnsAt(slot);
    this.endings.add(endingKey(netns, parked.portsAt(slot)), endBootUs);
    parked.drop(slot);
    this.ofNetns(netns).parked--;
  }

  /** Removes a socket that has ended from every index. */
  remove(socket: TrackedSocket): void {
    this.leaveNetns(socket);
    this.forgetAddress(socket);
    this.leaveKeys(socket);
    this.endings.add(endingKey(socket.netns, portsOf(socket.tuple)), socket.changedBootUs);
  }

  /** Whether a socket with this four-tuple ended at or after a boot time; rarely also true where another one shares its key. */
  endedSince(netns: number, tuple: FourTuple, bootUs: number): boolean {
    return this.endings.lastOf(endingKey(netns, portsOf(tuple))) >= bootUs;
  }

  /** Forgets the endings before a boot time that no dump is older than. */
  forgetEndings(beforeBootUs: number): void {
    this.endings.forget(beforeBootUs);
  }

  /** The kernel's full socket is gone; a timewait socket may have replaced it. */
  forgetAddress(socket: TrackedSocket): void {
    if (socket.skaddr === 0) return;
    if (this.byAddress.get(socket.skaddr) === socket) this.byAddress.delete(socket.skaddr);
    this.closed.add(socket);
    socket.skaddr = 0;
  }

  setAddress(socket: TrackedSocket, skaddr: number): void {
    socket.skaddr = skaddr;
    this.byAddress.set(skaddr, socket);
  }

  setCookie(socket: TrackedSocket, cookie: number): void {
    if (cookie === 0 || socket.cookie === cookie) return;
    if (socket.cookie !== undefined && this.byCookieMap.get(socket.cookie) === socket) {
      this.byCookieMap.delete(socket.cookie);
      if (socket.shown !== undefined) this.ofNetns(socket.netns).strays.set(socket.cookie, Number.NEGATIVE_INFINITY);
    }
    this.wake(socket);
    socket.shown = undefined;
    socket.cookie = cookie;
    this.byCookieMap.set(cookie, socket);
  }

  /** Another one has its cookie: a full socket that has connected again, whose last connection waits in TIME-WAIT. */
  leaveCookie(socket: TrackedSocket): void {
    if (socket.cookie === undefined) return;
    if (this.byCookieMap.get(socket.cookie) === socket) this.byCookieMap.delete(socket.cookie);
    this.bySharedCookie.set(socket.cookie, socket);
    socket.sharedCookie = socket.cookie;
    socket.cookie = undefined;
    socket.unparked = true;
    // As a full socket, which is the other one now.
    if (socket.shown !== 'TIME-WAIT') socket.shown = undefined;
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
    if (cookie === 0) return undefined;
    const known = this.byCookieMap.get(cookie);
    if (known !== undefined) return known;
    const slot = this.parked.withCookie(cookie);
    return slot === undefined ? undefined : this.unpark(slot);
  }

  /** The one that dumps show with a cookie, and that is not parked; `waits`: in TIME-WAIT. */
  shownWith(cookie: number, waits: boolean): TrackedSocket | undefined {
    return (waits ? this.bySharedCookie.get(cookie) : undefined) ?? this.byCookieMap.get(cookie);
  }

  /** All open sockets of a netns with a four-tuple, oldest first. */
  withTuple(netns: number, tuple: FourTuple): readonly TrackedSocket[] {
    for (const slot of this.parked.withTuple(netns, tuple)) this.unpark(slot);
    return this.unparkedWithTuple(netns, tuple);
  }

  /** Those of them that are not parked. */
  unparkedWithTuple(netns: number, tuple: FourTuple): readonly TrackedSocket[] {
    let found: TrackedSocket[] | undefined;
    for (let socket = this.byPorts.get(portsOf(tuple)); socket !== undefined; socket = socket.nextAlike) {
      if (socket.netns !== netns || !sameAddresses(socket.tuple, tuple)) continue;
      if (found === undefined) found = [socket];
      else found.push(socket);
    }
    return found ?? NONE;
  }

  /** Whether no other socket can have its four-tuple: none has its two ports. */
  isAlone(socket: TrackedSocket): boolean {
    const ports = portsOf(socket.tuple);
    return this.byPorts.get(ports) === socket && socket.nextAlike === undefined && !this.parked.hasPorts(ports);
  }

  /** The open sockets with a four-tuple in any netns, but those in TIME-WAIT. */
  withTupleAnywhere(tuple: FourTuple): TrackedSocket[] {
    const found: TrackedSocket[] = [];
    for (let socket = this.byPorts.get(portsOf(tuple)); socket !== undefined; socket = socket.nextAlike) {
      if (!socket.timewait && sameAddresses(socket.tuple, tuple)) found.push(socket);
    }
    return found;
  }

  /** The sockets without a known local port that go where this four-tuple does, the oldest first. */
  *portlessLike(netns: number, { remotePort, remoteAddr }: FourTuple): Iterable<TrackedSocket> {
    for (const socket of this.portless) {
      const { tuple } = socket;
      if (socket.netns !== netns || tuple.remotePort !== remotePort || tuple.remoteAddr !== remoteAddr) continue;
      yield socket;
    }
  }

  /** The last socket that had this address and gave it up. */
  lastAt(skaddr: number): TrackedSocket | undefined {
    const last = this.closed.lastAt(skaddr);
    if (last === undefined || last.parkedAt < 0) return last;
    return this.parked.holds(last.parkedAt, last.id) ? this.unpark(last.parkedAt) : undefined;
  }

  /** The open sockets of a netns but the parked ones. */
  ofNetns(netns: number): NetnsSockets {
    let sockets = this.byNetns.get(netns);
    if (sockets === undefined) {
      sockets = new NetnsSockets();
      this.byNetns.set(netns, sockets);
    }
    return sockets;
  }

  /** The namespaces that have open sockets, each with those that are not parked. */
  *namespaces(): Iterable<readonly [number, NetnsSockets]> {
    for (const [netns, sockets] of this.byNetns) if (sockets.size + sockets.parked > 0) yield [netns, sockets];
  }

  /** The netns is gone, and its sockets are. */
  forgetNetns(netns: number): void {
    this.byNetns.delete(netns);
  }

  /** The last dump had the socket in the state in which it is. */
  rest(socket: TrackedSocket): void {
    this.byNetns.get(socket.netns)?.rest(socket);
  }

  /** It may differ from what the last dump had. */
  wake(socket: TrackedSocket): void {
    if (socket.lastDumps !== undefined) this.byNetns.get(socket.netns)?.wake(socket);
  }

  /** All open sockets but the parked ones; what is visited may be removed meanwhile. */
  *[Symbol.iterator](): Iterator<TrackedSocket> {
    for (const sockets of [...this.byNetns.values()]) yield* sockets;
  }

  private leaveNetns(socket: TrackedSocket): void {
    const sockets = this.byNetns.get(socket.netns);
    if (sockets?.remove(socket) !== true) return;
    // The kernel may still have it. Of TIME-WAITs only a restarted timer shows that, which is a change.
    if (socket.cookie !== undefined && socket.shown !== undefined && socket.shown !== 'TIME-WAIT') {
      sockets.strays.set(socket.cookie, socket.changedBootUs);
      sockets.unseen.set(socket.cookie, socket.closedNotBeforeBootUs);
    } else if (sockets.isForgettable) this.byNetns.delete(socket.netns);
  }

  private leaveKeys(socket: TrackedSocket): void {
    if (socket.cookie !== undefined && this.byCookieMap.get(socket.cookie) === socket) {
      this.byCookieMap.delete(socket.cookie);
    }
    const { sharedCookie } = socket;
    if (sharedCookie !== undefined && this.bySharedCookie.get(sharedCookie) === socket)
      this.bySharedCookie.delete(sharedCookie);
    this.unindexTuple(socket);
  }

  private indexTuple(socket: TrackedSocket): void {
    if (socket.tuple.localPort === 0) {
      this.portless.add(socket);
      return;
    }
    const ports = portsOf(socket.tuple);
    const first = this.byPorts.get(ports);
    if (first === undefined) {
      this.byPorts.set(ports, socket);
      return;
    }
    let last = first;
    while (last.nextAlike !== undefined) last = last.nextAlike;
    last.nextAlike = socket;
  }

  private unindexTuple(socket: TrackedSocket): void {
    if (socket.tuple.localPort === 0) {
      this.portless.delete(socket);
      return;
    }
    const ports = portsOf(socket.tuple);
    const first = this.byPorts.get(ports);
    if (first === socket) {
      if (socket.nextAlike === undefined) this.byPorts.delete(ports);
      else this.byPorts.set(ports, socket.nextAlike);
    } else {
      let before = first;
      while (before !== undefined && before.nextAlike !== socket) before = before.nextAlike;
      if (before !== undefined) before.nextAlike = socket.nextAlike;
    }
    socket.nextAlike = undefined;
  }
}

/** Made of netns and ports. Where two share one, a row of the other is accepted one dump later. */
function endingKey(netns: number, ports: number): number {
  return ports ^ Math.imul(netns, 0x9e3779b1);
}
