import type { RunNote } from './run-note.js';

/** Where a run's facts come from: BPF programs, sock_diag alone, or one file that `ss -D` wrote. */
export const RUN_SOURCES = ['bpf', 'diag', 'ss-dump'] as const;
export type RunSource = (typeof RUN_SOURCES)[number];

/** The wall clock was set while the boot clock went on. */
export interface ClockStep {
  readonly atUs: number;
  readonly stepUs: number;
}

/** One execution of the recorder into a database: a row of the table `runs`. */
export interface Run {
  readonly id: number;
  readonly host: string;
  readonly bootId: string;
  readonly kernel: string;
  readonly sstory: string;
  readonly bpftrace: string | undefined;
  readonly source: RunSource;
  readonly transport: string | undefined;
  readonly intervalUs: number;
  readonly pid: number;
  readonly startedUs: number;
  /** Up to where its history is complete, except for its gaps: a running recorder updates it every second. */
  readonly lastUs: number;
  readonly endedUs: number | undefined;
  /** `clean`, or why it ended otherwise; undefined: it was killed, or is still running. */
  readonly end: string | undefined;
  readonly clockOffsetUs: number;
  readonly clockSteps: readonly ClockStep[];
  readonly notes: readonly RunNote[];
  /** Inode number of the network namespace of process 1, or of the recorder where that cannot be read; undefined: not known. */
  readonly initialNetns: number | undefined;
  /** How old the oldest event was at `lastUs` that waited to be processed, microseconds, and the bytes that waited. */
  readonly behindUs: number | undefined;
  readonly backlogBytes: number | undefined;
}

/** What is known when a run starts. */
export type RunStart = Omit<Run, 'id' | 'lastUs' | 'endedUs' | 'end' | 'clockSteps' | 'behindUs' | 'backlogBytes'>;

/** The last moment that a run covers. */
export function runEndUs({ endedUs, lastUs }: Run): number {
  return endedUs ?? lastUs;
}

/** The row as tables and recording files pass it on: its notes as the text of the column, which only src/model/run-note.ts reads. */
export interface RecordedRun extends Omit<Run, 'notes'> {
  readonly notes: string;
}
