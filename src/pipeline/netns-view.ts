import type { Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';

type DumpTimes = Pick<Snapshot, 'startBootUs' | 'nextUs' | 'nextAfterNewsUs'>;

/** What is known of a network namespace from its snapshots. */
export interface NetnsView {
  /** How many there were. */
  dumps: number;
  firstBootUs: number;
  lastBootUs: number;
  /** When it ended. */
  lastEndBootUs: number;
  /** The last one that had the TIME-WAITs too. */
  completeBootUs: number | undefined;
  /** The last two times between complete ones, microseconds. */
  completeEveryUs: readonly [last: number, before: number] | undefined;
  /** How long after the last one the next was to be taken as soon as something happened, microseconds. */
  nextUs: number;
  /** It was put off while nothing happened. */
  isPutOff: boolean;
}

/** Before the first snapshot. */
export const UNSEEN: NetnsView = {
  dumps: 0,
  firstBootUs: Number.NEGATIVE_INFINITY,
  lastBootUs: Number.NEGATIVE_INFINITY,
  lastEndBootUs: Number.NEGATIVE_INFINITY,
  completeBootUs: undefined,
  completeEveryUs: undefined,
  nextUs: 0,
  isPutOff: false,
};

/** The last time at which a dump would have shown the socket of a row, boot time; minus infinity: none would. */
export function unseenAt({ lastBootUs, completeBootUs }: NetnsView, { state }: Pick<SocketRow, 'state'>): number {
  return state === 'TIME-WAIT' ? (completeBootUs ?? Number.NEGATIVE_INFINITY) : lastBootUs;
}

/** After the first one, microseconds: with many TIME-WAITs complete ones come about every ten seconds. */
const USUAL_EVERY_US = 10_000_000;
/** A dump may come so much later than twice the usual time, microseconds. */
const UNSEEN_MARGIN_US = 1_000_000;
/** What `unseenUs` returns after the first complete one. */
export const USUAL_UNSEEN_US = 2 * USUAL_EVERY_US + UNSEEN_MARGIN_US;

/**
 * Takes note of a complete snapshot. One that was put off while nothing happened counts as if it had come at its time: a TIME-WAIT begins with
 * events, and the next one is taken soon after these.
 */
export function noteComplete(view: NetnsView, snapshot: DumpTimes): void {
  const { startBootUs, nextUs = 0, nextAfterNewsUs = nextUs } = snapshot;
  if (view.completeBootUs !== undefined) {
    const passedUs = startBootUs - view.completeBootUs;
    const everyUs = view.isPutOff ? Math.min(passedUs, view.nextUs) : passedUs;
    view.completeEveryUs = [everyUs, view.completeEveryUs?.[0] ?? everyUs];
  }
  view.completeBootUs = startBootUs;
  view.nextUs = nextAfterNewsUs;
  view.isPutOff = nextUs > nextAfterNewsUs;
}

/** For how long complete snapshots may leave a socket unseen, from how often they came so far, microseconds; undefined: not known. */
export function unseenUs(view: NetnsView | undefined): number | undefined {
  if (view?.completeBootUs === undefined) return undefined;
  const [lastUs, beforeUs] = view.completeEveryUs ?? [USUAL_EVERY_US, USUAL_EVERY_US];
  return 2 * Math.max(lastUs, beforeUs, view.nextUs) + UNSEEN_MARGIN_US;
}
