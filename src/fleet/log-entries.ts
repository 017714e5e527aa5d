/** The transitions of all hosts, and their gaps, in the order of time. */
import type { FleetCondition } from '../filter/clickhouse.js';
import type { Connection } from '../model/connection.js';
import type { Gap, GapReason, GapScope } from '../model/gap.js';
import type { Interval } from '../model/interval.js';
import type { TcpState } from '../model/tcp-state.js';
import type { LogEntry } from '../query/transition-log.js';
import { TransitionMerge } from '../query/transition-merge.js';
import type { FleetClient } from './client.js';
import { connectionOfRow, type FleetConnection, type Machine } from './connection-of-row.js';
import { connectionsSql, type FoundConnection } from './connections-query.js';

export interface FleetLogEntry {
  readonly machine: Machine;
  readonly entry: LogEntry<Connection>;
}

export interface FleetLog {
  readonly window: Interval;
  readonly condition: FleetCondition | undefined;
  /** In one of which a connection has to have been at some time. */
  readonly states: ReadonlySet<TcpState> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Receives each connection before its transitions. */
  readonly seen: (found: FleetConnection) => void;
}

const GAPS_SQL = `
SELECT host, machine, file, from_us, to_us, cpu, lost, reason, scope FROM gaps FINAL
WHERE from_us BETWEEN {fromUs:Int64} AND {toUs:Int64} ORDER BY from_us`;

interface FoundGap extends Machine {
  readonly from_us: number;
  readonly to_us: number;
  readonly cpu: number | null;
  readonly lost: number | null;
  readonly reason: string;
  readonly scope: string;
}

/**
 * Oldest first. The server gives connections in the order in which they were opened; in memory are those opened so far that have
 * transitions to come.
 */
export async function* fleetLog(fleet: FleetClient, log: FleetLog): AsyncGenerator<FleetLogEntry> {
  const { window, condition, states, signal } = log;
  const params = { ...condition?.params, fromUs: window.fromUs, toUs: window.toUs };
  const gaps = await fleet.rows<FoundGap>({
    sql: GAPS_SQL,
    params: { fromUs: window.fromUs, toUs: window.toUs },
    signal,
  });
  const steps = new TransitionMerge<Connection>(window.fromUs, window.toUs);
  const machines = new WeakMap<Connection, Machine>();
  let gapPlace = 0;
  function* readyBefore(untilUs: number): Generator<FleetLogEntry> {
    for (;;) {
      const gap = gaps[gapPlace];
      const nextUs = Math.min(steps.nextUs, gap?.from_us ?? Number.POSITIVE_INFINITY);
      if (nextUs >= untilUs) return;
      if (gap !== undefined && gap.from_us === nextUs) {
        yield gapEntry(gap);
        gapPlace++;
        continue;
      }
      const entry = steps.take();
      const machine = machines.get(entry.connection);
      if (machine !== undefined) yield { machine, entry };
    }
  }
  const sql = connectionsSql({ condition, states, wholeRows: true, tail: 'ORDER BY opened_us, host, connection_id' });
  for await (const rows of fleet.batches<FoundConnection>({ sql, params, signal })) {
    for (const row of rows) {
      const found = connectionOfRow(row);
      if (steps.nextUs < found.connection.openedUs) yield* readyBefore(found.connection.openedUs);
      machines.set(found.connection, found.machine);
      log.seen(found);
      steps.add(found.connection);
    }
  }
  yield* readyBefore(Number.POSITIVE_INFINITY);
}

function gapEntry({ host, machine, file, from_us, to_us, cpu, lost, reason, scope }: FoundGap): FleetLogEntry {
  const gap: Gap = {
    fromUs: from_us,
    toUs: to_us,
    cpu: cpu ?? undefined,
    lost: lost ?? undefined,
    reason: reason as GapReason,
    scope: scope as GapScope,
  };
  return { machine: { host, machine, file }, entry: { kind: 'gap', atUs: from_us, gap } };
}
