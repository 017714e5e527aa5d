import { type FourTuple, portsOf } from '../model/four-tuple.js';
import { EndList } from './end-list.js';
import { ParkedConnection, socketOf } from './parked-connection.js';
import {
  bootUsIn,
  CODED,
  canPark,
  codesShown,
  endIn,
  NARROW,
  putBootUs,
  putSocket,
  stepsOf,
  TEXT,
  WIDE,
  WIDTHS,
} from './parked-layout.js';
import { NO_SLOT, ParkedSlab } from './parked-slab.js';
import { SlotTable } from './slot-table.js';
import type { TrackedSocket } from './tracked-socket.js';

const NONE: readonly number[] = [];

/**
 * The sockets in TIME-WAIT that are written, in a sixth of the memory of an object each: a busy host has a hundred thousand of them, and
 * nothing happens to most until their timer ends them. One to which something else happens becomes an object again (`unpark`).
 */
export class ParkedSockets {
  private readonly slab = new ParkedSlab(WIDTHS);
  /** The first slot by ports, and by cookie. */
  private readonly byPorts = new SlotTable((slot) => this.portsAt(slot));
  private readonly byCookie = new SlotTable((slot) => this.slab.wide(slot, WIDE.cookie));
  /** Those whose end is foreseen, by that time. */
  readonly ends = new EndList(this.slab, (slot) => this.endAt(slot));
  count = 0;
  /** How many of them the last complete dump does not have, and of how many no end is foreseen. */
  unshown = 0;
  unforeseen = 0;

  /** Takes over a socket that is in no index any more. Returns its slot; undefined if it does not fit into a row. */
  add(socket: TrackedSocket): number | undefined {
    if (!canPark(socket)) return undefined;
    const { slab } = this;
    const slot = slab.take();
    if (!putSocket(slab.row(slot), socket)) {
      this.giveBack(slot);
      return undefined;
    }
    const ports = portsOf(socket.tuple);
    slab.setNarrow(slot, NARROW.next, this.byPorts.get(ports) ?? NO_SLOT);
    this.byPorts.set(ports, slot);
    this.ends.begin(slot);
    if (socket.cookie !== undefined) this.byCookie.set(socket.cookie, slot);
    this.count++;
    this.countAs(slot, 1);
    return slot;
  }

  /** Makes an object of it again, and forgets it here. `dumpBootUs`: when the last complete dump began. */
  remove(slot: number, dumpBootUs: number): TrackedSocket {
    const socket = socketOf(this.slab.row(slot), this.evidenceAt(slot, dumpBootUs));
    this.drop(slot);
    return socket;
  }

  /** As it is written; to be ended, and forgotten here. */
  connectionAt(slot: number): ParkedConnection {
    return new ParkedConnection(this.slab.row(slot));
  }

  /** Forgets it. */
  drop(slot: number): void {
    const { slab } = this;
    this.countAs(slot, -1);
    this.unlink(slot);
    this.ends.delete(slot);
    const cookie = slab.wide(slot, WIDE.cookie);
    if (this.byCookie.get(cookie) === slot) this.byCookie.delete(cookie);
    this.giveBack(slot);
    this.count--;
  }

  private giveBack(slot: number): void {
    this.slab.setWide(slot, WIDE.id, 0);
    this.slab.give(slot);
  }

  /** Whether it is still this connection that has the slot. */
  holds(slot: number, id: number): boolean {
    return this.slab.wide(slot, WIDE.id) === id;
  }

  idAt(slot: number): number {
    return this.slab.wide(slot, WIDE.id);
  }

  /** When its timer is foreseen to end it, boot time; undefined: nothing is foreseen. */
  endAt(slot: number): number | undefined {
    const endUs = this.writtenEndAt(slot);
    return Number.isNaN(endUs) ? undefined : this.bootUs(slot, endUs);
  }

  /** The same as it is written, wall time; NaN: nothing is foreseen. */
  writtenEndAt(slot: number): number {
    return endIn(this.slab.row(slot), NARROW.end);
  }

  /** The earliest end that is written with it, boot time; NaN: nothing is foreseen. */
  endNotBeforeAt(slot: number): number {
    return this.bootUs(slot, endIn(this.slab.row(slot), NARROW.endNotBefore));
  }

  /** When it is known to have existed last, boot time. `dumpBootUs`: when the last complete dump began. */
  evidenceAt(slot: number, dumpBootUs: number): number {
    const evidenceBootUs = bootUsIn(this.slab.row(slot), NARROW.evidence);
    return this.isShown(slot) ? Math.max(evidenceBootUs, dumpBootUs) : evidenceBootUs;
  }

  /** How many steps are written of it, without its end. */
  stepsAt(slot: number): number {
    return stepsOf(this.slab.narrow(slot, NARROW.codes));
  }

  /** `portsOf` its four-tuple. */
  portsAt(slot: number): number {
    return this.slab.narrow(slot, NARROW.ports) | 0;
  }

  expiresAt(slot: number): number {
    return bootUsIn(this.slab.row(slot), NARROW.expires);
  }

  changedAt(slot: number): number {
    return this.slab.wide(slot, WIDE.changedBootUs);
  }

  openedAt(slot: number): number {
    return this.slab.wide(slot, WIDE.openedBootUs);
  }

  /** Wall time of a boot time, on the clock that it was opened with. */
  wallUsAt(slot: number, bootUs: number): number {
    return this.slab.wide(slot, WIDE.openedUs) + Math.floor(bootUs - this.openedAt(slot));
  }

  /** Whether it is bound to an interface. */
  isOnInterface(slot: number): boolean {
    return CODED.onInterface(this.slab.narrow(slot, NARROW.codes));
  }

  netnsAt(slot: number): number {
    return this.slab.narrow(slot, NARROW.netns);
  }

  /** Whether the last complete dump has it. */
  isShown(slot: number): boolean {
    return CODED.shown(this.slab.narrow(slot, NARROW.codes));
  }

  hasCookie(slot: number): boolean {
    return !Number.isNaN(this.slab.wide(slot, WIDE.cookie));
  }

  withCookie(cookie: number): number | undefined {
    return this.byCookie.get(cookie);
  }

  /** Whether there may be one with this four-tuple, by `portsOf` it. */
  hasPorts(ports: number): boolean {
    return this.count > 0 && this.byPorts.get(ports) !== undefined;
  }

  /** Those of a netns with a four-tuple. */
  withTuple(netns: number, tuple: FourTuple): readonly number[] {
    if (this.count === 0) return NONE;
    let slots: number[] | undefined;
    let slot = this.byPorts.get(portsOf(tuple)) ?? NO_SLOT;
    for (; slot !== NO_SLOT; slot = this.slab.slotIn(slot, NARROW.next)) {
      if (!this.hasTuple(slot, netns, tuple)) continue;
      if (slots === undefined) slots = [slot];
      else slots.push(slot);
    }
    return slots ?? NONE;
  }

  /** All slots; what is visited may be removed meanwhile. */
  *slots(netns?: number): Iterable<number> {
    for (let slot = 0; slot < this.slab.endSlot; slot++) {
      if (this.slab.wide(slot, WIDE.id) === 0) continue;
      if (netns === undefined || this.slab.narrow(slot, NARROW.netns) === netns) yield slot;
    }
  }

  /** A complete dump that began at `startBootUs` has it. */
  see(slot: number, startBootUs: number): void {
    if (!this.isShown(slot)) this.unshown--;
    this.setShown(slot, true);
    if (this.changedAt(slot) < startBootUs) putBootUs(this.slab.row(slot), NARROW.evidence, startBootUs);
  }

  /** A dump does not have it any more; the last complete one began at `dumpBootUs`. */
  lose(slot: number, dumpBootUs: number): void {
    if (!this.isShown(slot)) return;
    putBootUs(this.slab.row(slot), NARROW.evidence, this.evidenceAt(slot, dumpBootUs));
    this.setShown(slot, false);
    this.unshown++;
  }

  /** Returns whether that is new. */
  setCookie(slot: number, cookie: number): boolean {
    const { slab } = this;
    const known = slab.wide(slot, WIDE.cookie);
    if (known === cookie) return false;
    if (this.byCookie.get(known) === slot) this.byCookie.delete(known);
    slab.setWide(slot, WIDE.cookie, cookie);
    this.byCookie.set(cookie, slot);
    return true;
  }

  setExpires(slot: number, bootUs: number): void {
    putBootUs(this.slab.row(slot), NARROW.expires, bootUs);
  }

  private setShown(slot: number, shown: boolean): void {
    const codes = this.slab.narrow(slot, NARROW.codes);
    this.slab.setNarrow(slot, NARROW.codes, codesShown(codes, shown));
  }

  /** The boot time of a time in a row. */
  private bootUs(slot: number, us: number): number {
    return this.slab.wide(slot, WIDE.openedBootUs) + (us - this.slab.wide(slot, WIDE.openedUs));
  }

  private countAs(slot: number, one: number): void {
    if (!this.isShown(slot)) this.unshown += one;
    if (this.endAt(slot) === undefined) this.unforeseen += one;
  }

  private hasTuple(slot: number, netns: number, tuple: FourTuple): boolean {
    const { slab } = this;
    return (
      slab.narrow(slot, NARROW.netns) === netns &&
      slab.text(slot, TEXT.localAddr) === tuple.localAddr &&
      slab.text(slot, TEXT.remoteAddr) === tuple.remoteAddr
    );
  }

  private unlink(slot: number): void {
    const { slab } = this;
    const ports = this.portsAt(slot);
    const next = slab.slotIn(slot, NARROW.next);
    const first = this.byPorts.get(ports);
    if (first === slot) {
      if (next === NO_SLOT) this.byPorts.delete(ports);
      else this.byPorts.set(ports, next);
      return;
    }
    let before = first ?? NO_SLOT;
    while (before !== NO_SLOT && slab.slotIn(before, NARROW.next) !== slot) before = slab.slotIn(before, NARROW.next);
    if (before !== NO_SLOT) slab.setNarrow(before, NARROW.next, next);
  }
}
