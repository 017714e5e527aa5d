/** The snapshots' half of the correlation: what sock_diag shows is checked against what the events reported. */

import type { Owner } from '../model/owner.js';
import type { NetnsChange, NetnsRound, Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { closeAbsent, closeAbsentParked } from './absence.js';
import { BoundBook } from './bound-book.js';
import type { DumpTimes } from './event-correlation.js';
import type { ForeseenEnds } from './foreseen-ends.js';
import { becomeTimewait, discover, type Look, proveEarlier, replaceConnected, shownRow } from './found-sockets.js';
import type { Ledger } from './ledger.js';
import { NetnsRounds } from './netns-rounds.js';
import type { NetnsSockets } from './netns-sockets.js';
import { type NetnsView, noteComplete, UNSEEN, unseenAt, unseenUs } from './netns-view.js';
import { OwnershipBook } from './ownership.js';
import { seeParked } from './parked-rows.js';
import { isSameConnection, isTimewait, matchRow, onlyKnownByDestruction, withOwnCookie } from './row-matching.js';
import { Sampler } from './sampling.js';
import { mayFollow } from './state-order.js';
import { TimewaitFacts } from './timewait-facts.js';
import type { TrackedSocket } from './tracked-socket.js';

/** By then those of a namespace that only they keep alive, and that the first round did not find, were looked for. */
const CARRIED_WAIT_DUMPS = 3;

export class SnapshotCorrelation implements DumpTimes {
  private readonly views = new Map<number, NetnsView>();
  /** Namespaces that appeared while recording without BPF: their sockets are newer than the recording. */
  private readonly late = new Set<number>();
  readonly ownership = new OwnershipBook();
  private readonly bound = new BoundBook();
  private readonly timewaits = new TimewaitFacts();
  readonly rounds: NetnsRounds;
  private readonly sampler: Sampler;
  /** Some carried-over connections have not been seen again yet. */
  carriedWaiting = false;

  constructor(
    private readonly ledger: Ledger,
    private readonly foreseen: ForeseenEnds,
  ) {
    this.rounds = new NetnsRounds(ledger);
    this.sampler = new Sampler(ledger);
  }

  /** Counts a netns as dumped before this run. */
  remember(netns: number, bootUs: number): void {
    this.views.set(netns, { ...UNSEEN, firstBootUs: bootUs, lastBootUs: bootUs, lastEndBootUs: bootUs });
  }

  unseenUs(netns: number): number | undefined {
    return unseenUs(this.views.get(netns));
  }

  ownerOf(socket: TrackedSocket): Owner | undefined {
    return this.ownership.ownerOf(socket);
  }

  accepted(socket: TrackedSocket, bootUs: number): void {
    this.ownership.accepted(this.ledger, socket, bootUs);
  }

  lastSnapshot(netns: number): number | undefined {
    return this.views.get(netns)?.lastBootUs;
  }

  /**
   * Applies one dump. Every probe event up to its end must have been applied before. Yields after each `rows` of its rows, or of the
   * sockets that it ends: what has changed can be taken then.
   */
  *apply(snapshot: Snapshot, rows: number): Generator<void, void, undefined> {
    const { netns, startBootUs } = snapshot;
    const complete = snapshot.withoutTimeWait !== true;
    const previous = this.views.get(netns);
    const view = previous ?? { ...UNSEEN, firstBootUs: startBootUs };
    view.dumps++;
    const look = { snapshot, view, isKnown: previous !== undefined || this.late.has(netns) };
    const sockets = this.ledger.table.ofNetns(netns);
    if (snapshot.gone === undefined) this.wakeAll(sockets, netns);
    else for (const key of snapshot.gone) this.lose(sockets, key);
    for (let index = 0; index < snapshot.changed; index++) {
      this.applyRow(look, snapshot.row(index), sockets);
      if ((index + 1) % rows === 0) yield;
    }
    this.ownership.update(this.ledger, snapshot, sockets.reused);
    this.bound.apply(this.ledger, snapshot);
    const whole = complete && !this.askForStrays(sockets, snapshot);
    for (const socket of sockets.restless()) this.compare(socket, snapshot, whole, view);
    if (whole) yield* closeAbsentParked(this.ledger, snapshot, rows);
    sockets.forgetSeen();
    sockets.lastDumps.anyBootUs = startBootUs;
    if (complete) sockets.lastDumps.completeBootUs = startBootUs;
    if (this.carriedWaiting && view.dumps === CARRIED_WAIT_DUMPS) this.closeUnseenNetns(snapshot.endBootUs);
    view.lastBootUs = startBootUs;
    view.lastEndBootUs = snapshot.endBootUs;
    if (complete) noteComplete(view, snapshot);
    this.ledger.table.forgetEndings(startBootUs);
    this.views.set(netns, view);
    this.ledger.recordSnapshot({
      atUs: this.ledger.wallUs(startBootUs),
      netns,
      sockets: snapshot.count,
      complete: whole,
      tookUs: Math.round(snapshot.endBootUs - startBootUs),
      nextUs: snapshot.nextUs,
      owners: snapshot.allOwners,
    });
    this.timewaits.record(this.ledger, netns, startBootUs);
    const { counters } = snapshot;
    if (counters !== undefined)
      this.ledger.recordSockstat({ netns, atUs: this.ledger.wallUs(startBootUs), ...counters });
  }

  private wakeAll(sockets: NetnsSockets, netns: number): void {
    const { parked } = this.ledger.table;
    for (const slot of parked.slots(netns)) parked.lose(slot, sockets.lastDumps.completeBootUs);
    sockets.wakeAll();
  }

  /** The dump no longer has this cookie; as that of a TIME-WAIT it is negative. */
  private lose(sockets: NetnsSockets, key: number): void {
    const { table } = this.ledger;
    const cookie = Math.abs(key);
    sockets.strays.delete(cookie);
    const slot = key < 0 ? table.parked.withCookie(cookie) : undefined;
    if (slot !== undefined) {
      table.parked.lose(slot, sockets.lastDumps.completeBootUs);
      return;
    }
    const socket = table.shownWith(cookie, key < 0);
    if (socket === undefined || (socket.shown === 'TIME-WAIT') !== key < 0) return;
    sockets.wake(socket);
    socket.shown = undefined;
  }

  /**
   * Sockets that the dump has though they are not open by what is known: the next dump brings their rows. True if there are any:
   * one that is missing may be one of them.
   */
  private askForStrays({ strays }: NetnsSockets, snapshot: Snapshot): boolean {
    let some = false;
    for (const [cookie, endedBootUs] of strays) {
      if (endedBootUs >= snapshot.startBootUs) continue;
      snapshot.askAgain(cookie);
      some = true;
    }
    return some;
  }

  /** A socket that is not at rest: the dump confirms its state, shows another one, or does not have it. */
  private compare(socket: TrackedSocket, snapshot: Snapshot, whole: boolean, view: NetnsView): void {
    const { shown } = socket;
    if (shown === 'TIME-WAIT' && snapshot.withoutTimeWait === true) return;
    if (shown !== undefined) {
      if (socket.changedBootUs < snapshot.startBootUs && !mayFollow(socket.state, shown)) {
        replaceConnected(this.ledger, { snapshot, view, isKnown: true }, socket, shownRow(socket, shown));
        return;
      }
      this.confirm(socket, shown, snapshot);
      if (shownState(socket.state) === shown) this.ledger.table.rest(socket);
      return;
    }
    if (socket.changedBootUs >= snapshot.startBootUs) return;
    // Any other may be there, unseen: the next complete dump shows it.
    if (whole || socket.state === 'NEW-SYN-RECV') closeAbsent(this.ledger, socket, snapshot);
  }

  /** Carried-over connections without a dump. Where all namespaces are looked for, theirs is gone; else events and timers end them. */
  private closeUnseenNetns(bootUs: number): void {
    this.carriedWaiting = false;
    for (const socket of this.ledger.table) {
      if (!socket.carried || this.views.has(socket.netns) || socket.changedBootUs >= bootUs) continue;
      if (this.rounds.areTaken) this.ledger.close(socket, 'unknown', bootUs, 'snapshot', socket.evidenceBootUs);
      else socket.carried = false;
    }
  }

  /** A namespace has come or ended: what was in it ends too. Yields after each `most` that were parked. */
  *applyNetns(change: NetnsChange, most: number): Generator<void, void, undefined> {
    if (change.present) {
      if (this.views.size > 0 && !this.ledger.tracing) this.late.add(change.netns);
      return;
    }
    const dumpedBootUs = this.views.get(change.netns)?.lastEndBootUs ?? Number.NEGATIVE_INFINITY;
    yield* this.endNetns(change.netns, change.bootUs, dumpedBootUs, most);
  }

  /** The namespaces that two rounds of snapshots did not find, which are to be recorded as gone. */
  *applyRound(round: NetnsRound, most: number): Generator<void, readonly number[], undefined> {
    const { ended, left } = this.rounds.apply(round);
    for (const netns of ended) yield* this.endNetns(netns, round.bootUs, round.bootUs, most);
    return [...ended, ...left];
  }

  /**
   * What was opened by `lastBootUs` has ended by `bootUs`. What was opened since may be of a newer namespace with the same inode number: if
   * rounds do not find that, they end it.
   */
  private *endNetns(netns: number, bootUs: number, lastBootUs: number, most: number): Generator<void> {
    const { table } = this.ledger;
    const sockets = table.ofNetns(netns);
    const end = (each: TrackedSocket) => this.ledger.close(each, 'unknown', bootUs, 'snapshot', each.evidenceBootUs);
    this.views.delete(netns);
    this.late.delete(netns);
    this.bound.forget(this.ledger, netns, this.ledger.wallUs(bootUs));
    let ended = 0;
    for (const slot of table.parked.slots(netns)) {
      if (table.parked.changedAt(slot) >= bootUs || table.parked.openedAt(slot) > lastBootUs) continue;
      end(table.unpark(slot));
      if (++ended % most === 0) yield;
    }
    for (const socket of sockets) {
      // What the dump shows may have become a full socket since.
      const isOlder = socket.shown !== undefined || socket.openedBootUs <= lastBootUs;
      if (isOlder && socket.changedBootUs < bootUs) end(socket);
    }
    if (sockets.size + sockets.parked === 0) table.forgetNetns(netns);
    else sockets.wakeAll();
  }

  private applyRow(look: Look, shown: SocketRow, sockets: NetnsSockets): void {
    const { table } = this.ledger;
    const { snapshot } = look;
    const { state } = shown;
    if (state === 'TIME-WAIT' && seeParked(this.ledger, this.foreseen, snapshot, shown, this.timewaits)) {
      sockets.strays.delete(shown.cookie);
      return;
    }
    const row = withOwnCookie(table, snapshot, shown);
    const { cookie } = row;
    const named = table.withCookie(cookie);
    const isKnown = named !== undefined && isSameConnection(named, row, snapshot);
    if (named !== undefined && !isKnown && named.openedBootUs >= snapshot.startBootUs) {
      proveEarlier(this.ledger, snapshot, row, named);
      return;
    }
    const socket =
      named !== undefined && !isKnown
        ? replaceConnected(this.ledger, look, named, row)
        : (named ?? matchRow(this.ledger, snapshot, row) ?? discover(this.ledger, look, row));
    if (socket === undefined) {
      if (cookie !== 0) sockets.strays.set(cookie, Number.NEGATIVE_INFINITY);
      if (!sockets.unseen.has(cookie)) sockets.unseen.set(cookie, unseenAt(look.view, row));
      return;
    }
    this.confirm(socket, state, snapshot);
    this.learn(socket, row, snapshot);
    sockets.strays.delete(cookie);
    table.wake(socket);
    socket.shown = shownState(state);
    if (shownState(socket.state) === socket.shown) table.rest(socket);
  }

  /**
   * Checks a row's state against the socket's. What changed while the dump was running is left to the events. A destroy
   * notification is not such a change: it was about the full socket, not its timewait socket.
   */
  private confirm(socket: TrackedSocket, state: TcpState, snapshot: Snapshot): void {
    socket.carried = false;
    if (socket.changedBootUs >= snapshot.startBootUs && !onlyKnownByDestruction(socket)) return;
    // inet_diag reports a half-open request as SYN-RECV.
    if (shownState(socket.state) !== state) {
      if (!socket.timewait && socket.state !== 'NEW-SYN-RECV') {
        this.ledger.continuityBreak(socket.evidenceBootUs, snapshot.endBootUs);
      }
      socket.enter(state, Math.max(snapshot.endBootUs, socket.openedBootUs), 'snapshot', socket.evidenceBootUs);
      if (state === 'TIME-WAIT') socket.closeReason = 'orderly';
      this.ledger.touch(socket);
    }
    socket.evidenceBootUs = snapshot.startBootUs;
  }

  private learn(socket: TrackedSocket, row: SocketRow, snapshot: Snapshot): void {
    if (row.cookie !== 0 && socket.cookie !== row.cookie) {
      this.ledger.table.setCookie(socket, row.cookie);
      if (socket.timewait) this.timewaits.cookie(socket.id, row.cookie);
      else this.ledger.touch(socket);
    }
    if (row.inode !== 0 && (socket.inode !== row.inode || socket.uid !== row.uid)) {
      if (socket.inode === undefined) this.ownership.hasFile(socket, snapshot.startBootUs);
      socket.inode = row.inode;
      socket.uid = row.uid;
      this.ledger.touch(socket);
    }
    socket.onInterface = row.interfaceIndex !== 0;
    if (row.cgroup !== undefined && row.cgroup !== 0 && socket.cgroup === undefined) {
      socket.cgroup = row.cgroup;
      this.ledger.touch(socket);
    }
    if (isTimewait(row)) {
      this.ledger.table.forgetAddress(socket);
      becomeTimewait(socket, row, snapshot.startBootUs);
      this.timewaits.see(this.ledger, snapshot, socket, row);
    }
    this.foreseen.check(socket, this.unseenUs(socket.netns));
    // Only its timer shows that no process holds a FIN-WAIT-2. TIME-WAITs are too many, and all alike.
    if (!socket.timewait || row.state === 'FIN-WAIT-2') this.sampler.see(socket, row, snapshot);
  }
}
