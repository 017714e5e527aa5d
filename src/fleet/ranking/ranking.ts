/** Which processes, peers, hosts ... of a fleet connect, fail and transfer the most: computed where the rows are. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { Filter } from '../../filter/expression.js';
import { plainAddress } from '../../model/address.js';
import { canonicalAddress } from '../../model/address-bytes.js';
import type { Interval } from '../../model/interval.js';
import type { CloseReason } from '../../model/stored-codes.js';
import type { TcpState } from '../../model/tcp-state.js';
import type { FleetGroupKind, GroupKey } from '../../query/ranking/group-key.js';
import type { RankedGroup } from '../../query/ranking/group-total.js';
import type { RankOrder } from '../../query/ranking/rank-order.js';
import type { FleetClient, FleetParams } from '../client.js';
import { countedCondition } from './counted-condition.js';
import { groupsSql, includedSql, type RankingSql } from './ranking-sql.js';

export interface FleetRankingQuery {
  readonly window: Interval;
  /** Without its states. */
  readonly condition: FleetCondition;
  readonly states: ReadonlySet<TcpState> | undefined;
  /** The same, for what was counted. */
  readonly filter: Filter;
  readonly kind: FleetGroupKind;
  readonly order: RankOrder;
  /** Undefined: all groups. */
  readonly most: number | undefined;
}

export interface FleetRanking {
  /** In order. */
  readonly groups: readonly RankedGroup[];
  /** How many there are in all. */
  readonly total: number;
  readonly counted: CountedInRanking;
}

/** Connections that hosts counted in minutes that touch the window. */
export interface CountedInRanking {
  /** They are in the groups. */
  readonly included: number;
  /** Whether they match, or in which group they are, is not known: they are not. */
  readonly unknown: number;
  /** In a minute of which only a part is in the window: they are not. */
  readonly atTheEnds: number;
}

interface FoundGroup {
  readonly key: string | number | null;
  readonly place: string;
  readonly host: string;
  readonly netns_name: string | null;
  readonly hosts: number;
  readonly connects: number;
  readonly accepts: number;
  readonly failed: number;
  readonly failures: readonly [reasons: readonly string[], counts: readonly number[]];
  readonly connect_times: number;
  readonly median_us: number;
  readonly p95_us: number;
  readonly open: number;
  readonly sent: number | null;
  readonly received: number | null;
  readonly retransmits: number;
  readonly counted: number;
  readonly bytes_unknown: number;
  readonly retransmits_unknown: number;
  readonly failed_unknown: number;
  readonly total: number;
}

export async function fleetRanking(fleet: FleetClient, query: FleetRankingQuery): Promise<FleetRanking> {
  const { window, condition, states, filter, kind, order, most } = query;
  const counted = countedCondition(states === undefined ? filter : { ...filter, states }, window);
  const sql: RankingSql = { condition, counted, states, kind, order, most };
  // The same filter numbers its parameters in the same way.
  const params: FleetParams = { ...condition.params, ...counted.params, ...window };
  const [groups, [included]] = await Promise.all([
    fleet.rows<FoundGroup>({ sql: groupsSql(sql), params }),
    fleet.rows<CountedInRanking>({ sql: includedSql(sql), params: { ...counted.params, ...window } }),
  ]);
  return {
    groups: groups.map((group) => groupOf(group, kind)),
    total: groups[0]?.total ?? 0,
    counted: included ?? { included: 0, unknown: 0, atTheEnds: 0 },
  };
}

function groupOf(found: FoundGroup, kind: FleetGroupKind): RankedGroup {
  const [reasons, counts] = found.failures;
  const failures = reasons.map((reason, index) => [reason as CloseReason, counts[index] ?? 0] as const);
  return {
    key: keyOf(found, kind),
    connects: found.connects,
    accepts: found.accepts,
    failed: found.failed,
    failures: new Map(failures.toSorted(([, a], [, b]) => b - a)),
    bytesSent: found.sent ?? undefined,
    bytesReceived: found.received ?? undefined,
    retransmits: found.retransmits,
    connectTime:
      found.connect_times === 0
        ? undefined
        : { count: found.connect_times, medianUs: found.median_us, p95Us: found.p95_us },
    open: found.open,
    inFleet: {
      host: found.place === '' ? undefined : found.host,
      machine: found.place === '' ? undefined : found.place,
      netnsName: kind === 'netns' ? (found.netns_name ?? undefined) : undefined,
      hosts: found.hosts,
      counted: found.counted,
      bytesUnknownOf: found.bytes_unknown,
      retransmitsUnknownOf: found.retransmits_unknown,
      failedUnknownOf: found.failed_unknown,
    },
  };
}

function keyOf({ key, host }: FoundGroup, kind: FleetGroupKind): GroupKey {
  if (key === null) return undefined;
  if (kind === 'machine') return host;
  if (kind !== 'peer' || typeof key === 'number') return key;
  const plain = plainAddress(key);
  return plain === key ? (canonicalAddress(key) ?? key) : plain;
}
