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
  | 'deferred accept'
  | 'unanswered SYN'
  | 'unanswered ARP'
  | 'local firewall'
  | 'no route'
  | 'self-connect'
  | 'listener restart'
  | 'stale name'
  | 'refused'
  | 'connect failed'
  | 'idle drop'
  | 'timed out'
  | 'unacknowledged data'
  | 'zero window'
  | 'never accepted'
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
  /** How many connections; of an accept queue, how many waited in it at worst. */
  readonly count: number;
  readonly sentences: readonly Sentence[];
  /** A few of the connections, worst first. */
  readonly exampleIds: readonly number[];
  /** The processes of this host, as far as the examples show: `java[42]`. */
  readonly processes: readonly string[];
  /** The other ends: addresses, with their port where this host connected to it. */
  readonly peers: readonly string[];
  /** The address and port of this host that it is about: of listeners, and of accepted connections. */
  readonly listeners: readonly string[];
  /** The sstory command that shows more, in words, without its time. */
  readonly more: readonly string[];
}

/** A trouble that was found. Its sentences, processes and peers are looked up on request: of many troubles only a few are shown. */
export interface FoundTrouble extends Omit<Trouble, 'sentences' | 'processes' | 'peers' | 'listeners'> {
  readonly explain: () => readonly Sentence[];
  /** Its network namespace, apart from others that had the same inode number (NetnsReuse.identity). */
  readonly netnsIdentity: string;
  /** Undefined: those of the examples. */
  readonly processes?: readonly string[] | undefined;
  readonly peers?: readonly string[] | undefined;
  readonly listeners?: readonly string[] | undefined;
  /** Troubles of one kind and network namespace that have this in common are shown as one: an address, the name of a program. */
  readonly alike?: string | undefined;
  /** The peer whose answers the sentences mention: those of several peers are read in one pass. */
  readonly peer?: string | undefined;
}
