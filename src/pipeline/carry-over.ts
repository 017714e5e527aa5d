import type { Connection } from '../model/connection.js';
import type { Ledger } from './ledger.js';
import { TrackedSocket } from './tracked-socket.js';

/** A connection that an earlier run left open. */
export interface CarriedConnection {
  readonly connection: Connection;
  /** The last time at which that run knew it to be open, wall-clock microseconds. */
  readonly evidenceUs: number;
  /** Whether the host still runs the same boot: cookies and inodes of another have no meaning. */
  readonly sameBoot: boolean;
}

/**
 * Takes over what an earlier run left open. A socket of the same boot whose cookie is known waits for the first
 * snapshot, which proves it to be the same or gone; every other one ended at a time that only has bounds.
 */
export function carryOver(ledger: Ledger, carried: readonly CarriedConnection[], nowBootUs: number): void {
  for (const { connection, evidenceUs, sameBoot } of carried) {
    const socket = TrackedSocket.resume(connection, evidenceUs, ledger.offsetUs);
    ledger.table.add(socket);
    if (sameBoot && connection.cookie !== undefined) continue;
    const atBootUs = Math.max(nowBootUs, socket.evidenceBootUs);
    ledger.close(socket, 'unknown', atBootUs, 'snapshot', socket.evidenceBootUs);
  }
}
