/** What is explained: one connection, or a trouble of the whole host. */
import type { Sentence } from './sentence.js';
import type { Subject } from './subject.js';

/** Why a connection is, or was, in its state. */
export interface Explanation {
  readonly subject: Subject;
  /** The kinds of trouble that were found; empty: the history shows nothing wrong. */
  readonly troubles: readonly TroubleKind[];
  readonly sentences: readonly Sentence[];
}

export type TroubleKind =
  | 'port exhaustion'
  | 'accept queue full'
  | 'half-open flood'
  | 'unanswered SYN'
  | 'stale name'
  | 'refused'
  | 'connect failed'
  | 'timed out'
  | 'unacknowledged data'
  | 'CLOSE-WAIT leak'
  | 'reset'
  | 'FIN-WAIT-2 orphans'
  | 'TIME-WAIT pile-up';

/** Something that looks wrong on the host, over a window. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** 0 - 100; what keeps connections from being made weighs most. */
  readonly severity: number;
  readonly netns: number;
  /** What it is about: a peer, a listener, an owner. */
  readonly subject: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** How many connections (or, of a queue, how often it was seen). */
  readonly count: number;
  readonly sentences: readonly Sentence[];
  /** A few of the connections, worst first. */
  readonly exampleIds: readonly number[];
}

/** A trouble that was found. Its sentences are made on request: of many troubles only a few are shown. */
export interface FoundTrouble extends Omit<Trouble, 'sentences'> {
  readonly explain: () => readonly Sentence[];
  /** The peer whose answers the sentences mention: those of several peers are read in one pass. */
  readonly peer?: string;
}
