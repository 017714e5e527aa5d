import { maskOfStates } from '../model/tcp-state.js';
import type { TrackedSocket } from './tracked-socket.js';

/** Room for sockets of which nothing is expected but a RST, which is sent within microseconds of their end. */
const LATELY = 1_024;
/** Room for those whose accept(2) or connect(2) may still return: a connection can wait in the accept queue for long. */
const UNDER_WAY = 16_384;

const ESTABLISHED = maskOfStates(['ESTAB']);

/**
 * Finds the last socket that had a `struct sock` address and gave it up, as long as an event with that address may still be about it.
 * It keeps few sockets: what outlives a scavenge costs as much as everything else that a socket needs.
 */
export class ClosedAddresses {
  private readonly lately = new Slots(LATELY);
  private readonly underWay = new Slots(UNDER_WAY);

  /** To be called while the socket still has its address. */
  add(socket: TrackedSocket): void {
    this.lately.put(socket.skaddr, socket);
    if (isUnderWay(socket)) this.underWay.put(socket.skaddr, socket);
    else this.underWay.forget(socket.skaddr);
  }

  lastAt(skaddr: number): TrackedSocket | undefined {
    return skaddr === 0 ? undefined : (this.lately.at(skaddr) ?? this.underWay.at(skaddr));
  }
}

/** Whether a system call may still report it: accept(2) the process, connect(2), the first one or the second, its error. */
function isUnderWay({ origin, pid, connectReported, awaitsResult, packed }: TrackedSocket): boolean {
  if (origin === 'accept') return pid === undefined;
  return origin === 'connect' && (!connectReported || awaitsResult) && (packed.states & ESTABLISHED) === 0;
}

/** The last socket at each address; two addresses may share a place, which the later one takes. */
class Slots {
  private readonly addresses: Float64Array;
  private readonly shift: number;
  private readonly sockets: (TrackedSocket | undefined)[];

  /** `count`: a power of two. */
  constructor(count: number) {
    this.shift = 32 - Math.log2(count);
    this.addresses = new Float64Array(count);
    this.sockets = new Array(count).fill(undefined);
  }

  put(skaddr: number, socket: TrackedSocket): void {
    const slot = this.slotOf(skaddr);
    this.addresses[slot] = skaddr;
    this.sockets[slot] = socket;
  }

  forget(skaddr: number): void {
    const slot = this.slotOf(skaddr);
    if (this.addresses[slot] === skaddr) this.sockets[slot] = undefined;
  }

  at(skaddr: number): TrackedSocket | undefined {
    const slot = this.slotOf(skaddr);
    return this.addresses[slot] === skaddr ? this.sockets[slot] : undefined;
  }

  /**
   * Multiplied: they lie at few distances from the beginning of a slab, so that the lower bits of many are alike. The lowest six are always:
   * they begin on a cache line.
   */
  private slotOf(skaddr: number): number {
    const line = Math.floor(skaddr / 64);
    return (Math.imul(line | 0, 0x9e3779b1) ^ Math.imul(Math.floor(line / 2 ** 32), 0x85ebca6b)) >>> this.shift;
  }
}
