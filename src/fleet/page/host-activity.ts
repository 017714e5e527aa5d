/** What each host did over time, counted by ClickHouse: a row a host, however many connections it had. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { Interval } from '../../model/interval.js';
import type { CloseReason } from '../../model/stored-codes.js';
import type { TcpState } from '../../model/tcp-state.js';
import type { FleetClient } from '../client.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN, OPEN_UNTIL, WITH_COMPLETE } from './open-until.js';

/** Ends that are a failure. */
export const FAILED_ENDS: readonly CloseReason[] = [
  ...(['reset by peer', 'aborted', 'refused', 'timed out', 'unreachable', 'destroyed', 'failed'] as const),
];
/** A connection that is in one of these for a second is stuck: every connect passes SYN-SENT, and a SYN is sent again after a second. */
export const STUCK_STATES = ['SYN-SENT', 'CLOSE-WAIT'] as const satisfies readonly TcpState[];
const STUCK_US = 1_000_000;

/** `life`: a connection is there; or a failed end; or a state in which one is stuck. */
export type ActivityKind = 'life' | CloseReason | (typeof STUCK_STATES)[number];

/** So many more than before, from this bucket on. The first bucket has those that were there before. */
export type ActivityChange = readonly [kind: ActivityKind, bucket: number, change: number];

export interface HostActivity {
  readonly machine: string;
  readonly host: string;
  /** Those of the window, without listening sockets. */
  readonly connections: number;
  /** Of these, with a failed end, or stuck. */
  readonly troubled: number;
  readonly changes: readonly ActivityChange[];
}

export interface ActivityQuestion {
  readonly window: Interval;
  readonly buckets: number;
  readonly condition: FleetCondition | undefined;
  /** In one of which a connection has to have been. */
  readonly states: ReadonlySet<TcpState> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The activity of all hosts that have a connection of the window, in no order. */
export async function hostActivity(fleet: FleetClient, question: ActivityQuestion): Promise<readonly HostActivity[]> {
  const { window, buckets, condition, states, signal } = question;
  const stepUs = Math.max(1, Math.ceil((window.toUs - window.fromUs) / buckets));
  const params = { ...condition?.params, fromUs: window.fromUs, toUs: window.toUs, stepUs, buckets };
  return await fleet.rows<HostActivity>({ sql: activitySql(condition, states), params, signal });
}

const FAILED = `isNotNull(closed_us) AND closed_us <= {toUs:Int64} AND ifNull(toString(close_reason), '') IN (${quoted(FAILED_ENDS)})`;
/** The bucket of a time, where `buckets` is behind the last one. */
const bucketOf = (us: string) =>
  `toInt64(greatest(0, least({buckets:Int64}, intDiv(${us} - {fromUs:Int64}, {stepUs:Int64}))))`;
const plus = (kind: string, us: string) => `(${kind}, ${bucketOf(us)}, toInt64(1))`;
const minus = (kind: string, us: string) => `(${kind}, ${bucketOf(`${us} + {stepUs:Int64}`)}, toInt64(-1))`;

/** Of step `i`: when it was left. */
const LEFT_US = 'if(i < length(step_us), opened_us + step_us[i + 1], until_us)';
const ENTERED_US = 'opened_us + step_us[i]';
const STUCK_STEPS = `arrayFilter(i -> toString(step_into[i]) IN (${quoted(STUCK_STATES)}) AND ${LEFT_US} - (${ENTERED_US}) >= ${STUCK_US}
  AND ${LEFT_US} >= {fromUs:Int64} AND ${ENTERED_US} <= {toUs:Int64}, arrayEnumerate(step_into))`;
/** Without this, the constant's type would be LowCardinality or not, as it falls. */
const NO_CHANGES = "CAST([], 'Array(Tuple(String, Int64, Int64))')";

const CHANGES = `arrayConcat(
  [${plus("'life'", 'opened_us')}, ${minus("'life'", 'until_us')}],
  if(is_failed, [${plus("ifNull(toString(close_reason), '')", 'until_us')}, ${minus("ifNull(toString(close_reason), '')", 'until_us')}], ${NO_CHANGES}),
  arrayFlatten(arrayMap(i -> [${plus('toString(step_into[i])', ENTERED_US)}, ${minus('toString(step_into[i])', LEFT_US)}], stuck)))`;

function activitySql(condition: FleetCondition | undefined, states: ReadonlySet<TcpState> | undefined): string {
  const lives = connectionsSql({
    condition,
    states,
    having: `origin != 'listen' AND ${NOT_FORGOTTEN}`,
    select: `machine, host, opened_us, step_us, step_into, close_reason, ${OPEN_UNTIL} AS until_us,
      ${FAILED} AS is_failed, ${STUCK_STEPS} AS stuck`,
  });
  return `${WITH_COMPLETE}
SELECT machine, any(name) AS host, sumIf(n, kind = 'connection') AS connections, sumIf(n, kind = 'troubled') AS troubled,
  groupArrayIf((kind, bucket, n), kind NOT IN ('connection', 'troubled')) AS changes
FROM (
  SELECT machine, any(host) AS name, change.1 AS kind, change.2 AS bucket, sum(change.3) AS n FROM (
    SELECT machine, host, arrayJoin(arrayConcat([('connection', toInt64(0), toInt64(1))],
      if(is_failed OR notEmpty(stuck), [('troubled', toInt64(0), toInt64(1))], ${NO_CHANGES}), ${CHANGES})) AS change
    FROM (${lives})
  ) GROUP BY machine, kind, bucket HAVING n != 0
) GROUP BY machine`;
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
