import type { LastDumps } from './last-dumps.js';
import type { TrackedSocket } from './tracked-socket.js';

/**
 * The open sockets of a network namespace: those at rest, which the last dump had in the state that they have, and all others. While
 * dumps report no change of it, a socket at rest is not touched: its evidence is the time of the last dump.
 */
export class NetnsSockets {
  readonly lastDumps: LastDumps = {
    anyBootUs: Number.NEGATIVE_INFINITY,
    completeBootUs: Number.NEGATIVE_INFINITY,
  };
  private readonly resting: TrackedSocket[] = [];
  private readonly others: TrackedSocket[] = [];
  /** Cookies that the last dump had, of sockets that are not open by what is known, with the time of their end. */
  readonly strays = new Map<number, number>();

  /** Of cookies whose first rows were left alone: the last time at which a dump did not have them, boot time. */
  readonly unseen = new Map<number, number>();

  /** Cookies of sockets that were connected again. Processes that held them before may hold them still: their owners are unknown. */
  readonly reused = new Set<number>();

  /** When the newest of all that were ever in it was opened, boot time. */
  newestBootUs = Number.NEGATIVE_INFINITY;

  /** How many are parked, which are in none of its lists. */
  parked = 0;

  /** Those that are not parked. */
  get size(): number {
    return this.resting.length + this.others.length;
  }

  /** Nothing in it is worth keeping: it was in no dump, and has no socket. */
  get isForgettable(): boolean {
    return (
      this.size === 0 &&
      this.parked === 0 &&
      this.strays.size === 0 &&
      this.lastDumps.anyBootUs === Number.NEGATIVE_INFINITY
    );
  }

  /** It is not at rest. */
  add(socket: TrackedSocket): void {
    socket.place = this.others.push(socket) - 1;
    if (socket.openedBootUs > this.newestBootUs) this.newestBootUs = socket.openedBootUs;
  }

  /** False where it is not in here. */
  remove(socket: TrackedSocket): boolean {
    const isHere = leave(socket.lastDumps === undefined ? this.others : this.resting, socket);
    if (isHere) socket.wake();
    return isHere;
  }

  rest(socket: TrackedSocket): void {
    if (socket.lastDumps !== undefined || !leave(this.others, socket)) return;
    socket.lastDumps = this.lastDumps;
    socket.place = this.resting.push(socket) - 1;
  }

  wake(socket: TrackedSocket): void {
    if (socket.lastDumps === undefined || !leave(this.resting, socket)) return;
    socket.wake();
    this.add(socket);
  }

  /** The next dump is compared with nothing: what it does not have is not there. */
  wakeAll(): void {
    for (const socket of backwards(this.resting)) this.wake(socket);
    for (const socket of this.others) socket.shown = undefined;
    this.strays.clear();
  }

  /** A dump was applied: of the cookies that are no strays, nothing is left open. */
  forgetSeen(): void {
    for (const cookie of this.unseen.keys()) if (!this.strays.has(cookie)) this.unseen.delete(cookie);
  }

  /** Those that are not at rest, the newest first; what is visited may be removed, or put to rest, meanwhile. */
  restless(): Iterable<TrackedSocket> {
    return backwards(this.others);
  }

  /** All; what is visited may be removed meanwhile. */
  *[Symbol.iterator](): Iterator<TrackedSocket> {
    yield* backwards(this.others);
    yield* backwards(this.resting);
  }
}

/** The last of the list takes its place. False where it is not in the list. */
function leave(sockets: TrackedSocket[], socket: TrackedSocket): boolean {
  if (sockets[socket.place] !== socket) return false;
  const last = sockets.pop();
  if (last !== undefined && last !== socket) {
    sockets[socket.place] = last;
    last.place = socket.place;
  }
  socket.place = -1;
  return true;
}

function* backwards(sockets: readonly TrackedSocket[]): Iterable<TrackedSocket> {
  for (let place = sockets.length - 1; place >= 0; place--) {
    const socket = sockets[place];
    if (socket !== undefined) yield socket;
  }
}
