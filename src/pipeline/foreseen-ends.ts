import { TIMEWAIT_LIFE_US } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import { LooseEnds } from './loose-ends.js';
import { USUAL_UNSEEN_US } from './netns-view.js';
import { TIMER_SLACK_US, timerLatenessUs } from './timer-wheel.js';
import type { TrackedSocket } from './tracked-socket.js';

/** A change of the wall clock against the boot clock between two batches that is a step, microseconds. */
const STEP_US = 100_000;

/**
 * The ends of TIME-WAITs, which their timer sets when they begin: 60 s later, and at most so much later as the kernel's timer wheel
 * is coarse. They are written at once, and reported when that time has passed. A snapshot, a reuse of the four-tuple or a late FIN
 * may show another end: then the row is updated.
 */
export class ForeseenEnds {
  private readonly latenessUs: number;
  /** Of those that are not parked. */
  private readonly others = new LooseEnds();
  private offsetUs: number | undefined = undefined;

  /** `tickUs`: the time of one jiffy, microseconds. `onlyIds`: `CorrelatorOptions.onlyIdsOfReached`. */
  constructor(
    private readonly ledger: Ledger,
    tickUs: number,
    private readonly onlyIds = false,
  ) {
    this.latenessUs = timerLatenessUs(TIMEWAIT_LIFE_US, tickUs) + TIMER_SLACK_US;
    ledger.table.onUnpark = (socket) => {
      if (socket.foreseenEnd !== undefined) this.others.add(socket, socket.foreseenEnd);
    };
  }

  /**
   * A socket has entered TIME-WAIT, and its timer is due at its `expiresBootUs`. `unseenUs`: for how long complete dumps may leave it
   * unseen; undefined: they do not come often enough to foresee anything.
   */
  foresee(socket: TrackedSocket, unseenUs: number | undefined): void {
    if (unseenUs === undefined) return;
    const notBeforeBootUs = Math.max(socket.changedBootUs, socket.expiresBootUs - unseenUs);
    this.others.add(socket, socket.foresee(socket.expiresBootUs + this.latenessUs, notBeforeBootUs));
  }

  /** To be called after each batch: these sockets are parked now. */
  follow(slots: readonly number[]): void {
    this.others.settle();
    this.ledger.table.parked.ends.add(slots);
  }

  /** Whether the timer of a parked socket is due when it was foreseen to be. */
  agrees(slot: number, expiresBootUs: number): boolean {
    const endBootUs = this.ledger.table.parked.endAt(slot);
    return endBootUs === undefined || Math.abs(expiresBootUs + this.latenessUs - endBootUs) <= TIMER_SLACK_US;
  }

  /**
   * A dump reports when a socket's timer expires: later than foreseen if a late FIN has restarted it. One that the dump has found, and that is
   * not written yet, gets its end at once.
   */
  check(socket: TrackedSocket, unseenUs: number | undefined): void {
    if (socket.foreseenEnd === undefined) {
      const isNew = socket.deliveredSteps < 0 && socket.state === 'TIME-WAIT' && Number.isFinite(socket.expiresBootUs);
      if (isNew && this.ledger.tracing) this.foresee(socket, unseenUs ?? USUAL_UNSEEN_US);
      return;
    }
    const closedUs = socket.wallUs(socket.expiresBootUs + this.latenessUs);
    if (Math.abs(closedUs - socket.foreseenEnd.closedUs) <= TIMER_SLACK_US) return;
    socket.foreseenEnd = undefined;
    this.foresee(socket, unseenUs);
    this.ledger.touch(socket);
  }

  /** Ends the sockets whose timers have expired by then. */
  pass(throughBootUs: number): void {
    this.watchClock();
    const throughUs = this.ledger.wallUs(throughBootUs);
    const { table } = this.ledger;
    const { parked } = table;
    for (let slot = parked.ends.first; slot !== undefined; slot = parked.ends.first) {
      if ((parked.endAt(slot) ?? 0) > throughBootUs) break;
      // It is one of the others then, which come next.
      if (!this.onlyIds || !this.ledger.parkedEnds.reach(slot, throughUs)) table.unpark(slot);
    }
    for (const { socket, end } of this.others.due(throughBootUs)) this.ledger.closeAsForeseen(socket, end, throughUs);
  }

  /** Readers compare the ends with the wall clock. After a step of it no end is foreseen any more: snapshots and timers end the sockets. */
  private watchClock(): void {
    const { offsetUs } = this.ledger;
    const isStep = Math.abs(offsetUs - (this.offsetUs ?? offsetUs)) > STEP_US;
    this.offsetUs = offsetUs;
    if (!isStep) return;
    const { parked } = this.ledger.table;
    for (const slot of parked.slots()) if (parked.endAt(slot) !== undefined) this.ledger.table.unpark(slot);
    for (const { socket } of this.others.takeAll()) {
      socket.foreseenEnd = undefined;
      this.ledger.touch(socket);
    }
  }
}
