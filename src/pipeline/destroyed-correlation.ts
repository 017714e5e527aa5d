import type { Destroyed } from '../model/snapshot.js';
import { dataBytes, hasTheirFin } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import type { TrackedSocket } from './tracked-socket.js';

/**
 * Applies the destroy notification of a full socket. It may live on as TIME-WAIT, so this does not close the connection: the
 * next snapshot does, with this time. A socket that was in no snapshot becomes known by it.
 */
export function applyDestroyed(ledger: Ledger, destroyed: Destroyed, lastSnapshotBootUs: number | undefined): void {
  const { row, netns, bootUs } = destroyed;
  const socket =
    ledger.table.withCookie(row.cookie) ??
    ledger.table.withTuple(netns, row.tuple).find((open) => !open.timewait || onlyKnownAsTimewait(open)) ??
    discover(ledger, destroyed, lastSnapshotBootUs);
  if (socket === undefined) return;
  socket.destroyedBootUs = bootUs;
  const info = row.info;
  if (info !== undefined) {
    socket.bytesSent = info.bytesSent ?? socket.bytesSent;
    if (info.bytesReceived !== undefined)
      socket.bytesReceived = dataBytes(info.bytesReceived, hasTheirFin(socket.packed.states));
    socket.retransmits = Math.max(socket.retransmits, info.totalRetrans);
    if (info.rttUs > 0) socket.rttUs = info.rttUs;
  }
  ledger.touch(socket);
}

/**
 * A socket without a cookie passes none on to its timewait socket: if a snapshot and this notification are the first to ask, each
 * of the two gets its own. Sockets from before the recording were destroyed before it.
 */
function onlyKnownAsTimewait({ inode, destroyedBootUs, origin, carried }: TrackedSocket): boolean {
  return inode === undefined && destroyedBootUs === undefined && origin !== 'before-recording' && !carried;
}

/** A socket that was disconnected before it was destroyed (a RST) has no peer any more: which connection it was is unknown. */
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
    cookie: row.cookie,
  });
  socket.uid = row.uid;
  // It may have existed, and ended, at any time since then.
  socket.evidenceBootUs = lastSnapshotBootUs ?? Number.NEGATIVE_INFINITY;
  ledger.table.add(socket);
  return socket;
}
