import type Database from 'better-sqlite3';
import type { ConnectionEvent } from '../model/connection-event.js';
import type { Interval } from '../model/interval.js';

const PAGE = 1_000;

interface EventRow extends Pick<ConnectionEvent, 'atUs' | 'kind' | 'detail'> {
  readonly id: number;
}

/**
 * The events of a window that no connection of the host belongs to, in order of time: resets for closed ports, say. They are read in
 * pages, with no transaction open in between.
 */
export function* eventsOfNoConnection(
  database: Database.Database,
  { fromUs, toUs }: Interval,
): Generator<ConnectionEvent> {
  const select = database.prepare<[Record<string, number>], EventRow>(
    `SELECT id, at_us AS atUs, kind, detail FROM events
     WHERE connection_id IS NULL AND at_us <= @toUs AND (at_us, id) > (@afterUs, @afterId)
     ORDER BY at_us, id LIMIT ${PAGE}`,
  );
  let after = { afterUs: fromUs - 1, afterId: Number.MAX_SAFE_INTEGER };
  for (;;) {
    const page = select.all({ toUs, ...after });
    for (const { atUs, kind, detail } of page) yield { connectionId: undefined, atUs, kind, detail };
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = { afterUs: last.atUs, afterId: last.id };
  }
}
