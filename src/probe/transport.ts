import type { Passed, RecordMerge } from './record-merge.js';

/** What came since the last message. */
export interface Arrival {
  /** What happened before this boot time has been added to the merge. */
  readonly bootUs: number;
  readonly records: boolean;
  /** A CPU runs whose records cannot be received. */
  readonly outgrown: boolean;
}

/** How the records of the attached programs come into this thread. */
export interface Transport {
  readonly kind: TransportKind;
  readonly merge: RecordMerge;
  /** How much later than it happened a record may be written, microseconds: what is more recent is held back for order. */
  readonly marginUs: number;
  /** Bytes of a ring; undefined: bpftrace prints lines. */
  readonly ringBytes: number | undefined;
  /** Whether all CPUs share one ring. */
  readonly sharedRing: boolean;
  /** The descriptor of the map of bpf/processes.bt; undefined where it cannot be read. */
  readonly marksFd: number | undefined;
  /** How much of the backlog is taken, from 0 to about 1. Without rings it is 0. */
  readonly backlogShare: number;
  /** Resolves when nothing more can come, with why; never where nothing but this process can end it. */
  readonly ended: Promise<string>;
  onArrival(listener: (arrival: Arrival) => void): void;
  /** Asks for what happened by now. */
  request(): void;
  /** Has the time up to which nothing is missing reported soon, at little cost. */
  wantNews(): void;
  /** Receives what the merge has delivered. */
  delivered(passed: Passed): void;
  /** Limits the memory for events that are not processed yet. Without rings it does nothing. */
  limitBacklog(bytes: number): void;
  /** Receives the rest and detaches the programs. @returns the boot time up to which it is complete */
  stop(): Promise<number>;
  /** Detaches and closes everything without a last read. */
  abandon(): Promise<void>;
}

export type TransportKind = 'ring' | 'text';
