/** How many connections of all hosts there were over time, counted by ClickHouse. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { Interval } from '../../model/interval.js';
import { shownState, type TcpState } from '../../model/tcp-state.js';
import type { FleetClient } from '../client.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN, OPEN_UNTIL, WITH_COMPLETE } from './open-until.js';

export interface FleetCounts {
  /** By state, the number at the beginning of each bucket, without listening sockets; states in which none was are left out. */
  readonly states: ReadonlyMap<string, readonly number[]>;
  readonly opened: readonly number[];
  readonly failed: readonly number[];
}

export interface CountsQuestion {
  readonly window: Interval;
  readonly stepUs: number;
  readonly count: number;
  readonly condition: FleetCondition | undefined;
  readonly states: ReadonlySet<TcpState> | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface FoundChange {
  readonly kind: string;
  readonly bucket: number;
  readonly n: number;
}

/** What is counted besides states. */
const [OPENED, FAILED] = ['opened', 'failed'];

/** Counts. A bucket is `stepUs` long. */
export async function fleetCounts(fleet: FleetClient, question: CountsQuestion): Promise<FleetCounts> {
  const { window, stepUs, count, condition, states, signal } = question;
  const params = { ...condition?.params, fromUs: window.fromUs, toUs: window.toUs, stepUs, buckets: count };
  const found = await fleet.rows<FoundChange>({ sql: countsSql(condition, states), params, signal });
  const changes = new Map<string, number[]>();
  for (const { kind, bucket, n } of found) {
    const name = kind === OPENED || kind === FAILED ? kind : shownState(kind as TcpState);
    const counts = changes.get(name) ?? new Array<number>(count).fill(0);
    changes.set(name, counts);
    if (bucket < count) counts[bucket] = (counts[bucket] ?? 0) + n;
  }
  const none = new Array<number>(count).fill(0);
  const sums = [...changes]
    .filter(([name]) => name !== OPENED && name !== FAILED)
    .map(([name, counts]) => [name, summed(counts)] as const)
    .filter(([, counts]) => counts.some((each) => each > 0));
  return {
    states: new Map(sums),
    opened: changes.get(OPENED) ?? none,
    failed: changes.get(FAILED) ?? none,
  };
}

function summed(changes: readonly number[]): number[] {
  let now = 0;
  return changes.map((change) => (now += change));
}

const clipped = (bucket: string) => `toInt64(greatest(0, least({buckets:Int64}, ${bucket})))`;
/** The bucket in which a time lies. */
const bucketOf = (us: string) => clipped(`intDiv(${us} - {fromUs:Int64}, {stepUs:Int64})`);
/** The first bucket that begins at a time or later. */
const firstFrom = (us: string) => clipped(`intDiv(${us} - {fromUs:Int64} + {stepUs:Int64} - 1, {stepUs:Int64})`);
const isIn = (us: string) => `${us} BETWEEN {fromUs:Int64} AND {toUs:Int64}`;

const ENTERED_US = 'opened_us + step_us[i]';
const LEFT_US = 'if(i < length(step_us), opened_us + step_us[i + 1], until_us)';
const NO_CHANGES = "CAST([], 'Array(Tuple(String, Int64, Int64))')";

const CHANGES = `arrayConcat(
  if(${isIn('opened_us')}, [('${OPENED}', ${bucketOf('opened_us')}, toInt64(1))], ${NO_CHANGES}),
  if(is_failed AND ${isIn('until_us')}, [('${FAILED}', ${bucketOf('until_us')}, toInt64(1))], ${NO_CHANGES}),
  arrayFlatten(arrayMap(i -> [(toString(step_into[i]), ${firstFrom(ENTERED_US)}, toInt64(1)),
    (toString(step_into[i]), ${firstFrom(LEFT_US)}, toInt64(-1))],
    arrayFilter(i -> toString(step_into[i]) != 'UNCONN', arrayEnumerate(step_into)))))`;

function countsSql(condition: FleetCondition | undefined, states: ReadonlySet<TcpState> | undefined): string {
  const lives = connectionsSql({
    condition,
    states,
    having: `origin != 'listen' AND ${NOT_FORGOTTEN}`,
    select: `opened_us, step_us, step_into, ${OPEN_UNTIL} AS until_us,
      isNotNull(closed_us) AND ifNull(toString(close_reason), 'unknown') NOT IN ('orderly', 'unknown') AS is_failed`,
  });
  return `${WITH_COMPLETE}
SELECT change.1 AS kind, change.2 AS bucket, sum(change.3) AS n FROM (
  SELECT arrayJoin(${CHANGES}) AS change FROM (${lives})
) GROUP BY kind, bucket HAVING n != 0`;
}
