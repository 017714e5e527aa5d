/** Which tracked socket a row of a snapshot is. */

import { portsOf } from '../model/four-tuple.js';
import type { Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import type { Origin } from '../model/stored-codes.js';
import type { Ledger } from './ledger.js';
import { learnTuple } from './socket-facts.js';
import type { SocketTable } from './socket-table.js';
import { mayFollow } from './state-order.js';
import { waitsSince } from './timer-wheel.js';
import type { TrackedSocket } from './tracked-socket.js';

/**
 * The open socket of a row with an unknown cookie. One that was opened after the dump is not in it; nor, as far as is known, is one
 * that was opened while it ran, if another socket gave up the four-tuple meanwhile.
 */
export function matchRow(
  ledger: Ledger,
  { netns, startBootUs, endBootUs }: Snapshot,
  row: SocketRow,
): TrackedSocket | undefined {
  const { table } = ledger;
  const waitsSinceUs = waitsSince(row, endBootUs);
  const mayBe = (each: TrackedSocket) => each.openedBootUs <= waitsSinceUs && compatible(each, row, startBootUs);
  const survived = isTimewait(row) && table.withTuple(netns, row.tuple).find(onlyKnownByDestruction);
  if (survived) return survived;
  const latestUs = table.endedSince(netns, row.tuple, startBootUs) ? startBootUs : endBootUs;
  const found = table
    .withTuple(netns, row.tuple)
    .filter((each) => each.openedBootUs <= latestUs && each.cookie === undefined && mayBe(each))
    .at(-1);
  if (found !== undefined) return found;
  const [portless, other] = portlessOf(ledger, { netns, startBootUs, endBootUs }, row);
  if (portless === undefined || other !== undefined) return undefined;
  // The four-tuple was given up since: it is not known who had it, unless the other one was only seen before.
  if (portless.departedBootUs !== undefined && table.endedSince(netns, row.tuple, startBootUs)) return undefined;
  const isNamed = row.inode !== 0 && portless.inode === row.inode;
  const isLater = ({ openedBootUs, changedBootUs }: TrackedSocket) =>
    openedBootUs > portless.openedBootUs && (!isNamed || changedBootUs >= startBootUs);
  if (table.withTuple(netns, row.tuple).some(isLater)) return undefined;
  learnTuple(ledger, portless, row.tuple);
  return portless;
}

/**
 * The sockets without a known local port of which a row may be. Where the event with the port was lost, the inode shows that it is the same;
 * several with it are one that connected again while the dump ran.
 */
export function portlessOf(
  ledger: Ledger,
  { netns, startBootUs, endBootUs }: Pick<Snapshot, 'netns' | 'startBootUs' | 'endBootUs'>,
  row: SocketRow,
): readonly TrackedSocket[] {
  const { table } = ledger;
  const latestUs = table.endedSince(netns, row.tuple, startBootUs) ? startBootUs : endBootUs;
  const waitsSinceUs = waitsSince(row, endBootUs);
  let unnamed: TrackedSocket | undefined;
  const named: TrackedSocket[] = [];
  for (const each of table.portlessLike(netns, row.tuple)) {
    if (each.openedBootUs > Math.min(latestUs, waitsSinceUs) || !compatible(each, row, startBootUs)) continue;
    if (row.inode !== 0 && each.inode === row.inode) named.push(each);
    else if (row.state === 'SYN-SENT') unnamed ??= each;
  }
  return named.length > 0 || unnamed === undefined ? named : [unnamed];
}

/** A full socket known only by its destroy notification, whose timewait socket has another cookie (`applyDestroyed`). */
export function onlyKnownByDestruction({ state, destroyedBootUs }: TrackedSocket): boolean {
  return state === 'UNCONN' && destroyedBootUs !== undefined;
}

/**
 * A full socket that has connected again has the same cookie as the TIME-WAIT of its last connection: the TIME-WAIT is then known without it,
 * and its row has none.
 */
export function withOwnCookie(table: SocketTable, { netns }: Snapshot, row: SocketRow): SocketRow {
  const named = table.withCookie(row.cookie);
  if (named === undefined || portsOf(named.tuple) === portsOf(row.tuple)) return row;
  // The event with its port was lost, unless the row is known to be another one's.
  const isWaiting = () => table.withTuple(netns, row.tuple).some(({ state }) => state === 'TIME-WAIT');
  if (named.tuple.localPort === 0 && !isWaiting()) return row;
  // The fields of a row are decoded when they are read.
  if (row.state === 'TIME-WAIT') return Object.create(row, { cookie: { value: 0 } }) as SocketRow;
  if (named.state === 'TIME-WAIT') table.leaveCookie(named);
  return row;
}

/** Whether the socket with the cookie of a row is still the same connection. */
export function isSameConnection(
  { tuple, state, openedBootUs, changedBootUs }: TrackedSocket,
  row: SocketRow,
  { startBootUs, endBootUs }: Snapshot,
): boolean {
  if (openedBootUs > endBootUs) return false;
  if (tuple.localPort !== 0 && portsOf(tuple) !== portsOf(row.tuple)) return false;
  return changedBootUs >= startBootUs || mayFollow(state, row.state);
}

function compatible(socket: TrackedSocket, row: SocketRow, startBootUs: number): boolean {
  if (socket.inode !== undefined && row.inode !== 0 && socket.inode !== row.inode) return false;
  if (socket.departedBootUs !== undefined && socket.departedBootUs < startBootUs && !isTimewait(row)) return false;
  // A child has the cookie that its request was given; this one has none.
  if (isHalfOpen(row) && socket.state !== 'NEW-SYN-RECV') return false;
  const isSettled = socket.changedBootUs < startBootUs;
  if (isSettled && !mayFollow(socket.state, row.state)) return false;
  if (!isSettled && isTimewait(row) && !socket.timewait && socket.state !== row.state) return false;
  return (socket.state === 'LISTEN') === (row.state === 'LISTEN');
}

/** A half-open request, or a child by TCP Fast Open that is not accepted yet. */
function isUnaccepted({ state, inode }: Pick<SocketRow, 'state' | 'inode'>): boolean {
  return state === 'NEW-SYN-RECV' || (state === 'SYN-RECV' && inode === 0);
}

/**
 * inet_diag reports a request socket (NEW_SYN_RECV) as SYN-RECV, without an inode and without what only a full socket has
 * (net/ipv4/inet_diag.c, inet_req_diag_fill()). A child by TCP Fast Open is a full socket.
 */
export function isHalfOpen(row: Pick<SocketRow, 'state' | 'inode' | 'shutdown'>): boolean {
  return isUnaccepted(row) && row.shutdown === undefined;
}

/** The kernel reports a timewait socket in two states. */
export function isTimewait(row: Pick<SocketRow, 'state' | 'timer'>): boolean {
  return row.state === 'TIME-WAIT' || (row.state === 'FIN-WAIT-2' && row.timer.kind === 'timewait');
}

/** How a socket that a row is the first to show began. `netnsKnown`: it was not in the dump before. */
export function originOfRow(row: Pick<SocketRow, 'state' | 'inode'>, netnsKnown: boolean): Origin {
  if (isUnaccepted(row)) return 'accept';
  if (!netnsKnown) return 'before-recording';
  if (row.state === 'SYN-SENT') return 'connect';
  return row.state === 'LISTEN' ? 'listen' : 'unknown';
}
