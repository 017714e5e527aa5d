/** What an answer about all hosts rests on: which hosts have sent everything of the time in question. */

import { MAY_LACK_TRANSITIONS } from '../model/gap.js';
import type { Interval } from '../model/interval.js';
import type { FleetClient } from './client.js';

/** - `complete`: everything of that time was sent
 * - `behind`: its history has not been sent up to then
 * - `gap`: a gap of its history, or rows that did not arrive, touch that time
 * - `later`: its history begins later
 */
export type HostStanding = 'complete' | 'behind' | 'gap' | 'later';

export interface HostBasis {
  readonly host: string;
  readonly machine: string;
  readonly standing: HostStanding;
  /** Up to when everything of it was sent. */
  readonly completeUs: number;
  /** Its clock minus the server's, and how far that may be wrong; undefined: not measured. */
  readonly clockOffsetUs: number | undefined;
  readonly clockErrorUs: number | undefined;
  /** `all`, or what it sends in full. */
  readonly what: string;
  /** Asked for a moment at which no snapshot of a run had been taken: its sockets from before the run are missing. */
  readonly beforeSnapshot: boolean;
}

export interface Basis {
  readonly window: Interval;
  readonly hosts: readonly HostBasis[];
  /** Connections of that time that were counted, not sent one by one. */
  readonly counted: number;
}

interface FoundHost {
  readonly host: string;
  readonly machine: string;
  readonly first_us: number;
  readonly complete_us: number;
  readonly what: string;
  readonly clock_offset_us: number | null;
  readonly clock_error_us: number | null;
  readonly gaps: number;
}

/** Segments that begin so long before or after a time are looked at to find out whether one is missing there. */
const AROUND_US = 86_400_000_000;
const MINUTE_US = 60_000_000;

/**
 * Segments are numbered without a gap: between the last one that begins before the window and the first one that ends after it, the
 * numbers of those within have to be all that there are. Sums, since a window function sorts two days of segments of all hosts.
 */
export const HOLED_FILES_SQL = `SELECT file FROM (
    SELECT machine, file, max(last) AS before, NULL AS after, NULL AS first, NULL AS through, 0 AS within FROM segments
    WHERE from_us BETWEEN {fromUs:Int64} - ${AROUND_US} AND {fromUs:Int64} - 1 GROUP BY machine, file
    UNION ALL
    SELECT machine, file, NULL, min(segment), NULL, NULL, 0 FROM segments
    WHERE from_us BETWEEN {fromUs:Int64} - ${AROUND_US} AND {toUs:Int64} + ${AROUND_US} AND to_us > {toUs:Int64} GROUP BY machine, file
    UNION ALL
    SELECT machine, file, NULL, NULL, min(segment), max(last), sum(last - segment + 1) FROM segments FINAL
    WHERE from_us BETWEEN {fromUs:Int64} AND {toUs:Int64} AND to_us <= {toUs:Int64} GROUP BY machine, file
  ) GROUP BY machine, file
  HAVING coalesce(max(after), max(through) + 1) > coalesce(max(before), min(first) - 1) + sum(within) + 1`;

const GAPS_SQL = `SELECT file FROM gaps WHERE from_us <= {toUs:Int64} AND to_us >= {fromUs:Int64}
    AND (scope = 'shipping' OR ${MAY_LACK_TRANSITIONS})`;

/** One row a machine: its newest file counts for what it is, all of them for what is there. */
const HOSTS_SQL = `
SELECT argMax(host, version) AS host, machine, min(first_us) AS first_us, max(complete_us) AS complete_us,
  argMax(what, version) AS what, argMax(tuple(clock_offset_us), version).1 AS clock_offset_us,
  argMax(tuple(clock_error_us), version).1 AS clock_error_us,
  max(file IN (${HOLED_FILES_SQL}) OR file IN (${GAPS_SQL})) AS gaps
FROM hosts FINAL
GROUP BY machine
ORDER BY host, machine`;

const COUNTED_SQL = `
SELECT sum(connections) AS counted FROM counts FINAL
WHERE minute_us BETWEEN {fromUs:Int64} - ${MINUTE_US} AND {toUs:Int64}`;

/** A first snapshot of many namespaces on a busy host takes so long, microseconds. */
const FIRST_SNAPSHOT_US = 60_000_000;

/** The moment is so shortly before that a first snapshot may have been under way. */
function soonAfter(column: string): string {
  return `${column} > {atUs:Int64} AND ${column} <= {atUs:Int64} + ${FIRST_SNAPSHOT_US}`;
}

/**
 * The hosts whose first snapshot after a moment found sockets from before their run, which had begun by then: where a run follows another one,
 * the pause between them is a gap that ends with its start.
 */
const BEFORE_SNAPSHOT_SQL = `
SELECT machine FROM (
    SELECT machine, file, min(opened_us) AS found_us FROM (
      SELECT machine, file, opened_us FROM lives WHERE origin = 'before-recording' AND ${soonAfter('opened_us')}
      UNION ALL
      SELECT machine, file, opened_us FROM open_lives WHERE origin = 'before-recording' AND ${soonAfter('opened_us')}
    ) GROUP BY machine, file
  ) AS found
  LEFT JOIN (
    SELECT machine, file, min(to_us) AS next_us FROM gaps
    WHERE reason = 'tracer' AND ${soonAfter('to_us')} GROUP BY machine, file
  ) AS starts USING (machine, file)
WHERE next_us = 0 OR next_us > found_us`;

/** Of a moment where the window begins and ends at the same time. */
export async function basisOf(fleet: FleetClient, window: Interval): Promise<Basis> {
  const params = { fromUs: window.fromUs, toUs: window.toUs };
  const [hosts, [counts], early] = await Promise.all([
    fleet.rows<FoundHost>({ sql: HOSTS_SQL, params }),
    fleet.rows<{ readonly counted: number }>({ sql: COUNTED_SQL, params }),
    machinesBeforeSnapshot(fleet, window),
  ]);
  return { window, hosts: hosts.map((found) => basisOfHost(found, window, early)), counted: counts?.counted ?? 0 };
}

async function machinesBeforeSnapshot(fleet: FleetClient, { fromUs, toUs }: Interval): Promise<ReadonlySet<string>> {
  if (fromUs !== toUs) return new Set();
  const found = await fleet.rows<{ readonly machine: string }>({ sql: BEFORE_SNAPSHOT_SQL, params: { atUs: toUs } });
  return new Set(found.map(({ machine }) => machine));
}

function basisOfHost(found: FoundHost, window: Interval, early: ReadonlySet<string>): HostBasis {
  const standing = standingOf(found, window);
  return {
    host: found.host,
    machine: found.machine,
    standing,
    completeUs: found.complete_us,
    clockOffsetUs: found.clock_offset_us ?? undefined,
    clockErrorUs: found.clock_error_us ?? undefined,
    what: found.what,
    beforeSnapshot: standing !== 'later' && early.has(found.machine),
  };
}

function standingOf({ first_us, complete_us, gaps }: FoundHost, { toUs }: Interval): HostStanding {
  if (first_us > toUs) return 'later';
  if (complete_us < toUs) return 'behind';
  return gaps > 0 ? 'gap' : 'complete';
}

/** The hosts of a standing. */
export function standingAs(basis: Basis, standing: HostStanding): readonly HostBasis[] {
  return basis.hosts.filter((host) => host.standing === standing);
}

/** The largest difference between a host's clock and the server's, with its error, and the host; undefined: none is known. */
export function widestClock(basis: Basis): { readonly host: string; readonly us: number } | undefined {
  let widest: { host: string; us: number } | undefined;
  for (const { host, clockOffsetUs, clockErrorUs = 0 } of basis.hosts) {
    if (clockOffsetUs === undefined) continue;
    const us = Math.abs(clockOffsetUs) + clockErrorUs;
    if (widest === undefined || us > widest.us) widest = { host, us };
  }
  return widest;
}
