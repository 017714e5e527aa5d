import { type FoundOwner, isInferredOpener, type Owner, type Ownership, replacesOpener } from '../model/owner.js';
import { SharedTexts } from '../model/shared-texts.js';
import type { Snapshot } from '../model/snapshot.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/** Who holds a socket, as far as it is not only its opener. */
interface Holders {
  /** The opener holds it. */
  readonly opener: boolean;
  readonly others: readonly Ownership[];
}

/** A process that accepts sooner than so long after the handshake counts as the owner from the handshake on, microseconds: a row less. */
const LATE_ACCEPT_US = 50_000;

const OPENER_ALONE: Holders = { opener: true, others: [] };

/** Boot times: of a list of owners, and of the last search of all processes before it. */
interface LookTimes {
  readonly atBootUs: number;
  readonly seenBootUs: number;
}

/** Follows which processes hold which sockets, from one snapshot's list of owners to the next. */
export class OwnershipBook {
  private readonly names = new SharedTexts();
  private readonly held = new WeakMap<TrackedSocket, Holders>();
  /** Boot time of the last search of all processes, by network namespace. */
  private readonly searched = new Map<number, number>();
  /** Boot time of the first dump in which a connection that had waited for accept(2) had a process, which is not known yet. */
  private readonly acceptedBy = new WeakMap<TrackedSocket, number>();

  /** Continues what an earlier run knew of a socket. `owners`: all its rows. */
  restore(socket: TrackedSocket, owners: readonly Ownership[]): void {
    if (owners.length === 0) return;
    const opener = !owners.some((each) => replacesOpener(socket, each));
    this.held.set(socket, { opener, others: owners.filter(({ toUs }) => toUs === undefined) });
  }

  /** A process that holds a socket now, by what is known: its opener if that does. */
  ownerOf(socket: TrackedSocket): Owner | undefined {
    const { opener, others } = this.held.get(socket) ?? OPENER_ALONE;
    return opener && socket.pid !== undefined ? openerOf(socket) : others[0];
  }

  /** accept(2) has returned a connection at `bootUs`. One that waited in its listener's queue had no owner until then. */
  accepted(ledger: Ledger, socket: TrackedSocket, bootUs: number): void {
    if (bootUs - socket.openedBootUs < LATE_ACCEPT_US || this.held.has(socket)) return;
    const owner = { ...openerOf(socket), fromUs: socket.wallUs(bootUs), toUs: undefined };
    ledger.recordOwnership(owner);
    this.held.set(socket, { opener: false, others: [owner] });
  }

  /** A dump is the first to show a socket with a file. Where the one before had it without, it was accepted since: nothing else gives it one. */
  hasFile(socket: TrackedSocket, bootUs: number): void {
    const { shown, origin, pid } = socket;
    if (shown !== undefined && origin === 'accept' && pid === undefined) this.acceptedBy.set(socket, bootUs);
  }

  /** Takes over the lists of owners that came with a dump, and asks for those of sockets that began another connection. */
  update(ledger: Ledger, snapshot: Snapshot, reused: Set<number>): void {
    const { netns, startBootUs, ownersBootUs, allOwners, owners } = snapshot;
    for (const cookie of reused) snapshot.askForOwners(cookie);
    reused.clear();
    const atBootUs = ownersBootUs ?? startBootUs;
    const times = { atBootUs, seenBootUs: this.searched.get(netns) ?? Number.NEGATIVE_INFINITY };
    for (const [cookie, list] of owners) {
      // One that was parked waits: no process holds it, and who held it before is not known here.
      const socket = ledger.table.shownWith(cookie, false);
      if (socket?.unparked === false) this.updateSocket(ledger, socket, list, times);
    }
    if (allOwners === true) this.searched.set(netns, startBootUs);
  }

  private updateSocket(ledger: Ledger, socket: TrackedSocket, owners: readonly FoundOwner[], times: LookTimes): void {
    this.adopt(ledger, socket, owners);
    const before = this.held.get(socket) ?? OPENER_ALONE;
    const opener = before.opener && owners.some((owner) => isOpener(socket, owner));
    const thread = before.opener && !opener ? owners.find((owner) => isOpenersThread(socket, owner)) : undefined;
    if (before.opener && !opener && thread === undefined && socket.pid !== undefined) {
      const fromUs = socket.openedUs;
      ledger.recordOwnership({
        ...openerOf(socket),
        fromUs,
        ...endOf(socket, openerOf(socket), fromUs, owners, times),
      });
    }
    const kept: Ownership[] = [];
    for (const held of before.others) {
      if (owners.some((owner) => isSame(owner, held))) kept.push(held);
      else ledger.recordOwnership({ ...held, ...endOf(socket, held, held.fromUs, owners, times) });
    }
    for (const owner of owners) {
      if ((opener && isOpener(socket, owner)) || kept.some((held) => isSame(owner, held))) continue;
      const fromUs = owner === thread ? socket.openedUs : beginOf(socket, owner, times, before);
      const { pid, fd, tid } = owner;
      const comm = this.names.same(owner.comm);
      const added = { connectionId: socket.id, pid, fd, tid, comm, fromUs, toUs: undefined };
      ledger.recordOwnership(added);
      kept.push(added);
    }
    if (opener && kept.length === 0) this.held.delete(socket);
    else this.held.set(socket, { opener, others: kept });
  }

  /** A socket whose opening was not seen gets the first owner that a snapshot names. An inferred one gives way to it. */
  private adopt(ledger: Ledger, socket: TrackedSocket, owners: readonly Owner[]): void {
    const [first] = owners;
    if (first === undefined || this.held.get(socket)?.opener === false) return;
    const own = owners.find((owner) => owner.pid === socket.pid);
    if (socket.pid === undefined || (own === undefined && isInferredOpener(socket))) {
      socket.pid = first.pid;
      socket.tid = first.tid;
      socket.comm = this.names.same(first.comm);
      socket.fd = first.fd;
      ledger.touch(socket);
      const bootUs = this.acceptedBy.get(socket);
      if (bootUs !== undefined) this.accepted(ledger, socket, bootUs);
      return;
    }
    if (own === undefined) return;
    if (socket.fd === undefined) {
      socket.fd = own.fd;
      ledger.touch(socket);
    }
    if (socket.comm === undefined || socket.comm === '') {
      socket.comm = this.names.same(own.comm);
      ledger.touch(socket);
    }
  }
}

function beginOf(socket: TrackedSocket, owner: FoundOwner, { atBootUs }: LookTimes, before: Holders): number {
  const { pid, sinceBootUs = atBootUs } = owner;
  const sinceUs = socket.wallUs(Math.min(sinceBootUs, atBootUs));
  const fromUs = heldThen(socket, owner, before, sinceUs) ? sinceUs : socket.wallUs(atBootUs);
  // Just when it was opened the opener began.
  return Math.max(fromUs, socket.openedUs + (pid === socket.pid ? 1 : 0));
}

/**
 * Whether a process had a descriptor when it was forked or executed: its parent, or itself under its old name, had it then. Otherwise it may
 * have been passed to it since.
 */
function heldThen(socket: TrackedSocket, { pid, fd, parent }: FoundOwner, before: Holders, sinceUs: number): boolean {
  const isIt = (held: Owner, fromUs: number) =>
    held.fd === fd && fromUs <= sinceUs && (held.pid === pid || held.pid === parent);
  if (before.opener && socket.pid !== undefined && isIt(openerOf(socket), socket.openedUs)) return true;
  return before.others.some((held) => isIt(held, held.fromUs));
}

/** The end of an ownership that a list no longer has: at an exec that is in the list, or by the time of the list. */
function endOf(
  socket: TrackedSocket,
  held: Owner,
  fromUs: number,
  owners: readonly FoundOwner[],
  { atBootUs, seenBootUs }: LookTimes,
): { readonly toUs: number; readonly seenUs: number } {
  const successor = owners.find(({ pid, fd, tid }) => pid === held.pid && fd === held.fd && tid === held.tid);
  const changedUs = socket.wallUs(Math.min(successor?.sinceBootUs ?? atBootUs, atBootUs));
  const toUs = Math.max(fromUs, changedUs);
  const lastUs = seenBootUs === Number.NEGATIVE_INFINITY ? fromUs : socket.wallUs(seenBootUs);
  const seenUs = successor?.sinceBootUs === undefined ? lastUs : toUs;
  return { toUs, seenUs: Math.min(toUs, Math.max(fromUs, seenUs)) };
}

function openerOf({ id, pid = 0, fd = -1, comm = '' }: TrackedSocket): Owner & { readonly connectionId: number } {
  return { connectionId: id, pid, fd, comm };
}

function isOpener(socket: TrackedSocket, { pid, fd, comm, tid }: Owner): boolean {
  return pid === socket.pid && fd === socket.fd && comm === socket.comm && tid === undefined;
}

/** It is the thread that opened it, in a descriptor table of its own. */
function isOpenersThread(socket: TrackedSocket, { pid, fd, comm, tid }: Owner): boolean {
  return pid === socket.pid && fd === socket.fd && comm === socket.comm && tid === socket.tid;
}

function isSame(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.fd === b.fd && a.comm === b.comm && a.tid === b.tid;
}
