/** What is known of a network namespace from its snapshots. */
export interface NetnsView {
  generation: number;
  firstBootUs: number;
  lastBootUs: number;
  /** The last one that had the TIME-WAITs too. */
  completeBootUs: number | undefined;
  /** The last two times between complete ones, microseconds. */
  completeEveryUs: readonly [last: number, before: number] | undefined;
}

/** Before the first snapshot. */
export const UNSEEN: NetnsView = {
  generation: 0,
  firstBootUs: Number.NEGATIVE_INFINITY,
  lastBootUs: Number.NEGATIVE_INFINITY,
  completeBootUs: undefined,
  completeEveryUs: undefined,
};

/** A dump may come so much later than twice the usual time, microseconds. */
const UNSEEN_MARGIN_US = 1_000_000;

/** Takes note of a complete snapshot. */
export function noteComplete(view: NetnsView, bootUs: number): void {
  if (view.completeBootUs !== undefined) {
    const everyUs = bootUs - view.completeBootUs;
    view.completeEveryUs = [everyUs, view.completeEveryUs?.[0] ?? everyUs];
  }
  view.completeBootUs = bootUs;
}

/** For how long complete snapshots may leave a socket unseen, from how often they came so far, microseconds; undefined: not known. */
export function unseenUs(view: NetnsView | undefined): number | undefined {
  const everyUs = view?.completeEveryUs;
  return everyUs === undefined ? undefined : 2 * Math.max(...everyUs) + UNSEEN_MARGIN_US;
}
