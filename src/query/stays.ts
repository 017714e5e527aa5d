/** The stays of a connection: how long it was in each state, and whether one of them matches what a user asks for. */

import type { Connection } from '../model/connection.js';
import type { ConnectionEvent } from '../model/connection-event.js';
import type { Source } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';

/** The time that a connection spent in one state. */
export interface Stay {
  readonly state: TcpState;
  /** When it began; if inferred, the latest it can have been. */
  readonly fromUs: number;
  /** The earliest it can have begun if inferred; undefined if observed, 0 without a bound. */
  readonly notBeforeUs: number | undefined;
  readonly source: Source;
  /** When it ended; undefined while it lasts. */
  readonly toUs: number | undefined;
  /** The earliest it can have ended if that was inferred. */
  readonly toNotBeforeUs: number | undefined;
  /** `toUs - fromUs`, up to the end of the recorded time while it lasts. */
  readonly lastedUs: number;
  /** The shortest and the longest it can have lasted; the longest is undefined where its beginning has no bound. */
  readonly shortestUs: number;
  readonly longestUs: number | undefined;
  readonly events: readonly ConnectionEvent[];
}

type Stepped = Pick<Connection, 'steps'>;

/** The stays of a connection in a history that is known up to `endUs`, without their events. */
export function staysOf(connection: Stepped, endUs: number): Stay[] {
  const { steps } = connection;
  return steps.flatMap((step, index) => {
    if (step.newState === 'UNCONN') return [];
    const next = steps[index + 1];
    const toUs = next?.atUs;
    const untilUs = Math.max(toUs ?? endUs, step.atUs);
    return [
      {
        state: step.newState,
        fromUs: step.atUs,
        notBeforeUs: step.notBeforeUs,
        source: step.source,
        toUs,
        toNotBeforeUs: next?.notBeforeUs,
        lastedUs: untilUs - step.atUs,
        shortestUs: Math.max(0, (next?.notBeforeUs ?? untilUs) - step.atUs),
        longestUs: step.notBeforeUs === 0 ? undefined : untilUs - (step.notBeforeUs ?? step.atUs),
        events: [],
      },
    ];
  });
}

export interface StayWish {
  readonly fromUs: number;
  readonly toUs: number;
  /** undefined: any. */
  readonly states: ReadonlySet<TcpState> | undefined;
  /** Longer than this, microseconds. */
  readonly longerThanUs: number | undefined;
}

/**
 * Whether the connection was, within the window, ever in one of the states; and in one such stay longer than asked for.
 * A stay counts with its whole length, also where the window cuts it, and with the longest it can have lasted, so that an
 * uncertain one is shown (with its bounds) rather than hidden. Without a bound it counts from when it was first seen.
 */
export function fulfils(connection: Stepped, endUs: number, wish: StayWish): boolean {
  const { states, longerThanUs } = wish;
  if (states === undefined && longerThanUs === undefined) return true;
  if (longerThanUs === undefined && states?.has('UNCONN') === true && endedWithin(connection, wish)) return true;
  return staysOf(connection, endUs).some(
    (stay) =>
      (states?.has(stay.state) ?? true) &&
      (stay.notBeforeUs === 0 ? stay.fromUs : (stay.notBeforeUs ?? stay.fromUs)) <= wish.toUs &&
      (stay.toUs ?? Number.POSITIVE_INFINITY) >= wish.fromUs &&
      (longerThanUs === undefined || (stay.longestUs ?? stay.lastedUs) > longerThanUs),
  );
}

function endedWithin({ steps }: Stepped, { fromUs, toUs }: StayWish): boolean {
  return steps.some((step) => step.newState === 'UNCONN' && step.atUs >= fromUs && step.atUs <= toUs);
}
