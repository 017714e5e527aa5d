/** The SQL of a ranking: a row for each connection and each counted row, and the groups of these. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { TcpState } from '../../model/tcp-state.js';
import type { FleetGroupKind } from '../../query/ranking/group-key.js';
import type { RankOrder } from '../../query/ranking/rank-order.js';
import { connectionsSql, FORGOTTEN_AFTER_US, stepAt } from '../connections-query.js';
import { COUNTED_AS_CONNECTIONS } from './counted-condition.js';
import { KEYS, LISTEN_MASK } from './group-keys.js';

export interface RankingSql {
  readonly condition: FleetCondition;
  /** 1, 0 or NULL of a row of `counts`. */
  readonly counted: FleetCondition;
  readonly states: ReadonlySet<TcpState> | undefined;
  readonly kind: FleetGroupKind;
  readonly order: RankOrder;
  readonly most: number | undefined;
}

const MINUTE_US = 60_000_000;
const DAY_US = 86_400_000_000;
const [FROM, TO] = ['{fromUs:Int64}', '{toUs:Int64}'];
/** Later than everything. */
const NEVER = '9223372036854775807';

/** By what groups are ordered, as RANK_ORDERS. */
const ORDERS: Readonly<Record<RankOrder, string>> = {
  connects: 'connects + accepts',
  failed: 'failed',
  p95: 'if(connect_times = 0, -1, p95_us)',
  open: 'open',
  bytes: 'ifNull(sent, 0) + ifNull(received, 0)',
  retransmits: 'retransmits',
};

/** A connect whose two steps the probe observed, as `connectDelayUs`; and which ended in the window. */
const IS_MEASURED = `opened_us >= ${FROM} AND origin = 'connect' AND length(step_us) >= 2
  AND step_from[1] = 'UNCONN' AND step_into[1] = 'SYN-SENT' AND step_into[2] = 'ESTAB'
  AND step_source[1] = 'probe' AND step_source[2] = 'probe' AND isNull(step_earlier_us[1]) AND isNull(step_earlier_us[2])
  AND opened_us + step_us[2] - step_us[1] <= ${TO}`;

/** All of its traffic known so far was in the window. Samples of another time are not sent. */
const IS_WHOLE = `(opened_us >= ${FROM} AND origin != 'before-recording' AND ifNull(closed_us, toInt64(known_us)) <= ${TO})`;

/** What one connection adds to its group. Names begin with r_: a name of a column would stand for what is computed. */
function connectionRowsSql({ condition, states, kind }: RankingSql): string {
  const key = KEYS[kind];
  const rows = connectionsSql({
    ...{ condition, states },
    having: `bitAnd(states, ${LISTEN_MASK}) = 0`,
    select: [
      `CAST(${key.ofConnection} AS ${keyType(kind)}) AS r_key`,
      `${key.perHost ? 'machine' : "''"} AS r_place`,
      'host AS r_host, machine AS r_machine, CAST(netns_name AS Nullable(String)) AS r_netns_name',
      `toUInt64(origin = 'connect' AND opened_us >= ${FROM}) AS r_connects`,
      `toUInt64(origin = 'accept' AND opened_us >= ${FROM}) AS r_accepts`,
      `CAST(if(${IS_MEASURED}, step_us[2] - step_us[1], NULL) AS Nullable(Int64)) AS r_connect_us`,
      `if(ifNull(closed_us, ${NEVER}) <= ${TO}, toString(ifNull(close_reason, 'unknown')), 'unknown') AS r_reason`,
      `toUInt64(ifNull(closed_us, ${NEVER}) > ${TO} AND step_into[${stepAt(TO)}] != 'TIME-WAIT') AS r_open`,
      'if(closed_us IS NULL, toInt64(known_us), 0) AS r_known_us',
      `CAST(if(${IS_WHOLE} OR bytes_sent = 0, bytes_sent, NULL) AS Nullable(UInt64)) AS r_sent`,
      `CAST(if(${IS_WHOLE} OR bytes_received = 0, bytes_received, NULL) AS Nullable(UInt64)) AS r_received`,
      `toUInt64(if(${IS_WHOLE}, retransmits, 0)) AS r_retransmits`,
      `toUInt64(NOT ${IS_WHOLE} AND (ifNull(bytes_sent, 1) > 0 OR ifNull(bytes_received, 1) > 0)) AS r_bytes_unknown`,
      `toUInt64(NOT ${IS_WHOLE} AND retransmits > 0) AS r_retransmits_unknown`,
    ].join(',\n    '),
  });
  return `SELECT r_key, r_place, r_host, r_machine, r_netns_name, r_connects, r_accepts, r_connect_us, r_reason,
    toUInt64(r_open AND NOT (r_known_us > 0 AND r_known_us + ${FORGOTTEN_AFTER_US} < least(${TO}, complete_us))) AS r_open_now,
    r_sent, r_received, r_retransmits, r_bytes_unknown, r_retransmits_unknown, toUInt64(0) AS r_counted, toUInt64(0) AS r_failed_unknown
  FROM (${rows}) AS found
  LEFT JOIN (SELECT machine, max(complete_us) AS complete_us FROM hosts FINAL GROUP BY machine) AS reach
    ON found.r_machine = reach.machine`;
}

const TOUCHING = `minute_us > ${FROM} - ${MINUTE_US} AND minute_us <= ${TO}`;
const INSIDE = `minute_us >= ${FROM} AND minute_us + ${MINUTE_US} <= ${TO}`;

/** Of what each segment has rows of its own for. Where it has not arrived, nothing is known of what was counted. */
const CHOICES = `SELECT machine, file, segment, any(what) AS what FROM segments
  WHERE from_us BETWEEN ${FROM} - ${DAY_US} AND ${TO} + ${DAY_US} GROUP BY machine, file, segment`;

/** What was counted in the minutes that the window has as a whole; undefined: it does not say in which group it is. */
function countedGroupsSql({ counted, kind }: RankingSql): string | undefined {
  const key = KEYS[kind];
  if (key.ofCounted === undefined) return undefined;
  return `SELECT CAST(${key.ofCounted} AS ${keyType(kind)}) AS r_key, ${key.perHost ? 'machine' : "''"} AS r_place,
    host AS r_host, machine AS r_machine, CAST(NULL AS Nullable(String)) AS r_netns_name,
    if(origin = 'connect', connections, 0) AS r_connects, if(origin = 'accept', connections, 0) AS r_accepts,
    CAST(NULL AS Nullable(Int64)) AS r_connect_us, 'unknown' AS r_reason, toUInt64(0) AS r_open_now,
    CAST(bytes_sent AS Nullable(UInt64)) AS r_sent, CAST(bytes_received AS Nullable(UInt64)) AS r_received,
    toUInt64(0) AS r_retransmits, toUInt64(0) AS r_bytes_unknown,
    if(match(what, 'slow|all'), 0, connections) AS r_retransmits_unknown, connections AS r_counted,
    if(match(what, 'failures|all'), 0, connections) AS r_failed_unknown
  FROM (${COUNTED_AS_CONNECTIONS} WHERE ${INSIDE}) AS counted
  LEFT JOIN (${CHOICES}) AS choices USING (machine, file, segment)
  WHERE ifNull(${counted.sql}, 0)`;
}

/** Of what was counted: how much is in the groups, and how much is not. */
export function includedSql({ counted, kind }: RankingSql): string {
  const matches = KEYS[kind].ofCounted === undefined ? `if(${counted.sql}, NULL, 0)` : counted.sql;
  return `SELECT sumIf(connections, inside AND ifNull(fits, 0)) AS included, sumIf(connections, inside AND isNull(fits)) AS unknown,
    sumIf(connections, NOT inside AND ifNull(fits, 1)) AS atTheEnds
  FROM (SELECT connections, ${INSIDE} AS inside, CAST(${matches} AS Nullable(UInt8)) AS fits
    FROM (${COUNTED_AS_CONNECTIONS} WHERE ${TOUCHING}))`;
}

/** The groups in order, with their number in all in each. Percentiles are those of src/query/ranking: by the nearest rank. */
export function groupsSql(sql: RankingSql): string {
  const counted = countedGroupsSql(sql);
  const rows = [connectionRowsSql(sql), ...(counted === undefined ? [] : [counted])].join('\nUNION ALL\n');
  const rank = (share: number) => `times[greatest(1, toUInt64(ceil(${share} * length(times))))]`;
  return `SELECT * EXCEPT (times), count() OVER () AS total FROM (
  SELECT r_key AS key, r_place AS place, any(r_host) AS host, max(r_netns_name) AS netns_name,
    uniqExact(r_machine) AS hosts, sum(r_connects) AS connects, sum(r_accepts) AS accepts,
    sumMapIf([r_reason], [toUInt64(1)], r_reason NOT IN ('orderly', 'unknown')) AS failures,
    countIf(r_reason NOT IN ('orderly', 'unknown')) AS failed,
    arraySort(groupArrayIf(assumeNotNull(r_connect_us), r_connect_us IS NOT NULL)) AS times,
    length(times) AS connect_times, ${rank(0.5)} AS median_us, ${rank(0.95)} AS p95_us,
    sum(r_open_now) AS open, sum(r_sent) AS sent, sum(r_received) AS received, sum(r_retransmits) AS retransmits,
    sum(r_counted) AS counted, sum(r_bytes_unknown) AS bytes_unknown,
    sum(r_retransmits_unknown) AS retransmits_unknown, sum(r_failed_unknown) AS failed_unknown
  FROM (${rows})
  GROUP BY r_key, r_place
)
ORDER BY ${ORDERS[sql.order]} DESC, connects + accepts DESC, key ASC NULLS LAST, place
${sql.most === undefined ? '' : `LIMIT ${sql.most}`}`;
}

function keyType(kind: FleetGroupKind): string {
  return kind === 'port' || kind === 'netns' ? 'Nullable(UInt64)' : 'Nullable(String)';
}
