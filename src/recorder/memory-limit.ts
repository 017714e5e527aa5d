/** Keeps a recorder within --max-memory: it gives up the least important first, and notes what is missing. */
import { durationText } from '../model/time-text.js';
import type { Say } from './say.js';

/** In the order in which they are given up. Transitions are lost last, where the backlog has no room left. */
export const SHED = ['samples', 'tcp-info', 'names'] as const;
export type Shed = (typeof SHED)[number];

/** From this share of the limit on it is given up. */
const SHARES: Readonly<Record<Shed, number>> = { samples: 0.8, 'tcp-info': 0.87, names: 0.94 };
const TEXTS: Readonly<Record<Shed, string>> = {
  samples: 'samples of sockets are not recorded',
  'tcp-info': 'snapshots are taken without tcp_info',
  names: 'names are not recorded',
};
/** Where so much less than its share is in use for so long, the last that was given up is recorded again. */
const LESS_SHARE = 0.1;
const ENOUGH_MS = 30_000;
const RETURNS: Readonly<Record<Shed, string>> = {
  samples: 'samples of sockets are recorded again',
  'tcp-info': 'snapshots have tcp_info again',
  names: 'names are recorded again',
};
/** Collecting garbage takes a tenth of a second: not more often than this; above the limit, more often. */
const RELEASE_EVERY_MS = 10_000;
const RELEASE_ABOVE_EVERY_MS = 2_000;

export interface MemoryParts {
  readonly limitBytes: number;
  /** What is recorded, in the order of SHED. */
  readonly recorded: readonly Shed[];
  readonly usedBytes: () => number;
  /** Frees what is only garbage. */
  readonly release: () => void;
  readonly shed: (what: Shed) => void;
  readonly resume: (what: Shed) => void;
  readonly say: Say;
  /** A monotonic clock. */
  readonly nowMs: () => number;
}

export class MemoryLimit {
  private readonly given = new Set<Shed>();
  private enoughSinceMs: number | undefined;
  private releasedMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: MemoryParts) {}

  /** To be called some times a second. @returns the bytes in use */
  check(): number {
    const { recorded } = this.parts;
    let used = this.parts.usedBytes();
    const isNeeded = (what: Shed) => !this.given.has(what) && used > this.parts.limitBytes * SHARES[what];
    const isMost = used > this.parts.limitBytes * SHARES.names;
    if ((isMost || recorded.some(isNeeded)) && this.release(used)) used = this.parts.usedBytes();
    for (const what of recorded.filter(isNeeded)) this.shed(what, used);
    this.resumeIfEnough(used);
    return used;
  }

  /** False where it was done shortly before: what is in use then cannot be freed. */
  private release(used: number): boolean {
    const nowMs = this.parts.nowMs();
    const everyMs = used > this.parts.limitBytes ? RELEASE_ABOVE_EVERY_MS : RELEASE_EVERY_MS;
    if (nowMs - this.releasedMs < everyMs) return false;
    this.releasedMs = nowMs;
    this.parts.release();
    return true;
  }

  private shed(what: Shed, used: number): void {
    const { limitBytes, say, shed } = this.parts;
    this.given.add(what);
    this.enoughSinceMs = undefined;
    say(`memory: ${megabytes(used)} of ${megabytes(limitBytes)} in use (--max-memory): ${TEXTS[what]}`, 'warning');
    shed(what);
  }

  private resumeIfEnough(used: number): void {
    const last = this.parts.recorded.findLast((what) => this.given.has(what));
    const nowMs = this.parts.nowMs();
    const enough = last === undefined ? 0 : SHARES[last] - LESS_SHARE;
    if (last === undefined || used > this.parts.limitBytes * enough) {
      this.enoughSinceMs = undefined;
      return;
    }
    this.enoughSinceMs ??= nowMs;
    if (nowMs - this.enoughSinceMs < ENOUGH_MS) return;
    this.enoughSinceMs = undefined;
    this.given.delete(last);
    this.parts.say(
      `memory: under ${Math.round(enough * 100)} % of --max-memory for ${durationText(ENOUGH_MS * 1000)}: ${RETURNS[last]}`,
    );
    this.parts.resume(last);
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
