import type { ForeseenTimes, TrackedSocket } from './tracked-socket.js';

/** A foreseen end of a socket that is not parked. */
export interface LooseEnd {
  readonly socket: TrackedSocket;
  readonly end: ForeseenTimes;
}

/** So many batches, about three seconds: what has been parked or ended since would keep its memory. */
const SWEEP_EVERY = 16;

/**
 * The foreseen ends of sockets that are not parked, in no order. Most are soon: the new ones are gone through after each batch, and those that
 * stay only after some batches, or when one of them is due.
 */
export class LooseEnds {
  private fresh: LooseEnd[] = [];
  private staying: LooseEnd[] = [];
  /** The earliest of those that stay, boot time. */
  private earliestBootUs = Number.POSITIVE_INFINITY;
  private batches = 0;

  add(socket: TrackedSocket, end: ForeseenTimes): void {
    this.fresh.push({ socket, end });
  }

  /** To be called after each batch: what it has parked or ended is forgotten, the rest stays. */
  settle(): void {
    for (const each of this.fresh) if (isLoose(each)) this.keep(each);
    this.fresh = [];
    if (++this.batches % SWEEP_EVERY === 0) this.sweep();
  }

  /** Those that are due by then. */
  due(throughBootUs: number): LooseEnd[] {
    if (this.earliestBootUs <= throughBootUs) this.sweep(throughBootUs);
    return this.fresh.filter((each) => each.end.bootUs <= throughBootUs && isForeseen(each));
  }

  /** Forgets all, and returns those that are foreseen still. */
  takeAll(): LooseEnd[] {
    const all = this.due(Number.POSITIVE_INFINITY);
    this.fresh = [];
    return all;
  }

  private keep(each: LooseEnd): void {
    this.staying.push(each);
    this.earliestBootUs = Math.min(this.earliestBootUs, each.end.bootUs);
  }

  /** Goes through those that stay; the ones that are due by then are fresh again. */
  private sweep(throughBootUs = Number.NEGATIVE_INFINITY): void {
    const loose = this.staying.filter(isLoose);
    this.staying = [];
    this.earliestBootUs = Number.POSITIVE_INFINITY;
    for (const each of loose) {
      if (each.end.bootUs <= throughBootUs) this.fresh.push(each);
      else this.keep(each);
    }
  }
}

function isForeseen({ socket, end }: LooseEnd): boolean {
  return socket.foreseenEnd === end;
}

function isLoose(each: LooseEnd): boolean {
  return isForeseen(each) && each.socket.parkedAt < 0;
}
