/**
 * A filter of ss as plain data. `parseFilter` makes one with names in it, `resolveNames` looks them up, and then
 * `matches` runs it over rows and `compileToSql` over a database.
 */

import type { Family } from '../model/address.js';
import type { CgroupParts } from '../model/cgroup.js';
import type { FourTuple } from '../model/four-tuple.js';
import type { PortRange } from '../model/name-lookups.js';
import type { NetnsPeriod } from '../model/namespace.js';
import type { Owner } from '../model/owner.js';
import type { CloseReason, Origin } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';

export type Side = 'local' | 'remote';
export type Equality = 'eq' | 'ne';
export type Comparison = Equality | 'ge' | 'le' | 'gt' | 'lt';

/** The addresses whose first `bits` bits are those of `address`, which is in canonical form with its other bits zero. */
export interface Prefix {
  readonly family: Family;
  readonly address: string;
  readonly bits: number;
}

/** A place in the text of a filter: from the character `start` up to, and not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A name in a parsed filter that is still to be looked up. */
export interface Name {
  readonly name: string;
  readonly span: Span;
}

/** `dst HOST`. `address` undefined: any; else one of these. `port` undefined: any. */
export interface EndpointTerm<N = never> {
  readonly kind: 'endpoint';
  readonly side: Side;
  readonly address: readonly Prefix[] | N | undefined;
  readonly port: number | N | undefined;
}

/** `sport >= PORT`; `port` undefined: `*`, which every port equals. */
export interface PortTerm<N = never> {
  readonly kind: 'port';
  readonly side: Side;
  readonly comparison: Comparison;
  readonly port: number | N | undefined;
}

/** `dev`: the interface the socket is bound to, 0 for none. */
export interface InterfaceTerm<N = never> {
  readonly kind: 'interface';
  readonly comparison: Equality;
  readonly index: number | N;
  /** As typed, where it was not its index. */
  readonly name?: string;
}

/** `fwmark VALUE/MASK`: (mark & mask) compared with value. */
export interface MarkTerm {
  readonly kind: 'mark';
  readonly comparison: Equality;
  readonly value: number;
  readonly mask: number;
}

/** `cgroup PATH`: the cgroup v2 of that path, from the root of the hierarchy, and those below it; of the root, it alone. */
export interface CgroupTerm<N = never> {
  readonly kind: 'cgroup';
  readonly comparison: Equality;
  readonly path: string | N;
}

/** `autobound`: the local port is one that the kernel may have chosen. */
export interface AutoboundTerm<N = never> {
  readonly kind: 'autobound';
  readonly range: PortRange | N;
}

/** Of sstory, not of ss: `uid` of the socket, `pid` and `comm` of any of its owners; `!=`: of none. */
export interface OwnerTerm<N = never> {
  readonly kind: 'pid' | 'uid';
  readonly comparison: Comparison;
  readonly value: number | N;
}
export interface CommTerm {
  readonly kind: 'comm';
  readonly comparison: Equality;
  readonly comm: string;
}

/** `netns NAME`: one of these network namespaces, at that time. */
export interface NetnsTerm<N = never> {
  readonly kind: 'netns';
  readonly comparison: Equality;
  readonly periods: readonly NetnsPeriod[] | N;
  /** As typed, where it was not an inode number. */
  readonly name?: string;
}
/** `container X`, `pod X`, `unit X`: what the path of the cgroup says. */
export interface CgroupPartTerm {
  readonly kind: keyof CgroupParts;
  readonly comparison: Equality;
  readonly text: string;
}

/** `machine web-3`: that host of a fleet, by its name in lower case, `*` stands for any characters; or by its id. */
export interface MachineTerm {
  readonly kind: 'machine';
  readonly comparison: Equality;
  readonly pattern: string;
}

/** `id 87340`: that recorded connection. */
export interface IdTerm {
  readonly kind: 'id';
  readonly comparison: Comparison;
  readonly value: number;
}

/** `origin connect`: how it began. */
export interface OriginTerm {
  readonly kind: 'origin';
  readonly comparison: Equality;
  readonly origin: Origin;
}

/** `reason refused`: how it ended. */
export interface ReasonTerm {
  readonly kind: 'reason';
  readonly comparison: Equality;
  readonly reason: CloseReason;
}

/** `duration > 5s`: from its opening to its end, or to the time in question. */
export interface DurationTerm {
  readonly kind: 'duration';
  readonly comparison: Comparison;
  readonly us: number;
}

/** `name NAME`: a name that its remote address had, in lower case; `*` stands for any characters. */
export interface NameTerm {
  readonly kind: 'name';
  readonly comparison: Equality;
  readonly pattern: string;
}

/** One condition. A new one needs: its shape here, its reader in terms.ts, a case in matches.ts, sql.ts and clickhouse.ts. */
export type Term<N = never> =
  | EndpointTerm<N>
  | PortTerm<N>
  | InterfaceTerm<N>
  | MarkTerm
  | CgroupTerm<N>
  | AutoboundTerm<N>
  | OwnerTerm<N>
  | CommTerm
  | NetnsTerm<N>
  | CgroupPartTerm
  | MachineTerm
  | HistoryTerm;

/** What only a history knows. */
export type HistoryTerm = IdTerm | OriginTerm | ReasonTerm | DurationTerm | NameTerm;

export const HISTORY_TERMS: readonly HistoryTerm['kind'][] = ['id', 'origin', 'reason', 'duration', 'name'];

export type Expression<N = never> =
  | Term<N>
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression<N>[] }
  | { readonly kind: 'not'; readonly of: Expression<N> };

interface FilterOf<N> {
  /** The accepted states; undefined where the filter names none, and the command line's flags decide. */
  readonly states: ReadonlySet<TcpState> | undefined;
  /**
   * Whether sockets are accepted that are bound and nothing more, which ss shows as UNCONN: `named` by their word, `included` in
   * one for several states. Depending on its release, ss lists the second kind or does not.
   */
  readonly boundInactive?: 'named' | 'included' | undefined;
  /** Half-open requests are accepted, besides `states`, where ss lists them: a word for several states includes them. */
  readonly halfOpen?: boolean;
  /** As in `inet6:*`: in ss a family named anywhere in the filter, the last one, limits all that is listed. */
  readonly family: Family | undefined;
  /** undefined: everything matches. */
  readonly expression: Expression<N> | undefined;
}

/** A filter ready to run. */
export type Filter = FilterOf<never>;

/** A filter as typed, with names still to be looked up. */
export interface ParsedFilter extends FilterOf<Name> {
  /** The words, joined by spaces: what spans point into. */
  readonly text: string;
}

/** What a filter is applied to: a live socket or a recorded connection. Undefined: unknown. */
export interface FilterSubject {
  readonly state: TcpState;
  readonly tuple: FourTuple;
  /** Unknown counts as 0: not bound to an interface. */
  readonly interfaceIndex?: number | undefined;
  /** Unknown counts as 0: the kernel reports it to root only. */
  readonly mark?: number | undefined;
  readonly cgroupPath?: string | undefined;
  readonly netns?: number | undefined;
  /** When the connection was opened and closed, microseconds; undefined: before or after everything. */
  readonly openedUs?: number | undefined;
  readonly closedUs?: number | undefined;
  readonly uid?: number | undefined;
  /** `pid` and `comm` are about any of them. */
  readonly owners?: readonly Pick<Owner, 'pid' | 'comm'>[] | undefined;
  /** The name of its host; only in a fleet. */
  readonly machine?: string | undefined;
  readonly id?: number | undefined;
  readonly origin?: Origin | undefined;
  readonly closeReason?: CloseReason | undefined;
  readonly durationUs?: number | undefined;
  /** Those of its remote address, in lower case. */
  readonly names?: readonly string[] | undefined;
}
