import { SstoryError } from '../model/error.js';
import { BURST_BYTES, NetlinkSocket } from '../sys/netlink.js';
import { insideNetns } from '../sys/netns.js';
import type { DiagRow } from './diag-row.js';
import { destroyRequest } from './inet-diag.js';
import { findMessages } from './netlink-messages.js';

const EPERM = 1;
const ENOENT = 2;
const EOPNOTSUPP = 95;

export interface KillOptions {
  /** The network namespace in which the row was dumped; this thread's where left out. */
  readonly netnsPath?: string;
}

/**
 * Closes sockets from outside, as `ss -K` does: their processes get ECONNABORTED. Answers the rows whose sockets were
 * closed; the others were gone before (a cookie names one socket, never its successor).
 * @throws SstoryError `kill` where it needs CAP_NET_ADMIN, or a kernel with CONFIG_INET_DIAG_DESTROY
 */
export function killSockets(rows: readonly DiagRow[], { netnsPath }: KillOptions = {}): DiagRow[] {
  const socket = netnsPath === undefined ? new NetlinkSocket() : insideNetns(netnsPath, () => new NetlinkSocket());
  try {
    return rows.filter((row) => killOne(socket, row));
  } finally {
    socket.close();
  }
}

function killOne(socket: NetlinkSocket, row: DiagRow): boolean {
  socket.send(destroyRequest(row.tuple.family, row.socketId));
  try {
    const answer = new Uint8Array(BURST_BYTES);
    findMessages(answer.subarray(0, socket.receive(answer)));
    return true;
  } catch (error) {
    const errno = error instanceof SstoryError ? error.options.cause : undefined;
    if (errno === ENOENT) return false;
    if (errno === EPERM) throw refused('this needs root (CAP_NET_ADMIN)', error);
    if (errno === EOPNOTSUPP) throw refused('the kernel was built without CONFIG_INET_DIAG_DESTROY', error);
    throw error;
  }
}

function refused(hint: string, cause: unknown): SstoryError {
  return new SstoryError('kill', 'the kernel closes no sockets for this process', { hint, cause });
}
