/** The probe's half of the correlation: every event is matched to its socket, every transition becomes a step. */

import type { ProbeEvent, TransitionEvent } from '../model/probe-event.js';
import type { Origin } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';
import { endingOf } from './close-reason.js';
import { applyAccept, applyConnect, applyError, applyReset, applyRetransmit } from './event-notes.js';
import type { ForeseenEnds } from './foreseen-ends.js';
import type { Ledger } from './ledger.js';
import { learn, learnTask, replaceTimewait } from './socket-facts.js';
import { TIMEWAIT_LIFE_US, type TrackedSocket } from './tracked-socket.js';

/** What events need to know of the snapshots. */
export interface DumpTimes {
  /** Boot time of the first snapshot of a netns, undefined before it. */
  recordingSince(netns: number): number | undefined;
  /** For how long complete dumps of a netns may leave a socket unseen, microseconds; undefined: for any time. */
  unseenUs(netns: number): number | undefined;
}

/** Applies one event to the ledger. */
export function applyEvent(ledger: Ledger, event: ProbeEvent, dumps: DumpTimes, foreseen: ForeseenEnds): void {
  switch (event.kind) {
    case 'transition':
      applyTransition(ledger, event, dumps, foreseen);
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

function applyTransition(ledger: Ledger, event: TransitionEvent, dumps: DumpTimes, foreseen: ForeseenEnds): void {
  const { oldState, newState, bootUs } = event;
  const origin = originOfOpening(oldState, newState);
  const socket = origin === undefined ? findSocket(ledger, event, dumps) : openSocket(ledger, event, origin);
  learn(ledger, socket, event);
  if (origin === undefined && socket.state !== oldState) mendChain(ledger, socket, event);
  if (newState === 'UNCONN') {
    endSocket(ledger, socket, event);
    if (socket.state === 'TIME-WAIT') foreseen.foresee(socket, dumps.unseenUs(socket.netns));
  } else if (socket.state !== newState) socket.enter(newState, bootUs, 'probe', undefined, oldState);
  ledger.touch(socket);
}

/** Undefined for a transition that opens nothing. */
function originOfOpening(oldState: TcpState, newState: TcpState): Origin | undefined {
  if (oldState === 'UNCONN') return newState === 'SYN-SENT' ? 'connect' : newState === 'LISTEN' ? 'listen' : undefined;
  return oldState === 'LISTEN' && newState === 'SYN-RECV' ? 'accept' : undefined;
}

/** A new socket: the previous one with its address or its four-tuple has ended by now. */
function openSocket(ledger: Ledger, event: TransitionEvent, origin: Origin): TrackedSocket {
  const { bootUs, skaddr, netns, tuple, cookie, fd } = event;
  const previous = ledger.table.atAddress(skaddr);
  if (previous !== undefined) {
    ledger.continuityBreak(previous.changedBootUs, bootUs);
    ledger.close(previous, 'unknown', bootUs, 'snapshot', previous.evidenceBootUs);
  }
  if (origin !== 'listen') replaceTimewait(ledger, netns, tuple, bootUs);
  const request = origin === 'accept' ? halfOpenRequest(ledger, event) : undefined;
  if (request !== undefined) {
    ledger.table.setAddress(request, skaddr);
    request.becomeFull(bootUs);
    return request;
  }
  const socket = ledger.open({ netns, tuple, origin, bootUs, source: 'probe', skaddr, cookie });
  if (event.task !== undefined) learnTask(socket, event.task);
  if (fd >= 0) socket.fd = fd;
  ledger.table.add(socket);
  socket.enter(event.newState, bootUs, 'probe', undefined, event.oldState);
  return socket;
}

/** The half-open request, known from a snapshot, that has now become this socket. */
function halfOpenRequest(ledger: Ledger, event: TransitionEvent): TrackedSocket | undefined {
  const known =
    ledger.table.withCookie(event.cookie) ??
    ledger.table.withTuple(event.netns, event.tuple).find((socket) => socket.state === 'NEW-SYN-RECV');
  return known?.state === 'NEW-SYN-RECV' ? known : undefined;
}

/** The socket of an event that opens nothing; an unknown one existed before the recording, or its opening was lost. */
function findSocket(ledger: Ledger, event: TransitionEvent, dumps: DumpTimes): TrackedSocket {
  const known =
    ledger.table.atAddress(event.skaddr) ??
    ledger.table.withCookie(event.cookie) ??
    ledger.table.withTuple(event.netns, event.tuple).find((socket) => socket.skaddr === 0 && !socket.timewait);
  if (known !== undefined) {
    if (known.skaddr === 0) ledger.table.setAddress(known, event.skaddr);
    return known;
  }
  const since = dumps.recordingSince(event.netns);
  const lost = since !== undefined && event.bootUs > since;
  if (lost) ledger.continuityBreak(since, event.bootUs);
  const socket = ledger.open({
    netns: event.netns,
    tuple: event.tuple,
    origin: lost ? originOfState(event.oldState) : 'before-recording',
    bootUs: event.bootUs,
    notBeforeBootUs: lost ? since : Number.NEGATIVE_INFINITY,
    source: 'snapshot',
    skaddr: event.skaddr,
    cookie: event.cookie,
  });
  ledger.table.add(socket);
  socket.enter(event.oldState, event.bootUs, 'snapshot', lost ? since : Number.NEGATIVE_INFINITY);
  return socket;
}

/** SYN-SENT is only reached by connecting, SYN-RECV by accepting, LISTEN by listening; other states show no origin. */
function originOfState(state: TcpState): Origin {
  if (state === 'SYN-SENT') return 'connect';
  if (state === 'SYN-RECV') return 'accept';
  return state === 'LISTEN' ? 'listen' : 'unknown';
}

/** The event starts from another state than the one known: the transition in between was missed. */
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
  socket.timewait = true;
  socket.expiresBootUs = event.bootUs + TIMEWAIT_LIFE_US;
  if (ending.kind === 'time-wait') {
    socket.closeReason = 'orderly';
    socket.enter('TIME-WAIT', event.bootUs, 'probe');
  } else {
    socket.changedBootUs = event.bootUs;
    socket.evidenceBootUs = event.bootUs;
  }
}
