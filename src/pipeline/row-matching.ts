/** Which tracked socket a row of a snapshot is. */

import type { Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import type { Origin } from '../model/stored-codes.js';
import type { SocketTable } from './socket-table.js';
import type { TrackedSocket } from './tracked-socket.js';

/**
 * The open socket of a row with an unknown cookie. One that was opened after the dump is not in it; nor, as far as is known, is one
 * that was opened while it ran, if another socket gave up the four-tuple meanwhile.
 */
export function matchRow(
  table: SocketTable,
  { netns, startBootUs, endBootUs }: Snapshot,
  row: SocketRow,
): TrackedSocket | undefined {
  const survived = isTimewait(row) && table.withTuple(netns, row.tuple).find(onlyKnownByDestruction);
  if (survived) return survived;
  const latestUs = table.endedSince(netns, row.tuple, startBootUs) ? startBootUs : endBootUs;
  const found = table
    .withTuple(netns, row.tuple)
    .filter((socket) => socket.openedBootUs <= latestUs && socket.cookie === undefined && compatible(socket, row))
    .at(-1);
  if (found !== undefined) return found;
  if (row.state !== 'SYN-SENT') return undefined;
  const portless = table.portlessLike(netns, row.tuple, row.inode);
  if (portless !== undefined) table.setTuple(portless, row.tuple);
  return portless;
}

/** A full socket known only by its destroy notification, whose timewait socket has another cookie (`applyDestroyed`). */
export function onlyKnownByDestruction({ state, destroyedBootUs }: TrackedSocket): boolean {
  return state === 'UNCONN' && destroyedBootUs !== undefined;
}

function compatible(socket: TrackedSocket, row: SocketRow): boolean {
  if (isTimewait(row) && !socket.timewait && socket.state !== row.state) return false;
  if (socket.inode !== undefined && row.inode !== 0 && socket.inode !== row.inode) return false;
  return (socket.state === 'LISTEN') === (row.state === 'LISTEN');
}

/** inet_diag reports a request socket (NEW_SYN_RECV) as SYN-RECV without an inode. */
export function isHalfOpen(row: SocketRow): boolean {
  return row.state === 'NEW-SYN-RECV' || (row.state === 'SYN-RECV' && row.inode === 0);
}

/** The kernel reports a timewait socket in two states. */
export function isTimewait(row: SocketRow): boolean {
  return row.state === 'TIME-WAIT' || (row.state === 'FIN-WAIT-2' && row.timer.kind === 'timewait');
}

/** How a socket that a row is the first to show began. `netnsKnown`: it was not in the dump before. */
export function originOfRow(row: SocketRow, netnsKnown: boolean): Origin {
  if (isHalfOpen(row)) return 'accept';
  if (!netnsKnown) return 'before-recording';
  if (row.state === 'SYN-SENT') return 'connect';
  return row.state === 'LISTEN' ? 'listen' : 'unknown';
}
