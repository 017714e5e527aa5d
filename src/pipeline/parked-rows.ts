/** The rows of a dump that are of parked sockets. */
import type { Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import type { ForeseenEnds } from './foreseen-ends.js';
import type { Ledger } from './ledger.js';
import type { SocketTable } from './socket-table.js';
import { waitsSince } from './timer-wheel.js';
import type { TimewaitFacts } from './timewait-facts.js';

/**
 * Confirms the parked socket of a row in TIME-WAIT, in place. False: no socket of that row is parked, or its timer expires at another
 * time than was foreseen.
 * @param facts receives its cookie, if that was not known
 */
export function seeParked(
  ledger: Ledger,
  foreseen: ForeseenEnds,
  snapshot: Snapshot,
  row: SocketRow,
  facts: TimewaitFacts,
): boolean {
  const { table } = ledger;
  const { parked } = table;
  const slot = parked.withCookie(row.cookie) ?? unseenParked(table, snapshot, row);
  if (slot === undefined) return false;
  const { kind, expiresMs } = row.timer;
  if (kind === 'timewait' && expiresMs > 0) {
    const expiresBootUs = snapshot.startBootUs + expiresMs * 1000;
    if (!foreseen.agrees(slot, expiresBootUs)) return false;
    parked.setExpires(slot, expiresBootUs);
  }
  // It may be that of a full socket which has connected again.
  if (row.cookie !== 0 && table.shownWith(row.cookie, false) === undefined && parked.setCookie(slot, row.cookie))
    facts.cookie(parked.idAt(slot), row.cookie);
  if (!parked.isShown(slot)) facts.sample(ledger, snapshot, parked.idAt(slot), row);
  parked.see(slot, snapshot.startBootUs);
  return true;
}

/** The parked socket of a row whose cookie is new, as `matchRow` finds others. */
function unseenParked(
  table: SocketTable,
  { netns, startBootUs, endBootUs }: Snapshot,
  row: SocketRow,
): number | undefined {
  const { parked } = table;
  const { tuple } = row;
  const givenUpUs = table.endedSince(netns, tuple, startBootUs) ? startBootUs : endBootUs;
  const latestUs = Math.min(givenUpUs, waitsSince(row, endBootUs));
  const slots = parked.withTuple(netns, tuple);
  return slots.find((slot) => !parked.hasCookie(slot) && parked.openedAt(slot) <= latestUs);
}
