import type { Destroyed } from '../model/snapshot.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/**
 * The kernel's last words about a full socket. It may live on as TIME-WAIT, so this does not close the connection: the
 * next snapshot does, and believes this time. A socket that no snapshot has ever seen becomes known by it.
 */
export function applyDestroyed(ledger: Ledger, destroyed: Destroyed, lastSnapshotBootUs: number | undefined): void {
  const { row, netns, bootUs } = destroyed;
  const socket =
    ledger.table.withCookie(row.cookie) ??
    ledger.table.withTuple(netns, row.tuple).find((open) => !open.minisock || onlyKnownAsMinisock(open)) ??
    discover(ledger, destroyed, lastSnapshotBootUs);
  if (socket === undefined) return;
  socket.lastWordsBootUs = bootUs;
  const info = row.info;
  if (info !== undefined) {
    socket.bytesSent = info.bytesSent ?? socket.bytesSent;
    socket.bytesReceived = info.bytesReceived ?? socket.bytesReceived;
    socket.retransmits = Math.max(socket.retransmits, info.totalRetrans);
    if (info.rttUs > 0) socket.rttUs = info.rttUs;
  }
  ledger.touch(socket);
}

/**
 * A socket without a cookie gives none to the minisock that takes its place: when a snapshot and these last words are the first
 * to ask, each of the two gets its own. What was there before the recording had its last words then.
 */
function onlyKnownAsMinisock({ inode, lastWordsBootUs, origin, carried }: TrackedSocket): boolean {
  return inode === undefined && lastWordsBootUs === undefined && origin !== 'before-recording' && !carried;
}

/** A socket that was disconnected before it was destroyed (a RST) has no peer any more: nobody knows which connection it was. */
function discover(
  ledger: Ledger,
  { row, netns, bootUs }: Destroyed,
  lastSnapshotBootUs: number | undefined,
): TrackedSocket | undefined {
  if (row.tuple.localPort === 0 || row.tuple.remotePort === 0) return undefined;
  const socket = ledger.open({
    netns,
    tuple: row.tuple,
    origin: lastSnapshotBootUs === undefined ? 'before-recording' : 'unknown',
    bootUs,
    notBeforeBootUs: lastSnapshotBootUs ?? Number.NEGATIVE_INFINITY,
    source: 'snapshot',
  });
  if (row.cookie !== 0) socket.cookie = row.cookie;
  socket.uid = row.uid;
  // It may have been all that it was at any time since then.
  socket.evidenceBootUs = lastSnapshotBootUs ?? Number.NEGATIVE_INFINITY;
  ledger.table.add(socket);
  return socket;
}
