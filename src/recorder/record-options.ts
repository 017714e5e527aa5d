import type { RunSource } from '../model/run.js';
import type { BoundsOptions } from './bounds.js';

/** What the operator asked a run for. */
export interface RecordOptions extends BoundsOptions {
  /** Path of the database. */
  readonly db: string;
  /** `auto`: BPF programs where they can be attached, else snapshots alone. */
  readonly source: 'auto' | Exclude<RunSource, 'ss-dump'>;
  /** From snapshot to snapshot, microseconds. */
  readonly interval: number;
  readonly netns: 'all' | 'self';
  readonly transport: 'auto' | 'ring' | 'text';
  /** Bytes of the ring of each CPU. */
  readonly ringSize?: number;
  /** Bytes of events that may wait in memory. */
  readonly backlog?: number;
  /** Bytes of memory that the process should stay within. */
  readonly maxMemory: number;
  readonly names: boolean;
  /** A recording file to write as well. */
  readonly tee?: string;
}
