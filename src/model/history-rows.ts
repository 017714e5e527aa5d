/** The rows of a history's tables, as recording files and the store pass them on. */

import type { BoundRecord } from './bound.js';
import type { RecordedCgroup } from './cgroup.js';
import type { Connection } from './connection.js';
import type { ConnectionEvent } from './connection-event.js';
import type { Gap } from './gap.js';
import type { SnapshotRecord } from './history-batch.js';
import type { NameRecord } from './name.js';
import type { NamespaceRecord } from './namespace.js';
import type { Ownership } from './owner.js';
import type { RecordedRun } from './run.js';
import type { Sample } from './sample.js';
import type { SockstatRecord } from './sockstat.js';
import type { ThreadRecord } from './thread.js';
import type { TimewaitsRecord } from './timewaits.js';

/** Why a part of the history was deleted: by age, or by the size of the file. */
export const PRUNE_REASONS = ['retain', 'max-size'] as const;
export type PruneReason = (typeof PRUNE_REASONS)[number];

/** A row of the table `prunings`. */
interface RecordedPruning {
  readonly id: number;
  readonly atUs: number;
  readonly throughUs: number;
  readonly connections: number;
  readonly reason: PruneReason;
}

/** Rows that were exported have the id of their database; rows that are recorded into a file have none, and are numbered in order. */
interface Numbered {
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
  readonly namespace: NamespaceRecord;
  readonly thread: ThreadRecord;
  readonly sockstat: SockstatRecord;
  readonly bound: BoundRecord;
  readonly timewaits: TimewaitsRecord;
}

export type RowKind = keyof RowKinds;

/** Rows by kind. */
export type HistoryRows = { readonly [Kind in RowKind]: readonly RowKinds[Kind][] };
