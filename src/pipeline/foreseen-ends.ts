import type { ForeseenEnd } from '../model/connection.js';
import type { ForeseenTimes, Ledger } from './ledger.js';
import { TIMER_SLACK_US, timerLatenessUs } from './timer-wheel.js';
import { TIMEWAIT_LIFE_US, type TrackedSocket } from './tracked-socket.js';

/** A change of the wall clock against the boot clock between two batches that is a step, microseconds. */
const STEP_US = 100_000;

/** Where more of them end by something else than their timer, writing them at once costs more than it saves. */
const MOST_ENDED_OTHERWISE = 0.5;

interface Foreseen extends ForeseenEnd, ForeseenTimes {
  readonly socket: TrackedSocket;
}

/**
 * The ends of TIME-WAITs, which their timer sets when they begin: 60 s later, and at most so much later as the kernel's timer wheel
 * is coarse. They are written at once, and reported when that time has passed. A snapshot, a reuse of the four-tuple or a late FIN
 * may show another end: then the row is updated.
 */
export class ForeseenEnds {
  private readonly latenessUs: number;
  /** In the order of their time. */
  private ends: Foreseen[] = [];
  /** Those of timers that were restarted: few, in no order. */
  private moved: Foreseen[] = [];
  private next = 0;
  private offsetUs: number | undefined;

  /** `tickUs`: the time of one jiffy, microseconds. */
  constructor(
    private readonly ledger: Ledger,
    tickUs: number,
  ) {
    this.latenessUs = timerLatenessUs(TIMEWAIT_LIFE_US, tickUs) + TIMER_SLACK_US;
  }

  /**
   * A socket has entered TIME-WAIT, and its timer is due at its `expiresBootUs`. `unseenUs`: for how long complete dumps may leave it
   * unseen; undefined: they do not come often enough to foresee anything.
   */
  foresee(socket: TrackedSocket, unseenUs: number | undefined): void {
    if (unseenUs === undefined || this.ledger.endedOtherwise > MOST_ENDED_OTHERWISE) return;
    this.ends.push(this.endOf(socket, unseenUs));
  }

  private endOf(socket: TrackedSocket, unseenUs: number): Foreseen {
    const bootUs = socket.expiresBootUs + this.latenessUs;
    const notBeforeBootUs = Math.max(socket.changedBootUs, socket.expiresBootUs - unseenUs);
    const end: Foreseen = {
      socket,
      bootUs,
      notBeforeBootUs,
      closedUs: socket.wallUs(bootUs),
      notBeforeUs: socket.wallUs(notBeforeBootUs),
    };
    socket.foreseenEnd = end;
    return end;
  }

  /** A dump reports when a socket's timer expires: later than foreseen if a late FIN has restarted it. */
  check(socket: TrackedSocket, unseenUs: number | undefined): void {
    if (socket.foreseenEnd === undefined) return;
    const closedUs = socket.wallUs(socket.expiresBootUs + this.latenessUs);
    if (Math.abs(closedUs - socket.foreseenEnd.closedUs) <= TIMER_SLACK_US) return;
    socket.foreseenEnd = undefined;
    if (unseenUs !== undefined) this.moved.push(this.endOf(socket, unseenUs));
    this.ledger.touch(socket);
  }

  /** Ends the sockets whose timers have expired by then. */
  pass(throughBootUs: number): void {
    this.watchClock();
    const throughUs = this.ledger.wallUs(throughBootUs);
    for (; this.next < this.ends.length; this.next++) {
      const end = this.ends[this.next];
      if (end === undefined || end.bootUs > throughBootUs) break;
      this.finish(end, throughUs);
    }
    for (const end of this.moved) if (end.bootUs <= throughBootUs) this.finish(end, throughUs);
    if (this.moved.length > 0) this.moved = this.moved.filter((end) => end.socket.foreseenEnd === end);
    if (this.next * 2 < this.ends.length) return;
    this.ends = this.ends.slice(this.next);
    this.next = 0;
  }

  private finish(end: Foreseen, throughUs: number): void {
    if (end.socket.foreseenEnd === end) this.ledger.closeAsForeseen(end.socket, end, throughUs);
  }

  /** Readers compare the ends with the wall clock. After a step of it no end is foreseen any more: snapshots and timers end the sockets. */
  private watchClock(): void {
    const { offsetUs } = this.ledger;
    const isStep = Math.abs(offsetUs - (this.offsetUs ?? offsetUs)) > STEP_US;
    this.offsetUs = offsetUs;
    if (!isStep) return;
    for (const end of [...this.ends, ...this.moved]) {
      if (end.socket.foreseenEnd !== end) continue;
      end.socket.foreseenEnd = undefined;
      this.ledger.touch(end.socket);
    }
    this.ends = [];
    this.moved = [];
    this.next = 0;
  }
}
