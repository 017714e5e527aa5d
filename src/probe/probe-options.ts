import type { RunNote } from '../model/run-note.js';
import type { MissingConcern } from './attach.js';
import type { DescriptorKeeper } from './kept-programs.js';
import type { Concern, ProgramOptions } from './program.js';
import type { TransportKind } from './transport.js';

export interface ProbeOptions {
  /** `auto`: the rings, or text where bpftrace's programs cannot be taken over. */
  readonly transport?: TransportKind | 'auto';
  /** Bytes of a CPU's ring, a power of two. */
  readonly ringBytes?: number;
  /** Bytes of records that may wait for the recorder. */
  readonly backlogBytes?: number;
  /** Of a file that takes what waits behind a burst; undefined: it stays in memory. */
  readonly backlogPath?: string;
  /** The time between two deliveries. */
  readonly drainEveryMs?: number;
  /** Keeps the programs for the next recorder, and has those of the one before. */
  readonly keeper?: DescriptorKeeper | undefined;
  /** Undefined: where they are found on this host. */
  readonly connectArguments?: ProgramOptions['connectArguments'] | undefined;
}

export interface ProbeStart {
  readonly bpftraceVersion: string;
  /** The boot time from which on events are emitted, microseconds. */
  readonly sinceBootUs: number;
  readonly transport: TransportKind;
  /** Bytes of a ring; undefined with text. */
  readonly ringBytes: number | undefined;
  readonly concerns: readonly Concern[];
  readonly missing: readonly MissingConcern[];
  /** What else an operator should know: what was mounted, what differs in this kernel. */
  readonly notes: readonly RunNote[];
}
