/** Where the histories of hosts are incomplete. */
import type { Interval } from '../../model/interval.js';
import { HOLED_FILES_SQL } from '../basis.js';
import type { FleetClient } from '../client.js';

export interface HostGap {
  readonly machine: string;
  readonly from_us: number;
  readonly to_us: number;
  readonly reason: string;
  readonly scope: string;
  /** Null: not known. */
  readonly lost: number | null;
}

/** Of so many gaps, the longest: the others would be no wider than a pixel. */
const MOST_GAPS = 10_000;
const AROUND_US = 86_400_000_000;

/** Gaps that hosts recorded; and numbers of segments that did not arrive. */
const GAPS_SQL = `
SELECT machine, from_us, to_us, toString(reason) AS reason, toString(scope) AS scope, lost FROM (
  SELECT machine, from_us, to_us, reason, scope, lost FROM gaps FINAL
  WHERE from_us <= {toUs:Int64} AND to_us >= {fromUs:Int64} AND reason != 'clock' AND scope IN ('transitions', 'shipping')
  UNION ALL
  SELECT machine, to_before AS from_us, from_us AS to_us, 'not arrived' AS reason, 'shipping' AS scope,
    toNullable(toUInt64(segment - last_before - 1)) AS lost
  FROM (
    SELECT machine, file, segment, from_us, row_number() OVER w AS place, lagInFrame(last) OVER w AS last_before, lagInFrame(to_us) OVER w AS to_before
    FROM segments FINAL
    WHERE from_us BETWEEN {fromUs:Int64} - ${AROUND_US} AND {toUs:Int64} + ${AROUND_US} AND file IN (${HOLED_FILES_SQL})
    WINDOW w AS (PARTITION BY machine, file ORDER BY segment ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ) WHERE place > 1 AND segment > last_before + 1 AND to_before <= {toUs:Int64} AND from_us >= {fromUs:Int64}
) ORDER BY to_us - from_us DESC LIMIT ${MOST_GAPS}`;

/** The gaps of a window by machine, each in the order of time. */
export async function hostGaps(
  fleet: FleetClient,
  { fromUs, toUs }: Interval,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, readonly HostGap[]>> {
  const found = await fleet.rows<HostGap>({ sql: GAPS_SQL, params: { fromUs, toUs }, signal });
  const byMachine = new Map<string, HostGap[]>();
  for (const gap of found) {
    const gaps = byMachine.get(gap.machine);
    if (gaps === undefined) byMachine.set(gap.machine, [gap]);
    else gaps.push(gap);
  }
  for (const gaps of byMachine.values()) gaps.sort((a, b) => a.from_us - b.from_us);
  return byMachine;
}
