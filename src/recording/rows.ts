/** What a recording file holds: the rows of the history's tables, in the words of the model. */
import type { Connection, ConnectionEvent, Gap, Ownership, Sample, SnapshotRecord } from '../model/connection.js';
import type { NameRecord } from '../model/name.js';

/** The wall clock was set while the boot clock went on. */
export interface ClockStep {
  readonly atUs: number;
  readonly stepUs: number;
}

/** Of which host, and of which recording on it. Times are microseconds since the epoch. */
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
  /** When the file was begun. */
  readonly writtenUs: number;
  readonly writtenBy: 'record' | 'export' | 'replay';
  /** What was asked for where it is only a part of a history. */
  readonly sinceUs?: number | undefined;
  readonly untilUs?: number | undefined;
  readonly filter?: string | undefined;
}

/** A row of the table `runs`. */
export interface RecordedRun {
  readonly id: number;
  readonly host: string;
  readonly bootId: string;
  readonly kernel: string;
  readonly sstory: string;
  readonly bpftrace: string | undefined;
  readonly source: string;
  readonly transport: string | undefined;
  readonly intervalUs: number;
  readonly pid: number;
  readonly startedUs: number;
  readonly lastUs: number;
  readonly endedUs: number | undefined;
  readonly end: string | undefined;
  readonly clockOffsetUs: number;
  readonly clockSteps: readonly ClockStep[];
  readonly notes: string;
}

export interface RecordedCgroup {
  readonly id: number;
  readonly path: string;
}

/** A row of the table `prunings`. */
export interface RecordedPruning {
  readonly id: number;
  readonly atUs: number;
  readonly throughUs: number;
  readonly connections: number;
  readonly reason: string;
}

/** Numbered by the database that it was exported from; without a number while it is recorded: then in the order they come. */
export interface Numbered {
  readonly id?: number | undefined;
}

/** The kinds of rows, and what each is. */
export interface RowKinds {
  readonly run: RecordedRun;
  readonly cgroup: RecordedCgroup;
  readonly connection: Connection;
  readonly owner: Ownership;
  readonly event: ConnectionEvent & Numbered;
  readonly sample: Sample;
  readonly snapshot: SnapshotRecord;
  readonly gap: Gap & Numbered;
  readonly name: NameRecord;
  readonly pruning: RecordedPruning;
}

export type RowKind = keyof RowKinds;

/** The rows of one block, by kind. */
export type RecordedRows = { readonly [Kind in RowKind]: readonly RowKinds[Kind][] } & {
  /** The history is complete up to here, as far as the file is concerned; undefined: the block does not say. */
  readonly throughUs: number | undefined;
};
