/** The rows of a history's tables, as recording files and the store hand them on. */

import type { Connection, ConnectionEvent, Gap, Ownership, SnapshotRecord } from './connection.js';
import type { NameRecord } from './name.js';
import type { RecordedRun } from './run.js';
import type { Sample } from './sample.js';

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

/** Rows by kind. */
export type HistoryRows = { readonly [Kind in RowKind]: readonly RowKinds[Kind][] };
