import type { MarkedPlace } from './marked-place.js';
import { printable } from './printable.js';

/** 1: the work failed. 2: the command line or its input was wrong. 255: what ss exits with for a filter it cannot read. */
type ExitCode = 1 | 2 | 255;

/**
 * An error that a person can act on: one line that names the input, and the way out. The command line prints both and
 * exits with `exitCode`; anything else that is thrown is a bug.
 */
export class SstoryError extends Error {
  override readonly name = 'SstoryError';

  constructor(
    /** Stable identifier, e.g. `database-in-use`. */
    readonly code: string,
    message: string,
    readonly options: {
      /** Where in the input the error is. */
      readonly place?: MarkedPlace;
      readonly hint?: string;
      readonly exitCode?: ExitCode;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
  }

  get hint(): string | undefined {
    return this.options.hint;
  }

  /** What a person reads: the message, the place, the hint. Nothing in a line can harm a terminal. */
  get lines(): readonly string[] {
    const { place = [], hint } = this.options;
    return [this.message, ...place, ...(hint === undefined ? [] : [hint])].map(printable);
  }

  get exitCode(): ExitCode {
    return this.options.exitCode ?? 1;
  }
}

/** The message of what was thrown, whatever it is. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How Node words the failure of a system call: code, reason, call, and perhaps the path. */
const SYSTEM_CALL = /^E[A-Z0-9]+: (.+?), \w+(?: '.*)?$/s;

/** Why a file cannot be used, for a message that names the file: `permission denied`. */
export function fileTrouble(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EISDIR') return 'it is a directory';
  const message = messageOf(error);
  return SYSTEM_CALL.exec(message)?.[1] ?? message;
}

/** The same of a file that was to be written. */
export function writeTrouble(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' ? 'its directory does not exist' : fileTrouble(error);
}

/** An error in what the user typed: exit code 2. */
export function usageError(code: string, message: string, hint?: string): SstoryError {
  return new SstoryError(code, message, { exitCode: 2, ...(hint === undefined ? {} : { hint }) });
}

/** A stored value that no recorder writes. */
export function damaged(what: string, cause?: unknown): SstoryError {
  return new SstoryError('damaged', `damaged database: ${what} cannot be read`, {
    hint: 'sstory check lists what is damaged',
    cause,
  });
}
