/** The events besides transitions: what they add to a socket, and the row that each of them becomes. */
import { endpoint, type FourTuple, portsAgree, portsOf } from '../model/four-tuple.js';
import {
  type AcceptEvent,
  type ConnectEvent,
  type ErrorEvent,
  eventPorts,
  type ResetEvent,
  type RetransmitEvent,
} from '../model/probe-event.js';
import { claimByResult, EADDRNOTAVAIL } from './claims.js';
import { reasonOfConnectError } from './close-reason.js';
import { errorName } from './errno.js';
import type { Ledger } from './ledger.js';
import { learn, learnTask, learnTuple } from './socket-facts.js';
import type { TrackedSocket } from './tracked-socket.js';

/** The connect goes on: EINTR, ERESTARTSYS (EINTR, or the kernel calls it again), EALREADY, EINPROGRESS. */
const UNDER_WAY: ReadonlySet<number> = new Set([-4, -512, -114, -115]);
const EISCONN = 106;
const ECONNABORTED = 103;

export function applyAccept(ledger: Ledger, event: AcceptEvent, accepted: (socket: TrackedSocket) => void): void {
  const socket = ownerOf(ledger, event);
  if (socket === undefined || socket.origin === 'connect') return;
  // It has ended, but for a TIME-WAIT: the cookie shows whether another child took its place, whose events were lost.
  const hasEnded = socket.closedUs !== undefined || socket.timewait;
  if (hasEnded && event.cookie !== (socket.cookie ?? 0)) return;
  learn(ledger, socket, event);
  learnTask(socket, event.task);
  socket.fd = event.fd;
  ledger.touch(socket);
  accepted(socket);
}

/** connect(2) returned: it reports the local port of one under way, and the errno of one that failed. */
export function applyConnect(ledger: Ledger, event: ConnectEvent): void {
  const { result } = event;
  const isFailure = !UNDER_WAY.has(result) && result !== -EISCONN;
  const socket = ownConnect(ledger, event);
  if (socket !== undefined) {
    socket.connectReported = true;
    socket.awaitsResult = UNDER_WAY.has(result);
    if (socket.closedUs === undefined) learn(ledger, socket, event);
    claimByResult(ledger, socket, event);
    if (event.softError !== 0 && !isFailure) noteSoftError(ledger, socket, event);
    if (socket.fd === undefined) socket.fd = event.fd;
    if (isFailure) noteFailure(ledger, socket, event);
    ledger.touch(socket);
    return;
  }
  if (!isFailure || result >= 0) return;
  const earlier = earlierConnect(ledger, event);
  if (earlier !== undefined) {
    earlier.awaitsResult = false;
    noteFailure(ledger, earlier, event);
    ledger.touch(earlier);
    return;
  }
  if (!isOfAnother(ledger, event)) recordFailedConnect(ledger, event);
}

function noteFailure(ledger: Ledger, socket: TrackedSocket, { bootUs, result }: ConnectEvent): void {
  // Its error was reported before the call returned, or never: a connect without a free port reports none.
  ledger.errorReports.delete(socket);
  ledger.recordEvent(socket, bootUs, 'connect', errorName(-result));
  // What its end said may be of the connection before.
  const isUnsure = socket.closeReason === 'unknown' || socket.closeReason === 'aborted';
  if (isUnsure || result === -EADDRNOTAVAIL) socket.closeReason = reasonOfConnectError(-result);
}

function noteSoftError(ledger: Ledger, socket: TrackedSocket, { softError, bootUs }: ConnectEvent): void {
  ledger.recordEvent(socket, bootUs, 'error', `${errorName(softError)} ICMP`);
  ledger.errorReports.noteSoft(socket, softError);
}

function ownConnect(ledger: Ledger, event: ConnectEvent): TrackedSocket | undefined {
  const socket = ownerOf(ledger, event);
  if (socket === undefined || socket.origin !== 'connect' || socket.connectReported) return undefined;
  return socket.pid === event.task.pid ? socket : undefined;
}

/**
 * The second connect(2) on a socket whose first one had not ended when it returned connects nothing: it returns what became of the first
 * (net/ipv4/af_inet.c, __inet_stream_connect(), SS_CONNECTING), ECONNABORTED where SO_ERROR has returned that before.
 */
function earlierConnect(ledger: Ledger, event: ConnectEvent): TrackedSocket | undefined {
  const socket = ownerOf(ledger, event);
  if (socket === undefined || !socket.awaitsResult || socket.inode !== event.inode) return undefined;
  if (socket.closedUs === undefined) return socket.state === 'SYN-SENT' ? socket : undefined;
  const { closeReason } = socket;
  const isIts = closeReason === reasonOfConnectError(-event.result) || closeReason === 'unknown';
  return isIts || event.result === -ECONNABORTED ? socket : undefined;
}

/** The descriptor has another socket by now, which is connected: another thread closed the one that connect(2) was called on. */
function isOfAnother({ table }: Ledger, { skaddr, tuple }: ConnectEvent): boolean {
  const socket = table.atAddress(skaddr);
  return socket !== undefined && socket.state !== 'UNCONN' && socket.tuple.localPort === tuple.localPort;
}

/** A connect that failed at once caused no transition: the connection is this one call. */
function recordFailedConnect(ledger: Ledger, event: ConnectEvent): void {
  const socket = ledger.open({
    netns: event.netns,
    tuple: event.tuple,
    origin: 'connect',
    bootUs: event.bootUs,
    source: 'probe',
  });
  learnTask(socket, event.task);
  socket.fd = event.fd;
  socket.uid = event.uid;
  if (event.inode !== 0) socket.inode = event.inode;
  if (event.cgroup !== 0) socket.cgroup = event.cgroup;
  ledger.recordEvent(socket, event.bootUs, 'connect', errorName(-event.result));
  socket.close(reasonOfConnectError(-event.result), event.bootUs, 'probe');
}

export function applyRetransmit(ledger: Ledger, event: RetransmitEvent): void {
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
  const socket = atAddress(ledger, event) ?? tupleOwner(ledger, event);
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

export function applyReset(ledger: Ledger, event: ResetEvent): void {
  // The RST for a half-open request is sent by its listener.
  const sender = ledger.table.atAddress(event.skaddr);
  const listener = sender?.state === 'LISTEN' && event.tuple.remotePort !== 0 ? sender : undefined;
  // The kernel had no socket for the segment: one that is open by what is known has ended before.
  const isForNone = event.reason === 'NO_SOCKET';
  const known = listener === undefined ? (atAddress(ledger, event) ?? withCookie(ledger, event)) : undefined;
  const socket = isForNone ? undefined : (known ?? tupleOwner(ledger, event) ?? listener ?? lastAt(ledger, event));
  const reason = event.reason === undefined ? '' : ` ${event.reason}`;
  const tuple = socket === undefined || socket === listener ? ` ${both(event.tuple)}` : '';
  ledger.recordEvent(socket, event.bootUs, 'reset', `${event.direction}${reason}${tuple}`);
  if (socket === undefined || socket.closedUs !== undefined || event.direction !== 'sent') return;
  // close() of a FIN-WAIT-2 socket with SO_LINGER 0 looks like an orphan until its RST is seen; a request ends with the RST that is sent for it
  // (net/ipv4/tcp_minisocks.c, tcp_check_req()).
  const isEnd = socket.timewait ? socket.state === 'FIN-WAIT-2' : socket.state === 'NEW-SYN-RECV';
  if (isEnd) ledger.close(socket, 'aborted', event.bootUs, 'probe');
}

export function applyError(ledger: Ledger, event: ErrorEvent): void {
  const { tuple, error, bootUs } = event;
  const ended = ledger.errorReports.of(tuple, error, bootUs);
  const found = ended.length > 0 ? ended : ledger.table.withTupleAnywhere(tuple);
  const socket = found.length === 1 ? found[0] : undefined;
  if (socket !== undefined) ledger.errorReports.delete(socket);
  const which = found.length > 1 ? ` (${found.length} connections have this four-tuple)` : '';
  const detail = socket === undefined ? ` ${both(tuple)}${which}` : '';
  ledger.recordEvent(socket, bootUs, 'error', `${errorName(error)}${detail}`);
}

type Addressed = AcceptEvent | ConnectEvent | RetransmitEvent | ResetEvent;

/** The socket that has a `struct sock`, or had it last. */
function ownerOf(ledger: Ledger, event: Addressed): TrackedSocket | undefined {
  return atAddress(ledger, event) ?? lastAt(ledger, event);
}

/** A `struct sock` is used again at once: where events were lost, another socket may be known there. */
function atAddress(ledger: Ledger, event: Addressed): TrackedSocket | undefined {
  const socket = ledger.table.atAddress(event.skaddr);
  return socket !== undefined && hasPorts(socket, event) ? socket : undefined;
}

function lastAt(ledger: Ledger, event: Addressed): TrackedSocket | undefined {
  const socket = ledger.table.lastAt(event.skaddr);
  return socket !== undefined && hasPorts(socket, event) ? socket : undefined;
}

/** A TIME-WAIT has the cookie of the full socket that has connected again. */
function withCookie(ledger: Ledger, event: ResetEvent): TrackedSocket | undefined {
  const socket = ledger.table.withCookie(event.cookie);
  return socket !== undefined && hasPorts(socket, event) ? socket : undefined;
}

function hasPorts({ tuple }: TrackedSocket, event: Addressed): boolean {
  return portsAgree(portsOf(tuple), eventPorts(event));
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
