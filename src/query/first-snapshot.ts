/** When the first snapshot of a run was complete: until then, the sockets that were there before are not in the history. */
import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import { runEndUs } from '../model/run.js';
import { isPart } from '../model/run-note.js';
import { readPruned } from '../store/prunings.js';
import { readRuns } from '../store/runs.js';

interface Dump {
  readonly netns: number;
  readonly atUs: number;
  readonly doneUs: number;
}

/**
 * Which sockets are not known at a time, for its run had taken no snapshot by then, as a clause; undefined: none.
 * @param netns the network namespaces that are asked for; undefined: all
 */
export function missingBeforeSnapshot(
  database: Database.Database,
  us: number,
  netns: ReadonlySet<number> | undefined,
): string | undefined {
  const runs = readRuns(database).filter(({ startedUs }) => startedUs <= us);
  const run = runs.at(-1);
  // A part of a history may begin after them; so may a pruned one.
  if (run === undefined || us > runEndUs(run) || isPart(run)) return undefined;
  if ((readPruned(database)?.throughUs ?? 0) >= run.startedUs) return undefined;
  const firstUs = firstSnapshotUs(database, { fromUs: run.startedUs, toUs: runEndUs(run) }, netns);
  // One that has ended without any was made by hand, or so short that nothing is known of it.
  if (firstUs === undefined ? run.endedUs !== undefined : us >= firstUs) return undefined;
  return `sockets ${runs.length === 1 ? 'from before the recording' : 'opened while no recorder was running'} are missing`;
}

/**
 * When the first complete dump within `run` was done, microseconds; undefined: none was taken.
 * @param netns only of these network namespaces, where one of them has a dump of the first round; those that were dumped later were
 * found later, and most of them made later
 */
function firstSnapshotUs(
  database: Database.Database,
  run: Interval,
  netns: ReadonlySet<number> | undefined,
): number | undefined {
  const dumps = firstDumps(database, run);
  const [first] = dumps;
  if (first === undefined || netns === undefined) return first?.doneUs;
  const nextRoundUs = dumpAfter(database, first, run.toUs);
  const asked = dumps.find((dump) => netns.has(dump.netns) && dump.atUs < nextRoundUs);
  return (asked ?? first).doneUs;
}

/** The first complete one of each namespace, the earliest first. */
function firstDumps(database: Database.Database, run: Interval): Dump[] {
  // By its key, which begins with the namespace: a long history has millions of rows.
  return database
    .prepare<[Interval], Dump>(
      `WITH RECURSIVE each(netns) AS (
         SELECT min(netns) FROM snapshots
         UNION ALL SELECT (SELECT min(netns) FROM snapshots WHERE netns > each.netns) FROM each WHERE netns IS NOT NULL
       )
       SELECT s.netns, s.at_us AS atUs, s.at_us + s.took_us AS doneUs FROM each CROSS JOIN snapshots s
         ON s.netns = each.netns AND s.at_us = (
           SELECT f.at_us FROM snapshots f
           WHERE f.netns = each.netns AND f.at_us BETWEEN @fromUs AND @toUs AND f.complete = 1 ORDER BY f.at_us LIMIT 1)
       ORDER BY s.at_us`,
    )
    .all(run);
}

function dumpAfter(database: Database.Database, { netns, atUs }: Dump, toUs: number): number {
  const next = database
    .prepare<[number, number, number], number | null>(
      'SELECT min(at_us) FROM snapshots WHERE netns = ? AND at_us > ? AND at_us <= ?',
    )
    .pluck()
    .get(netns, atUs, toUs);
  return next ?? Number.POSITIVE_INFINITY;
}
