/** Ships until it is asked to end: at its pace, and through everything that passes. */
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, SstoryError } from '../model/error.js';
import { isBusy } from '../store/store-error.js';
import type { Outbox } from './outbox.js';
import { Backoff, Pace } from './pace.js';
import { SEGMENT_ROWS, type Shipper } from './shipper.js';
import { TargetError } from './target.js';

/** What waits is sent so often, also where it is less than a whole segment; so is the rest. */
const ROUND_MS = 10_000;
/** Over so long the inflow is measured, microseconds. */
const INFLOW_US = 60_000_000;
/** The file that is read is not the one that a recorder writes. */
const REPLACED = 'file-replaced';
/** Attempts of `--once`. */
const ATTEMPTS = 3;

export interface LoopParts {
  readonly shipper: Shipper;
  readonly outbox: Outbox;
  /** How much faster than rows come they may be sent. */
  readonly pace: number;
  /** Wall clock, microseconds. */
  readonly nowUs: () => number;
  readonly say: (text: string) => void;
  /** Between two rounds, milliseconds. */
  readonly roundMs?: number;
  readonly backoff?: Backoff;
  /** The clock by which it keeps its pace, and how it waits; default: those of the process. */
  readonly timer?: Timer;
}

/** Milliseconds. */
export interface Timer {
  readonly nowMs: () => number;
  /** Returns earlier when it is asked to end. */
  readonly wait: (ms: number, asked: AbortSignal) => Promise<void>;
}

/**
 * Ships all that is committed, looks for it there, and returns.
 * @throws SstoryError the last error, after three attempts
 */
export async function shipOnce(
  { shipper, say, backoff = new Backoff(), timer = OWN_TIMER }: LoopParts,
  asked: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await shipper.begin();
      while (!asked.aborted && (await shipper.sendNext()).rows > 0);
      if (asked.aborted) return;
      await shipper.sendLoose();
      await shipper.auditAll();
      shipper.note(undefined);
      return;
    } catch (error) {
      noteFailure(shipper, error);
      if (attempt === ATTEMPTS || !passes(error) || asked.aborted) throw error;
      say(`${messageOf(error)}: trying again`);
      await timer.wait(backoff.nextMs(), asked);
    }
  }
}

/**
 * Ships until `asked` is aborted.
 * @throws SstoryError where it cannot even begin, and what does not pass
 */
export async function shipOn(parts: LoopParts, asked: AbortSignal): Promise<void> {
  const { shipper, say, backoff = new Backoff(), timer = OWN_TIMER } = parts;
  const pace = new Pace(parts.pace);
  let began = false;
  let said: string | undefined;
  while (!asked.aborted) {
    try {
      await shipper.begin();
      if (said !== undefined) say('shipping goes on');
      [began, said] = [true, undefined];
      shipper.note(undefined);
      await rounds(parts, pace, asked, () => backoff.succeeded());
    } catch (error) {
      noteFailure(shipper, error);
      if (!passes(error) && !(began && mayPass(error))) throw error;
      if (messageOf(error) !== said) say(`${messageOf(error)}: trying again`);
      said = messageOf(error);
      await timer.wait(backoff.nextMs(), asked);
    }
  }
}

async function rounds(parts: LoopParts, pace: Pace, asked: AbortSignal, succeeded: () => void): Promise<void> {
  const { shipper, outbox, nowUs, roundMs = ROUND_MS, timer = OWN_TIMER } = parts;
  while (!asked.aborted) {
    const beganMs = timer.nowMs();
    const inflow = outbox.inflow(nowUs(), INFLOW_US);
    let rows = SEGMENT_ROWS;
    // A part of a segment waits for the next round.
    for (let count = 0; !asked.aborted && rows > 0 && (count === 0 || shipper.waiting >= SEGMENT_ROWS); count++) {
      await timer.wait(pace.waitMs(timer.nowMs()), asked);
      if (asked.aborted) return;
      const startMs = timer.nowMs();
      rows = (await shipper.sendNext()).rows;
      pace.sent(rows, startMs, inflow);
      if (timer.nowMs() - beganMs >= roundMs) break;
    }
    await shipper.sendLoose();
    await shipper.audit();
    succeeded();
    if (outbox.isReplaced)
      throw new SstoryError(REPLACED, `${outbox.path} was deleted or replaced`, {
        hint: 'start sstory ship again when it is there',
      });
    const restMs = shipper.waiting >= SEGMENT_ROWS ? 0 : roundMs - (timer.nowMs() - beganMs);
    await timer.wait(restMs, asked);
  }
}

/** Whether an error is one of those that pass. */
function passes(error: unknown): boolean {
  return error instanceof TargetError || isBusy(error);
}

/** Once it has shipped, also what a person has to change: a password, a table, room for the state. */
function mayPass(error: unknown): boolean {
  return error instanceof SstoryError && error.code !== REPLACED;
}

function noteFailure(shipper: Shipper, error: unknown): void {
  try {
    shipper.note(messageOf(error));
  } catch {
    // The state cannot be kept: that is the error, or comes again.
  }
}

const OWN_TIMER: Timer = {
  nowMs: () => performance.now(),
  async wait(ms, asked) {
    if (ms > 0) await delay(ms, undefined, { signal: asked }).catch(() => undefined);
  },
};
