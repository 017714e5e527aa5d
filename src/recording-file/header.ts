import type { ClockStep } from '../model/run.js';

/** The commands that write recording files. */
export const WRITERS = ['record', 'export', 'replay'] as const;

/** From which host and run a file is. Times are microseconds since the epoch. */
export interface RecordingHeader {
  /** The version of the sstory that wrote the file. */
  readonly sstory: string;
  readonly host: string;
  readonly bootId: string;
  readonly kernel: string;
  readonly source: string;
  readonly transport: string | undefined;
  readonly intervalUs: number;
  /** Wall clock minus boot clock. */
  readonly clockOffsetUs: number;
  readonly clockSteps: readonly ClockStep[];
  readonly startedUs: number;
  /** When writing the file began. */
  readonly writtenUs: number;
  readonly writtenBy: (typeof WRITERS)[number];
  /** The window and the filter, if the file is only a part of a history. */
  readonly sinceUs?: number | undefined;
  readonly untilUs?: number | undefined;
  readonly filter?: string | undefined;
}
