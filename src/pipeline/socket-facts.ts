/** What events report of a socket besides its state. */
import type { FourTuple } from '../model/four-tuple.js';
import type { AcceptEvent, ConnectEvent, Task, TransitionEvent } from '../model/probe-event.js';
import { dataBytes } from '../model/tcp-state.js';
import type { Ledger } from './ledger.js';
import { endParked, endReplaced, holdersOf } from './succession.js';
import type { TrackedSocket } from './tracked-socket.js';

export function learn(
  ledger: Ledger,
  socket: TrackedSocket,
  event: TransitionEvent | AcceptEvent | ConnectEvent,
): void {
  const { cookie, inode, cgroup } = event;
  if (cookie !== 0) ledger.table.setCookie(socket, cookie);
  if (inode !== 0) socket.inode = inode;
  if (cgroup !== 0) socket.cgroup = cgroup;
  if (event.kind !== 'transition' || socket.uid === undefined) socket.uid = event.uid;
  if (socket.tuple.localPort === 0 && !isOldPort(ledger, socket, event)) learnTuple(ledger, socket, event.tuple);
  if (event.kind !== 'transition') return;
  const { totals, done, onInterface } = event;
  if (onInterface === true) socket.onInterface = true;
  if (totals === undefined) return;
  socket.bytesSent = totals.bytesSent;
  socket.bytesReceived = dataBytes(totals.bytesReceived, done);
  socket.retransmits = Math.max(socket.retransmits, totals.retransmits);
  if (totals.rttUs > 0) socket.rttUs = totals.rttUs;
}

/**
 * connect(2) that fails with EADDRNOTAVAIL goes back from SYN-SENT to UNCONN without a port: the event has that of the socket's last life.
 * One that got a port has mostly reported it before.
 */
function isOldPort(
  { table }: Ledger,
  socket: TrackedSocket,
  event: TransitionEvent | AcceptEvent | ConnectEvent,
): boolean {
  if (event.kind !== 'transition' || event.oldState !== 'SYN-SENT' || event.newState !== 'UNCONN') return false;
  if (event.error !== 0 || !event.inProcess || socket.connectReported) return false;
  const last = table.lastAt(event.skaddr);
  if (last?.inode === undefined || last.inode !== socket.inode) return false;
  return last.tuple.localPort === event.tuple.localPort;
}

/** Fills in the local port that was not chosen yet at SYN-SENT. */
export function learnTuple(ledger: Ledger, socket: TrackedSocket, tuple: FourTuple): void {
  if (socket.tuple.localPort !== 0 || tuple.localPort === 0) return;
  const { localAddr, localPort, remotePort } = tuple;
  const whole = remotePort !== 0 ? tuple : { ...socket.tuple, localAddr, localPort };
  const { netns, openedBootUs, openedUs } = socket;
  endParked(ledger, netns, whole, openedBootUs, openedUs);
  endReplaced(ledger, holdersOf(ledger, netns, whole), openedBootUs, openedUs, socket);
  ledger.table.setTuple(socket, whole);
  ledger.touch(socket);
}

/** The thread that opened or accepted it. */
export function learnTask(socket: TrackedSocket, { pid, tid, comm }: Task): void {
  socket.pid = pid;
  socket.tid = tid;
  socket.comm = comm;
}
