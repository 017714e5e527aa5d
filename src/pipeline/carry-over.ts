import type { Connection } from '../model/connection.js';
import type { Ownership } from '../model/owner.js';
import { type TcpState, TIMEWAIT_LIFE_US } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import type { OwnershipBook } from './ownership.js';
import { TrackedSocket } from './tracked-socket.js';

/** A connection that an earlier run left open. */
export interface CarriedConnection {
  readonly connection: Connection;
  /** The last time at which that run knew it to be open, wall-clock microseconds. */
  readonly evidenceUs: number;
  /** Whether the host still runs the same boot: cookies and inodes of another have no meaning. */
  readonly sameBoot: boolean;
  /** Wall clock minus boot clock of its times, if that is not the present one. */
  readonly offsetUs?: number | undefined;
  /** What is known of its owners besides its opener. */
  readonly owners?: readonly Ownership[] | undefined;
}

/** No event reports the end of these; a socket in FIN-WAIT-2 may be an orphan. */
const UNTRACED: ReadonlySet<TcpState> = new Set<TcpState>(['TIME-WAIT', 'FIN-WAIT-2', 'NEW-SYN-RECV']);

/** An earlier run, as far as it shows which connections were open. Times are wall-clock microseconds. */
export interface EarlierRun {
  readonly startedUs: number;
  /** Up to when its history is complete. */
  readonly endUs: number;
  /** Events followed its snapshots up to its end. */
  readonly traced: boolean;
  /** The last complete snapshot of each network namespace, by its inode number: what was not in it has ended. */
  readonly dumpsUs: ReadonlyMap<number, number>;
  /** Periods in which transitions may be missing, in order of their ends. */
  readonly gaps: readonly { readonly fromUs: number; readonly toUs: number }[];
}

/**
 * The last time at which a connection that is open in the record was known to be in its state, wall-clock microseconds: the end of the
 * last run that followed it, since a snapshot or an event, or what was lost since. `runs`: the last ones, the latest first.
 */
export function lastKnownUs(connection: Connection, runs: Iterable<EarlierRun>): number {
  const { netns, state, openedUs, openedNotBeforeUs, steps } = connection;
  const fromUs = openedNotBeforeUs ?? openedUs;
  const seenUs = steps.findLast(({ notBeforeUs }) => notBeforeUs === undefined)?.atUs ?? Number.NEGATIVE_INFINITY;
  // Its end was foreseen: a dump that no longer had it wrote nothing.
  const last = steps.at(-1);
  const waitsUs = state === 'TIME-WAIT' ? (last?.notBeforeUs ?? last?.atUs) : undefined;
  const dueUs = waitsUs === undefined ? Number.POSITIVE_INFINITY : waitsUs + TIMEWAIT_LIFE_US;
  for (const { startedUs, endUs, traced, dumpsUs, gaps } of runs) {
    const provenUs = Math.max(Math.min(dumpsUs.get(netns) ?? Number.NEGATIVE_INFINITY, dueUs), seenUs);
    if (provenUs < startedUs) continue;
    const isFollowed = traced && !UNTRACED.has(state);
    const lostUs = isFollowed ? (lossSince(gaps, provenUs) ?? endUs) : provenUs;
    return Math.max(Math.min(lostUs, endUs), provenUs, fromUs);
  }
  return Math.max(seenUs, fromUs);
}

/** Since when transitions may be missing after a time at which all was known; the gaps may overlap. */
function lossSince(gaps: EarlierRun['gaps'], provenUs: number): number | undefined {
  let sinceUs: number | undefined;
  for (let index = gaps.length - 1; index >= 0; index--) {
    const gap = gaps[index];
    if (gap === undefined || gap.toUs < provenUs) break;
    sinceUs = Math.min(gap.fromUs, sinceUs ?? gap.fromUs);
  }
  return sinceUs;
}

/**
 * Takes over what an earlier run left open. A socket of the same boot waits for the first snapshot, which proves it to be the same or
 * gone; one of another boot ended at a time that only has bounds.
 */
export function carryOver(
  ledger: Ledger,
  ownership: OwnershipBook,
  carried: Iterable<CarriedConnection>,
  nowBootUs: number,
): void {
  ledger.beganBootUs = nowBootUs;
  for (const { connection, evidenceUs, sameBoot, offsetUs = ledger.offsetUs, owners = [] } of carried) {
    const socket = TrackedSocket.resume(connection, evidenceUs, offsetUs);
    if (sameBoot) {
      ledger.table.add(socket);
      ownership.restore(socket, owners);
      continue;
    }
    const atBootUs = Math.max(nowBootUs, socket.evidenceBootUs);
    ledger.touch(socket);
    socket.close('unknown', atBootUs, 'snapshot', socket.evidenceBootUs);
  }
}
