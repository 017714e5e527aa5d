/** What the thread that takes dumps remembers of a network namespace from one dump to the next. */
import type { ChangeMemory } from './change-memory.js';
import type { CopiedRows } from './changed-rows.js';

const WITH_TIME_WAIT_EVERY_US = 10_000_000;

/** Which network namespace an inode number stands for. */
export interface NetnsIdentity {
  readonly netns: number;
  readonly netCookie: number | undefined;
  readonly name: string | undefined;
}

export interface NetnsMemory {
  /** Undefined: the last dump failed, or there was none, and the next one is compared with nothing. */
  changes: ChangeMemory | undefined;
  /** The same of sockets that are bound and nothing more. */
  bound: ChangeMemory | undefined;
  lastBootUs: number;
  lastWholeBootUs: number;
  netCookie?: number | undefined;
  /** As reported; undefined: not yet. */
  identity?: NetnsIdentity;
}

/** What a dump has of sockets that are bound and nothing more. `gone`: undefined where it is compared with nothing. */
export interface TakenBound {
  readonly rows: CopiedRows;
  readonly gone: Float64Array<ArrayBuffer> | undefined;
}

export function takenBound(rows: CopiedRows, gone: Float64Array<ArrayBuffer>, isFirst: boolean): TakenBound {
  return { rows, gone: isFirst ? undefined : gone };
}

/** The next dump is compared with nothing. */
export function forgetSockets(memory: NetnsMemory): void {
  memory.changes?.clear();
  memory.bound?.clear();
  memory.changes = undefined;
  memory.bound = undefined;
}

/** Whether the next dump, as long after this one as this one is after the last, would be too late for the TIME-WAITs. */
export function isWholeDue({ lastBootUs, lastWholeBootUs }: NetnsMemory, startBootUs: number): boolean {
  return startBootUs - lastWholeBootUs + (startBootUs - lastBootUs) > WITH_TIME_WAIT_EVERY_US;
}
