/** The probe's half of the correlation: every event finds its socket, every transition becomes a step. */

import { endpoint, type FourTuple } from '../model/four-tuple.js';
import type {
  AcceptEvent,
  ConnectEvent,
  ErrorEvent,
  ProbeEvent,
  ResetEvent,
  RetransmitEvent,
  TransitionEvent,
} from '../model/probe-event.js';
import type { Origin } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';
import { endingOf, errorName, reasonOfConnectError } from './close-reason.js';
import type { Ledger } from './ledger.js';
import { MINISOCK_LIFE_US, type TrackedSocket } from './tracked-socket.js';

/** connect(2) results that are no failure: EINTR, EISCONN, EALREADY, EINPROGRESS. */
const NOT_A_FAILURE: ReadonlySet<number> = new Set([-4, -106, -114, -115]);

/** Applies one event to the ledger. `recordingSince` is when a netns was first looked at, undefined while it was not. */
export function applyEvent(
  ledger: Ledger,
  event: ProbeEvent,
  recordingSince: (netns: number) => number | undefined,
): void {
  switch (event.kind) {
    case 'transition':
      applyTransition(ledger, event, recordingSince);
      break;
    case 'accept':
      applyAccept(ledger, event);
      break;
    case 'connect':
      applyConnect(ledger, event);
      break;
    case 'retransmit':
      applyRetransmit(ledger, event);
      break;
    case 'reset':
      applyReset(ledger, event);
      break;
    case 'error':
      applyError(ledger, event);
      break;
  }
}

function applyTransition(
  ledger: Ledger,
  event: TransitionEvent,
  recordingSince: (netns: number) => number | undefined,
): void {
  const { oldState, newState, bootUs } = event;
  const origin = originOfOpening(oldState, newState);
  const socket = origin === undefined ? findSocket(ledger, event, recordingSince) : openSocket(ledger, event, origin);
  learn(ledger, socket, event);
  if (origin === undefined && socket.state !== oldState) mendChain(ledger, socket, event);
  if (newState === 'UNCONN') endSocket(ledger, socket, event);
  else if (socket.state !== newState) socket.enter(newState, bootUs, 'probe', undefined, oldState);
  ledger.touch(socket);
}

/** Undefined for a transition that opens nothing. */
function originOfOpening(oldState: TcpState, newState: TcpState): Origin | undefined {
  if (oldState === 'UNCONN') return newState === 'SYN-SENT' ? 'connect' : newState === 'LISTEN' ? 'listen' : undefined;
  return oldState === 'LISTEN' && newState === 'SYN-RECV' ? 'accept' : undefined;
}

/** A socket begins a life: whatever had its address or its four-tuple has ended by now. */
function openSocket(ledger: Ledger, event: TransitionEvent, origin: Origin): TrackedSocket {
  const { bootUs, skaddr, netns, tuple, cookie, fd } = event;
  const previous = ledger.table.atAddress(skaddr);
  if (previous !== undefined) {
    ledger.continuityBreak(previous.changedBootUs, bootUs);
    ledger.close(previous, 'unknown', bootUs, 'snapshot', previous.evidenceBootUs);
  }
  if (origin !== 'listen') replaceMinisock(ledger, netns, tuple, bootUs);
  const request = origin === 'accept' ? halfOpenRequest(ledger, event) : undefined;
  if (request !== undefined) {
    ledger.table.setAddress(request, skaddr);
    request.state = 'SYN-RECV';
    request.changedBootUs = bootUs;
    return request;
  }
  const socket = ledger.open({ netns, tuple, origin, bootUs, source: 'probe' });
  socket.skaddr = skaddr;
  if (cookie !== 0) socket.cookie = cookie;
  const { task } = event;
  if (task !== undefined) {
    socket.pid = task.pid;
    socket.tid = task.tid;
    socket.comm = task.comm;
  }
  if (fd >= 0) socket.fd = fd;
  ledger.table.add(socket);
  socket.enter(event.newState, bootUs, 'probe', undefined, event.oldState);
  return socket;
}

/** The request that a snapshot saw half-open and that has now become this socket. */
function halfOpenRequest(ledger: Ledger, event: TransitionEvent): TrackedSocket | undefined {
  const known =
    ledger.table.withCookie(event.cookie) ??
    ledger.table.withTuple(event.netns, event.tuple).find((socket) => socket.state === 'NEW-SYN-RECV');
  return known?.state === 'NEW-SYN-RECV' ? known : undefined;
}

/** A new socket took the four-tuple of one in TIME-WAIT (or an orphan): that one is gone. */
function replaceMinisock(ledger: Ledger, netns: number, tuple: FourTuple, bootUs: number): void {
  if (tuple.localPort === 0) return;
  for (const old of ledger.table.withTuple(netns, tuple)) {
    if (old.minisock) ledger.close(old, old.state === 'TIME-WAIT' ? 'orderly' : 'unknown', bootUs, 'probe');
  }
}

/** The socket of an event that opens nothing; one that is not known was there first, or its opening was lost. */
function findSocket(
  ledger: Ledger,
  event: TransitionEvent,
  recordingSince: (netns: number) => number | undefined,
): TrackedSocket {
  const known =
    ledger.table.atAddress(event.skaddr) ??
    ledger.table.withCookie(event.cookie) ??
    ledger.table.withTuple(event.netns, event.tuple).find((socket) => socket.skaddr === 0 && !socket.minisock);
  if (known !== undefined) {
    if (known.skaddr === 0) ledger.table.setAddress(known, event.skaddr);
    return known;
  }
  const since = recordingSince(event.netns);
  const lost = since !== undefined && event.bootUs > since;
  if (lost) ledger.continuityBreak(since, event.bootUs);
  const socket = ledger.open({
    netns: event.netns,
    tuple: event.tuple,
    origin: lost ? originOfState(event.oldState) : 'before-recording',
    bootUs: event.bootUs,
    notBeforeBootUs: lost ? since : Number.NEGATIVE_INFINITY,
    source: 'snapshot',
  });
  socket.skaddr = event.skaddr;
  if (event.cookie !== 0) socket.cookie = event.cookie;
  ledger.table.add(socket);
  socket.enter(event.oldState, event.bootUs, 'snapshot', lost ? since : Number.NEGATIVE_INFINITY);
  return socket;
}

/** SYN-SENT is only reached by connecting, SYN-RECV by accepting, LISTEN by listening; other states tell nothing. */
function originOfState(state: TcpState): Origin {
  if (state === 'SYN-SENT') return 'connect';
  if (state === 'SYN-RECV') return 'accept';
  return state === 'LISTEN' ? 'listen' : 'unknown';
}

/** The event starts from a state that this socket was not known to be in: the change in between went unseen. */
function mendChain(ledger: Ledger, socket: TrackedSocket, event: TransitionEvent): void {
  ledger.continuityBreak(socket.changedBootUs, event.bootUs);
  socket.enter(event.oldState, event.bootUs, 'snapshot', socket.evidenceBootUs);
}

function endSocket(ledger: Ledger, socket: TrackedSocket, event: TransitionEvent): void {
  const ending = endingOf(event);
  if (ending.kind === 'closed') {
    ledger.close(socket, ending.reason, event.bootUs, 'probe');
    return;
  }
  ledger.table.forgetAddress(socket);
  socket.skaddr = 0;
  socket.minisock = true;
  socket.expiresBootUs = event.bootUs + MINISOCK_LIFE_US;
  if (ending.kind === 'time-wait') {
    socket.closeReason = 'orderly';
    socket.enter('TIME-WAIT', event.bootUs, 'probe');
  } else {
    socket.changedBootUs = event.bootUs;
    socket.evidenceBootUs = event.bootUs;
  }
}

/** Takes over what an event says of a socket besides its state. */
function learn(ledger: Ledger, socket: TrackedSocket, event: TransitionEvent | AcceptEvent | ConnectEvent): void {
  const { cookie, inode, cgroup } = event;
  if (cookie !== 0) ledger.table.setCookie(socket, cookie);
  if (inode !== 0) socket.inode = inode;
  if (cgroup !== 0) socket.cgroup = cgroup;
  if (event.kind !== 'transition' || socket.uid === undefined) socket.uid = event.uid;
  if (socket.tuple.localPort === 0) learnTuple(ledger, socket, event.tuple);
  const totals = event.kind === 'transition' ? event.totals : undefined;
  if (totals === undefined) return;
  socket.bytesSent = totals.bytesSent;
  socket.bytesReceived = totals.bytesReceived;
  socket.retransmits = Math.max(socket.retransmits, totals.retransmits);
  if (totals.rttUs > 0) socket.rttUs = totals.rttUs;
}

/** Fills in the local port that was not chosen yet at SYN-SENT. */
function learnTuple(ledger: Ledger, socket: TrackedSocket, tuple: FourTuple): void {
  if (socket.tuple.localPort !== 0 || tuple.localPort === 0) return;
  replaceMinisock(ledger, socket.netns, tuple, socket.openedBootUs);
  const remoteKnown = tuple.remotePort !== 0;
  ledger.table.setTuple(
    socket,
    remoteKnown ? tuple : { ...socket.tuple, localAddr: tuple.localAddr, localPort: tuple.localPort },
  );
  ledger.touch(socket);
}

function applyAccept(ledger: Ledger, event: AcceptEvent): void {
  const socket = ledger.table.atAddress(event.skaddr) ?? ledger.table.lastAt(event.skaddr);
  if (socket === undefined || socket.origin === 'connect') return;
  learn(ledger, socket, event);
  socket.pid = event.task.pid;
  socket.tid = event.task.tid;
  socket.comm = event.task.comm;
  socket.fd = event.fd;
  ledger.touch(socket);
}

/** connect(2) came back: it brings the local port of one under way, and the errno of one that failed. */
function applyConnect(ledger: Ledger, event: ConnectEvent): void {
  const socket = ownConnect(ledger, event);
  if (socket !== undefined) {
    socket.connectHeard = true;
    if (socket.closedUs === undefined) learn(ledger, socket, event);
    if (socket.fd === undefined) socket.fd = event.fd;
    if (!NOT_A_FAILURE.has(event.result)) {
      ledger.recordEvent(socket, event.bootUs, 'connect', errorName(-event.result));
      if (socket.closeReason === 'unknown' || socket.closeReason === 'aborted') {
        socket.closeReason = reasonOfConnectError(-event.result);
      }
    }
    ledger.touch(socket);
    return;
  }
  if (NOT_A_FAILURE.has(event.result) || event.result >= 0) return;
  recordFailedConnect(ledger, event);
}

function ownConnect(ledger: Ledger, event: ConnectEvent): TrackedSocket | undefined {
  const socket = ledger.table.atAddress(event.skaddr) ?? ledger.table.lastAt(event.skaddr);
  if (socket === undefined || socket.origin !== 'connect' || socket.connectHeard) return undefined;
  return socket.pid === event.task.pid ? socket : undefined;
}

/** A connect that failed at once made no state change: the connection is this one call. */
function recordFailedConnect(ledger: Ledger, event: ConnectEvent): void {
  const socket = ledger.open({
    netns: event.netns,
    tuple: event.tuple,
    origin: 'connect',
    bootUs: event.bootUs,
    source: 'probe',
  });
  socket.pid = event.task.pid;
  socket.tid = event.task.tid;
  socket.comm = event.task.comm;
  socket.fd = event.fd;
  socket.uid = event.uid;
  if (event.inode !== 0) socket.inode = event.inode;
  if (event.cgroup !== 0) socket.cgroup = event.cgroup;
  ledger.recordEvent(socket, event.bootUs, 'connect', errorName(-event.result));
  socket.close(reasonOfConnectError(-event.result), event.bootUs, 'probe');
}

function applyRetransmit(ledger: Ledger, event: RetransmitEvent): void {
  if (event.segment === 'SYN-ACK') {
    const request = ledger.table.withTuple(event.netns, event.tuple)[0];
    if (request !== undefined) countRetransmit(ledger, request);
    const listener = request ?? ledger.table.atAddress(event.skaddr);
    ledger.recordEvent(
      listener,
      event.bootUs,
      'retransmit',
      request === undefined ? `SYN-ACK ${both(event.tuple)}` : 'SYN-ACK',
    );
    return;
  }
  const socket = ledger.table.atAddress(event.skaddr) ?? tupleOwner(ledger, event);
  if (socket !== undefined) {
    learnTuple(ledger, socket, event.tuple);
    if (event.error === 0) countRetransmit(ledger, socket);
  }
  const failure = event.error === 0 ? '' : ` failed ${errorName(Math.abs(event.error))}`;
  ledger.recordEvent(
    socket,
    event.bootUs,
    'retransmit',
    `${event.segment}${failure}${socket === undefined ? ` ${both(event.tuple)}` : ''}`,
  );
}

function countRetransmit(ledger: Ledger, socket: TrackedSocket): void {
  socket.retransmits++;
  ledger.touch(socket);
}

function applyReset(ledger: Ledger, event: ResetEvent): void {
  const socket =
    ledger.table.atAddress(event.skaddr) ??
    ledger.table.withCookie(event.cookie) ??
    tupleOwner(ledger, event) ??
    ledger.table.lastAt(event.skaddr);
  const reason = event.reason === undefined ? '' : ` ${event.reason}`;
  const tuple = socket === undefined ? ` ${both(event.tuple)}` : '';
  ledger.recordEvent(socket, event.bootUs, 'reset', `${event.direction}${reason}${tuple}`);
  // close() of a FIN-WAIT-2 socket with SO_LINGER 0 looks like an orphan until its RST is seen.
  if (
    socket?.minisock &&
    socket.state === 'FIN-WAIT-2' &&
    event.direction === 'sent' &&
    socket.closedUs === undefined
  ) {
    ledger.close(socket, 'aborted', event.bootUs, 'probe');
  }
}

function applyError(ledger: Ledger, event: ErrorEvent): void {
  const socket = ledger.table.aloneWithTuple(event.tuple);
  const tuple = socket === undefined ? ` ${both(event.tuple)}` : '';
  ledger.recordEvent(socket, event.bootUs, 'error', `${errorName(event.error)}${tuple}`);
}

function tupleOwner(
  ledger: Ledger,
  event: { readonly netns: number; readonly tuple: FourTuple },
): TrackedSocket | undefined {
  return ledger.table.withTuple(event.netns, event.tuple).at(-1);
}

function both(tuple: FourTuple): string {
  return `${endpoint(tuple.localAddr, tuple.localPort)} > ${endpoint(tuple.remoteAddr, tuple.remotePort)}`;
}
