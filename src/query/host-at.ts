/** What was recorded beside the sockets, as of an instant. */
import type Database from 'better-sqlite3';
import type { SocketCounters } from '../model/sockstat.js';
import { plainRows } from '../store/history-tables.js';

/** A thread at an instant. */
export interface ThreadAt {
  readonly tid: number;
  readonly comm: string;
  /** It has a descriptor table of its own. */
  readonly ownFiles: boolean;
}

/** The threads that each of the processes had, in the order of their ids; a process whose threads were not read has no entry. */
export function threadsAt(
  database: Database.Database,
  pids: readonly number[],
  atUs: number,
): Map<number, readonly ThreadAt[]> {
  const threads = new Map<number, Map<number, ThreadAt>>();
  const rows = plainRows(
    database,
    'thread',
    `v.pid IN (SELECT value FROM json_each(@pids)) AND v.from_us <= @atUs AND (v.to_us IS NULL OR v.to_us > @atUs)
     ORDER BY v.pid, v.tid, v.from_us`,
    { pids: JSON.stringify(pids), atUs },
  );
  for (const { pid, tid, comm, ownFiles } of rows) {
    const known = threads.get(pid) ?? new Map<number, ThreadAt>();
    threads.set(pid, known.set(tid, { tid, comm, ownFiles }));
  }
  return new Map([...threads].map(([pid, known]) => [pid, [...known.values()]]));
}

/** Counts are believed for so long after the last snapshot of their namespace, microseconds: the recorder may not have been running. */
const BELIEVED_US = 60_000_000;

/** What the kernel counted of the sockets of a network namespace, as last read; undefined: not recorded. */
export function countersAt(database: Database.Database, netns: number, atUs: number): SocketCounters | undefined {
  const lastUs = database
    .prepare<[number, number], number | null>('SELECT max(at_us) FROM snapshots WHERE netns = ? AND at_us <= ?')
    .pluck()
    .get(netns, atUs);
  if (lastUs == null || lastUs < atUs - BELIEVED_US) return undefined;
  const [last] = plainRows(
    database,
    'sockstat',
    'v.netns = @netns AND v.at_us <= @atUs ORDER BY v.at_us DESC LIMIT 1',
    {
      netns,
      atUs,
    },
  );
  return last;
}
