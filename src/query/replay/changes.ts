/** Replayed transitions as the batches that a recorder writes. */

import type { Connection } from '../../model/connection.js';
import { type ChangedConnection, type HistoryBatch, NO_CHANGES } from '../../model/history-batch.js';
import type { LogEntry } from '../transition-log.js';

/** What these entries, in order, changed: each connection with its steps so far, as it was known by then. */
export function batchOfEntries(entries: readonly LogEntry<Connection>[]): HistoryBatch {
  const changed = new Map<number, { connection: Connection; first: number; last: number }>();
  for (const entry of entries) {
    if (entry.kind === 'gap') continue;
    const { connection, step } = entry;
    const index = connection.steps.indexOf(step);
    const known = changed.get(connection.id);
    if (known === undefined) changed.set(connection.id, { connection, first: index, last: index });
    else known.last = Math.max(known.last, index);
  }
  return {
    ...NO_CHANGES,
    connections: [...changed.values()].map(({ connection, first, last }) => asOf(connection, first, last)),
    gaps: entries.flatMap((entry) => (entry.kind === 'gap' ? [entry.gap] : [])),
    throughUs: entries.at(-1)?.atUs ?? 0,
  };
}

function asOf(whole: Connection, first: number, last: number): ChangedConnection {
  const steps = whole.steps.slice(0, last + 1);
  const isWhole = steps.length === whole.steps.length;
  const connection: Connection = isWhole
    ? whole
    : {
        ...whole,
        steps,
        state: steps.at(-1)?.newState ?? whole.state,
        closedUs: undefined,
        closedNotBeforeUs: undefined,
        closedSource: undefined,
        closeReason: undefined,
      };
  return { connection, isNew: first === 0, firstNewStep: first };
}
