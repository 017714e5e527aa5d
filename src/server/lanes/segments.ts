/** The parts of a lane: a connection in one state, known in one way. */
import type { LoggedConnection } from '../../model/connection.js';
import { eachStepOfText, type TakeStep } from '../../model/packed-steps.js';
import type { CloseReason } from '../../model/stored-codes.js';
import { codeOfState } from '../../model/tcp-state.js';
import { paintOfCode, paintOfReason } from './paint.js';

/** Index = what a run has as its certainty. */
export const CERTAINTY = { observed: 0, inferred: 1, uncertain: 2 } as const;

/** Receives a part; `toUs` is infinite while it lasts. A mark has no length. */
export type PutSegment = (fromUs: number, toUs: number, paint: number, certainty: number) => void;

/** The end of a connection; undefined while it is open. */
interface End {
  readonly closedUs?: number | undefined;
  readonly closeReason?: CloseReason | undefined;
}

/**
 * Passes on the parts of connections, one connection after the other, in their order, and last the mark of its end, if it ended badly.
 * Between the earliest and latest time of an inferred step, the state before it is uncertain.
 */
class SegmentMaker {
  private fromUs = 0;
  /** undefined: in no state. */
  private paint: number | undefined;
  private certainty = 0;

  constructor(private readonly put: PutSegment) {}

  readonly step: TakeStep = (atUs, notBeforeUs, newState, source) => {
    if (this.paint !== undefined) this.stay(this.paint, atUs, notBeforeUs);
    this.fromUs = atUs;
    this.paint = paintOfCode(newState);
    this.certainty = source === 'probe' ? CERTAINTY.observed : CERTAINTY.inferred;
  };

  end({ closedUs, closeReason }: End): void {
    if (this.paint !== undefined) this.stay(this.paint, Number.POSITIVE_INFINITY, undefined);
    const mark = paintOfReason(closeReason);
    if (closedUs !== undefined && mark !== undefined) this.put(closedUs, closedUs, mark, this.certainty);
    this.paint = undefined;
    this.certainty = CERTAINTY.inferred;
  }

  private stay(paint: number, toUs: number, notBeforeUs: number | undefined): void {
    const { fromUs } = this;
    const knownUs = notBeforeUs === undefined ? toUs : Math.max(fromUs, notBeforeUs);
    if (knownUs > fromUs || knownUs === toUs) this.put(fromUs, knownUs, paint, this.certainty);
    if (knownUs < toUs) this.put(knownUs, toUs, paint, CERTAINTY.uncertain);
  }
}

/** Passes on the parts of a connection. */
export function putSegments(
  { steps, ...end }: Pick<LoggedConnection, 'steps' | 'closedUs' | 'closeReason'>,
  put: PutSegment,
): void {
  const maker = new SegmentMaker(put);
  for (const { atUs, notBeforeUs, newState, source } of steps)
    maker.step(atUs, notBeforeUs, codeOfState(newState), source);
  maker.end(end);
}

/** Passes on the same of connections as they are stored, one after the other. */
export class StoredSegments {
  private readonly maker: SegmentMaker;

  constructor(put: PutSegment) {
    this.maker = new SegmentMaker(put);
  }

  /**
   * `path`: its steps as they are stored.
   * @throws SstoryError `damaged`
   */
  put(openedUs: number, path: string, end: End): void {
    eachStepOfText(openedUs, path, this.maker.step);
    this.maker.end(end);
  }
}
