import type { Owner, Ownership } from '../model/owner.js';
import { SharedTexts } from '../model/shared-texts.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/** Follows which processes hold which sockets, from one snapshot's list of owners to the next. */
export class OwnershipBook {
  private readonly names = new SharedTexts();
  private readonly held = new WeakMap<TrackedSocket, readonly Ownership[]>();

  /** Takes over a snapshot's whole list of a socket's owners. The opener is the connection's own, further ones are written. */
  update(ledger: Ledger, socket: TrackedSocket, owners: readonly Owner[], bootUs: number): void {
    if (owners.length === 0) return;
    const atUs = socket.wallUs(bootUs);
    this.adopt(ledger, socket, owners);
    const before = this.held.get(socket) ?? [];
    const kept = before.filter((held) => owners.some((owner) => same(owner, held)));
    for (const gone of before) {
      if (!kept.includes(gone)) ledger.recordOwnership({ ...gone, toUs: atUs });
    }
    const added = owners
      .filter((owner) => !isOpener(socket, owner) && !before.some((held) => same(owner, held)))
      .map((owner) => ({ ...owner, connectionId: socket.id, fromUs: atUs, toUs: undefined }));
    for (const ownership of added) ledger.recordOwnership(ownership);
    const held = [...kept, ...added];
    if (held.length > 0 || before.length > 0) this.held.set(socket, held);
  }

  /** A socket whose opening was not seen gets the first owner that a snapshot names. */
  private adopt(ledger: Ledger, socket: TrackedSocket, owners: readonly Owner[]): void {
    const first = owners[0];
    if (first === undefined) return;
    if (socket.pid === undefined) {
      socket.pid = first.pid;
      socket.comm = this.names.same(first.comm);
      socket.fd = first.fd;
      ledger.touch(socket);
      return;
    }
    const own = owners.find((owner) => owner.pid === socket.pid);
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

function isOpener(socket: TrackedSocket, owner: Owner): boolean {
  return owner.pid === socket.pid && owner.fd === socket.fd;
}

function same(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.fd === b.fd;
}
