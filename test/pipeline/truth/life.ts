/** What truly happened to one connection of a simulated kernel. */
import type { FourTuple } from '../../../src/model/four-tuple.js';
import type { CloseReason, Origin } from '../../../src/model/stored-codes.js';
import type { TcpState } from '../../../src/model/tcp-state.js';

/** What became of the event of a step. `none`: no tracepoint reports it. */
export type Fate = 'none' | 'reported' | 'lost' | 'unwatched';

/** A step, boot time. */
export interface Moment {
  readonly from: TcpState;
  readonly to: TcpState;
  readonly atUs: number;
  readonly fate: Fate;
}

/** `struct sock` and its file. */
export interface Sock {
  readonly skaddr: number;
  /** 0 until it is first asked for. */
  cookie: number;
  inode: number;
}

/** What replaces a full socket in TIME-WAIT, and in FIN-WAIT-2 without a process. */
export interface Timewait {
  cookie: number;
  /** When its timer is due, and when it really expires: the timer wheel is coarse. */
  dueUs: number;
  expiresUs: number;
}

/** One connection as ss would show it: its half-open request, its full socket, and its timewait socket. */
export interface Life {
  readonly number: number;
  readonly netns: number;
  readonly tuple: FourTuple;
  readonly origin: Origin;
  readonly moments: Moment[];
  /** Every cookie by which a dump showed it. */
  readonly cookies: Set<number>;
  /** When dumps showed it, boot time. */
  readonly shownUs: number[];
  state: TcpState;
  /** In place while it is half open. */
  request: { cookie: number } | undefined;
  sock: Sock | undefined;
  /** The full socket that it began with, for as long as the story lasts. */
  readonly firstSock: Sock | undefined;
  timewait: Timewait | undefined;
  endUs: number | undefined;
  reason: CloseReason | undefined;
}

/** When ss first showed it, boot time. */
export function startOf({ moments }: Life): number {
  return moments[0]?.atUs ?? Number.NaN;
}

/** When ss stopped showing it, boot time. */
export function endOf({ endUs }: Life): number {
  return endUs ?? Number.POSITIVE_INFINITY;
}

/** Its states with their times, boot time. */
export function* staysOf(life: Life): Iterable<{ state: TcpState; fromUs: number; toUs: number }> {
  for (const [index, { to, atUs }] of life.moments.entries()) {
    if (to === 'UNCONN') return;
    yield { state: to, fromUs: atUs, toUs: life.moments[index + 1]?.atUs ?? Number.POSITIVE_INFINITY };
  }
}

export function sameTuple(a: FourTuple, b: FourTuple): boolean {
  return a.localPort === b.localPort && a.remotePort === b.remotePort && a.localAddr === b.localAddr;
}
