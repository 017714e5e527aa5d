/** A trouble of a fleet: the same kind of problem at the same end, or of the same program, on any number of hosts. */
import type { TroubleKind } from '../../explain/explanation.js';
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { Interval } from '../../model/interval.js';

/** What `sstory explain --all` finds on one host, and what a host sends too little of: docs/fleet.md has the reason of each. */
export type FleetTroubleKind = Exclude<TroubleKind, 'deferred accept' | 'idle drop'>;

export interface FleetTrouble {
  readonly kind: FleetTroubleKind;
  /** 1: the hosts connected to this address; 0: they accepted, or listen, at this port. */
  readonly isOutgoing: 0 | 1;
  readonly family: number;
  /** Empty, with port 0: they have a program in common, and no end. */
  readonly address: string;
  readonly port: number;
  /** The errno of connects that failed at once; empty: another kind. */
  readonly error: string;
  /** Of connections; of accept queues, how many waited in them. */
  readonly count: number;
  /** Of listeners or programs, where the count is of connections of these. */
  readonly cases: number;
  readonly hosts: number;
  /** Some of them, those with the most first. */
  readonly names: readonly string[];
  readonly processes: readonly string[];
  readonly firstUs: number;
  readonly lastUs: number;
  /** How long the longest lasted: in SYN-SENT, in CLOSE-WAIT, with a full queue ... */
  readonly longestUs: number;
  /** 1: all of them have ended. */
  readonly isOver: 0 | 1;
  /** One of them: that which waited longest. */
  readonly exampleMachine: string;
  readonly exampleFile: string;
  readonly exampleId: number;
}

export interface TroubleSearch {
  readonly window: Interval;
  readonly condition: FleetCondition | undefined;
  /** Of each kind, those on the most hosts. */
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}
