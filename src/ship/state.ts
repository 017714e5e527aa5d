/** How far shipping to one place has come: a JSON file that is replaced at once, so that a shipper that is killed leaves the old or the new one. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileTrouble, SstoryError, writeTrouble } from '../model/error.js';
import { marksOf, type ShipMarks } from '../store/ship-marks.js';
import { writeWhole } from './whole-file.js';

/** A range of numbers of the table `closings`, both inclusive. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** A segment whose bounds are chosen: it is sent with them however often it is sent. */
export interface BegunSegment extends Range {
  /** It completes the history from then to then, microseconds. */
  readonly fromUs: number;
  readonly toUs: number;
  /** When it was first sent, wall clock, microseconds. */
  readonly sentAtUs: number;
  /** Numbers before it that were deleted without being shipped. */
  readonly lost: number;
  /**
   * The boot of its run when it was begun, which is in the keys of its rows: they are the same rows after all its connections were deleted.
   * Undefined in a state that an earlier version wrote.
   */
  readonly boot?: string | undefined;
}

/** A segment that the place has accepted, and that is still to be found there. */
export interface SentSegment extends BegunSegment {
  /** Rows of its own, and of counted ones. */
  readonly lives: number;
  readonly counts: number;
  /** The first and the last time of its rows, microseconds. */
  readonly earliestUs: number;
  readonly latestUs: number;
  /** What the place gave for it. */
  readonly receipt: number;
}

export interface ShipState extends ShipMarks {
  readonly version: 1;
  /** /etc/machine-id of the host that ships. */
  readonly machine: string;
  /** The last segment that was begun: it is sent again with the same bounds, whatever was recorded since. */
  readonly next: BegunSegment | undefined;
  /** What `sent` covers and `kept` does not, in order. */
  readonly waiting: readonly SentSegment[];
  /** All gaps through this id have been shipped. */
  readonly gapId: number;
  /** Of events without a connection. */
  readonly eventId: number;
  readonly keptAtUs: number;
}

/** A name of a state file, which is a file name and a label in the metrics. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isShipName(name: string): boolean {
  return NAME.test(name);
}

/** Keeps the state of one place. */
export class StateFile {
  readonly path: string;

  /**
   * `directory` is made if it does not exist.
   * @throws SstoryError `cannot-keep-state`
   */
  constructor(
    directory: string,
    private readonly name: string,
  ) {
    this.path = join(directory, `${name}.json`);
    try {
      mkdirSync(directory, { recursive: true, mode: 0o750 });
    } catch (cause) {
      throw cannotKeep(directory, cause);
    }
  }

  /**
   * The state; undefined where nothing was shipped yet.
   * @throws SstoryError `bad-state` where the file is not one: nothing is guessed
   */
  read(): ShipState | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new SstoryError('bad-state', `cannot read ${this.path}: ${fileTrouble(cause)}`, { cause });
    }
    const state = stateOf(this.name, text);
    if (state !== undefined) return state;
    throw new SstoryError('bad-state', `${this.path} is not a state of sstory ship`, {
      hint: 'delete it to begin again: what is at the target already is recognized there',
    });
  }

  /**
   * Replaces the file, with the permissions of its owner and its group alone.
   * @throws SstoryError `cannot-keep-state`
   */
  write(state: ShipState): void {
    try {
      writeWhole(this.path, `${JSON.stringify(state)}\n`);
    } catch (cause) {
      throw cannotKeep(this.path, cause);
    }
  }
}

function cannotKeep(path: string, cause: unknown): SstoryError {
  return new SstoryError('cannot-keep-state', `cannot write ${path}: ${writeTrouble(cause)}`, {
    hint: 'name a directory that this user may write: --state DIRECTORY',
    cause,
  });
}

/** The state of a database that nothing was shipped of. */
export function freshState(of: Pick<ShipState, 'name' | 'target' | 'file' | 'machine'>): ShipState {
  return {
    version: 1,
    ...of,
    sent: 0,
    kept: 0,
    throughUs: 0,
    sentAtUs: 0,
    keptAtUs: 0,
    lost: 0,
    error: undefined,
    next: undefined,
    waiting: [],
    gapId: 0,
    eventId: 0,
  };
}

function stateOf(name: string, text: string): ShipState | undefined {
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const marks = marksOf(name, content);
  if (marks === undefined || content['version'] !== 1 || typeof content['machine'] !== 'string') return undefined;
  const { next, waiting, machine } = content;
  if ((next !== undefined && !isBegun(next)) || !Array.isArray(waiting) || !waiting.every(isSent)) return undefined;
  return {
    ...marks,
    version: 1,
    machine,
    next,
    waiting,
    gapId: Number(content['gapId'] ?? 0),
    eventId: Number(content['eventId'] ?? 0),
    keptAtUs: Number(content['keptAtUs'] ?? 0),
  };
}

const BEGUN = ['first', 'last', 'fromUs', 'toUs', 'sentAtUs', 'lost'] as const;
const SENT = [...BEGUN, 'lives', 'counts', 'earliestUs', 'latestUs', 'receipt'] as const;

function isBegun(value: unknown): value is BegunSegment {
  return hasFields(value, BEGUN);
}

function isSent(value: unknown): value is SentSegment {
  return hasFields(value, SENT);
}

/** Whether it has these numbers, and no boot or one that is text. */
function hasFields(value: unknown, numbers: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  const boot = fields['boot'];
  return (
    (boot === undefined || typeof boot === 'string') && numbers.every((name) => Number.isSafeInteger(fields[name]))
  );
}
