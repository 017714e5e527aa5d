/** What one commit writes. */
import type { BoundRecord } from './bound.js';
import type { Connection } from './connection.js';
import type { ConnectionEvent } from './connection-event.js';
import type { Gap } from './gap.js';
import type { NamespaceRecord } from './namespace.js';
import type { Ownership } from './owner.js';
import type { Sample } from './sample.js';
import type { SockstatRecord } from './sockstat.js';
import type { ThreadRecord } from './thread.js';
import type { TimewaitsRecord } from './timewaits.js';

export interface HistoryBatch {
  readonly connections: readonly ChangedConnection[];
  readonly reached?: ReachedEnds | undefined;
  readonly events: readonly ConnectionEvent[];
  readonly samples: readonly Sample[];
  readonly owners: readonly Ownership[];
  readonly snapshots: readonly SnapshotRecord[];
  readonly gaps: readonly Gap[];
  /** All gaps whose number may still come; undefined: as in the batch before. */
  readonly openGaps?: readonly Gap[] | undefined;
  /** Each replaces the one of its inode number and beginning. */
  readonly namespaces: readonly NamespaceRecord[];
  /** Each replaces the one of its process, id and beginning. */
  readonly threads: readonly ThreadRecord[];
  readonly sockstat: readonly SockstatRecord[];
  /** Each replaces the one of its namespace, cookie and beginning. */
  readonly bound: readonly BoundRecord[];
  readonly timewaits: readonly TimewaitsRecord[];
  /** Wall time up to which the history is now complete, except for its gaps; 0: not known yet. */
  readonly throughUs: number;
}

/** A batch in which nothing has changed. */
export const NO_CHANGES: HistoryBatch = {
  connections: [],
  events: [],
  samples: [],
  owners: [],
  snapshots: [],
  gaps: [],
  namespaces: [],
  threads: [],
  sockstat: [],
  bound: [],
  timewaits: [],
  throughUs: 0,
};

/** A new or changed connection, complete with all its steps. */
export interface ChangedConnection {
  readonly connection: Connection;
  readonly isNew: boolean;
  /** It left TIME-WAIT: only its end, its steps and perhaps its cookie are new. */
  readonly onlyEnded?: boolean;
  /** It was written with its `foreseenEnd` before. */
  readonly wasForeseen?: boolean;
  /** It has ended no later than was foreseen then. */
  readonly endedEarly?: boolean;
  /** It ended as was foreseen: the step into UNCONN is reported, and there is nothing to write. */
  readonly asForeseen?: boolean;
  /** Index of the first step that earlier batches did not have. */
  readonly firstNewStep: number;
}

/** Connections that have ended as was written with them: the step into UNCONN is reported, and nothing else of them is new. */
export interface ReachedEnds {
  readonly ids: readonly number[];
  /** The index of that step, of each. */
  readonly steps: readonly number[];
}

/** One dump of a network namespace. */
export interface SnapshotRecord {
  readonly atUs: number;
  readonly netns: number;
  readonly sockets: number;
  /** False if the kernel was not asked for timewait sockets; absent: true. */
  readonly complete?: boolean;
  readonly tookUs: number;
  /** How long after this one the next was to be taken, microseconds; undefined: not known. */
  readonly nextUs?: number | undefined;
  /** The owners of all its sockets were looked up after it; absent: false. */
  readonly owners?: boolean | undefined;
}
