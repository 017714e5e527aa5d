/** Sockets whose opening was not observed, and that a dump has: they are older than the recording, half-open, or their event was lost. */
import type { Snapshot } from '../model/snapshot.js';
import type { SocketRow } from '../model/socket-row.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import { type NetnsView, unseenAt } from './netns-view.js';
import { isHalfOpen, isTimewait, matchRow, originOfRow, portlessOf } from './row-matching.js';
import { endHolders, endUnseen, isHeldSince, lastHeld } from './succession.js';
import type { TrackedSocket } from './tracked-socket.js';

/** What is needed of a row to make a connection of it. */
type FoundRow = Pick<SocketRow, 'tuple' | 'cookie' | 'state' | 'inode' | 'shutdown' | 'timer'>;

/** A dump, and what is known of its network namespace. */
export interface Look {
  readonly snapshot: Snapshot;
  readonly view: NetnsView;
  /** Its sockets are newer than the recording, unless an earlier dump had them. */
  readonly isKnown: boolean;
}

/** The socket of a row that fits none that is open; undefined where it is not certain to exist still. */
export function discover(ledger: Ledger, look: Look, row: SocketRow): TrackedSocket | undefined {
  const { netns, startBootUs } = look.snapshot;
  const { tuple } = row;
  // It ended while the dump was under way, and its events are complete.
  if (ledger.table.endedSince(netns, tuple, startBootUs) || isHeldSince(ledger, netns, tuple, startBootUs))
    return undefined;
  // Its timer was due, and it has ended by what is known: it expires late.
  const isFirst = look.view.lastBootUs === Number.NEGATIVE_INFINITY;
  if (!isFirst && isTimewait(row) && row.timer.kind === 'timewait' && row.timer.expiresMs <= 0) return undefined;
  // It connected again while the dump was under way: the next one shows which connection it is.
  if (portlessOf(ledger, look.snapshot, row).length > 1) return undefined;
  return find(ledger, look, row, lastHeld(ledger, netns, tuple));
}

/** A row has the cookie of a socket that was opened after it was read: it is of its half-open request, or of the connection before. */
export function proveEarlier(ledger: Ledger, snapshot: Snapshot, row: SocketRow, opened: TrackedSocket): void {
  if (isHalfOpen(row)) {
    if (opened.origin === 'accept') opened.shown = 'SYN-RECV';
    return;
  }
  const before = matchRow(ledger, snapshot, row);
  if (before === undefined) return;
  const atBootUs = Math.min(snapshot.endBootUs, opened.openedBootUs);
  const isOther = shownState(before.state) !== row.state;
  if (isOther) before.enter(row.state, atBootUs, 'snapshot', before.evidenceBootUs);
  const provenBootUs = Math.min(snapshot.startBootUs, atBootUs);
  before.evidenceBootUs = isOther ? provenBootUs : Math.max(before.evidenceBootUs, provenBootUs);
  endUnseen(ledger, before, opened.openedBootUs, opened.openedUs);
}

/** A full socket keeps its cookie when it connects again: the connection that was known with it has ended. */
export function replaceConnected(
  ledger: Ledger,
  look: Look,
  known: TrackedSocket,
  row: FoundRow,
): TrackedSocket | undefined {
  const { netns, startBootUs, endBootUs } = look.snapshot;
  const { evidenceBootUs, departedBootUs } = known;
  // Its events were received, and it has ended since.
  const isOver = ledger.table.endedSince(netns, row.tuple, startBootUs);
  endUnseen(ledger, known, (isOver ? departedBootUs : undefined) ?? endBootUs);
  if (isOver) return undefined;
  const { strays, unseen } = ledger.table.ofNetns(netns);
  strays.delete(row.cookie);
  unseen.delete(row.cookie);
  const found = find(ledger, look, row, evidenceBootUs);
  found.shown = shownState(row.state);
  ledger.table.rest(found);
  return found;
}

/** `heldBootUs`: the last time at which another one is known to have had its four-tuple, or its cookie. */
function find(ledger: Ledger, { snapshot, view, isKnown }: Look, row: FoundRow, heldBootUs: number): TrackedSocket {
  const { netns, startBootUs, endBootUs } = snapshot;
  const { tuple, cookie } = row;
  const halfOpen = isHalfOpen(row);
  const unseenBootUs = ledger.table.ofNetns(netns).unseen.get(cookie) ?? unseenAt(view, row);
  if (unseenBootUs > Number.NEGATIVE_INFINITY && !halfOpen) ledger.continuityBreak(unseenBootUs, endBootUs);
  const notBeforeBootUs = Math.max(unseenBootUs, heldBootUs);
  endHolders(ledger, netns, tuple, endBootUs);
  const socket = ledger.open({
    netns,
    tuple,
    origin: originOfRow(row, isKnown || notBeforeBootUs > Number.NEGATIVE_INFINITY),
    bootUs: endBootUs,
    notBeforeBootUs,
    source: 'snapshot',
    cookie,
  });
  ledger.table.add(socket);
  socket.enter(halfOpen ? 'NEW-SYN-RECV' : row.state, endBootUs, 'snapshot', notBeforeBootUs);
  socket.evidenceBootUs = startBootUs;
  if (isTimewait(row)) becomeTimewait(socket, row, startBootUs);
  if (row.state === 'TIME-WAIT') socket.closeReason = 'orderly';
  return socket;
}

/** What the last dump had of a socket. */
export function shownRow({ tuple, cookie = 0, inode = 0 }: TrackedSocket, state: TcpState): FoundRow {
  return { tuple, cookie, state, inode, shutdown: undefined, timer: { kind: 'off', expiresMs: 0, retransmits: 0 } };
}

/** The timewait socket in place of a full one has a timer, which a dump shows. */
export function becomeTimewait(socket: TrackedSocket, { timer }: Pick<SocketRow, 'timer'>, bootUs: number): void {
  socket.timewait = true;
  const { kind, expiresMs } = timer;
  // Overdue, it has nothing left: when it was due is not known from that.
  const isKnown = socket.expiresBootUs !== Number.POSITIVE_INFINITY;
  if (kind === 'timewait' && (expiresMs > 0 || !isKnown)) socket.expiresBootUs = bootUs + expiresMs * 1000;
}
