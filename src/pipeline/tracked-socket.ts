import type { Connection, ForeseenEnd } from '../model/connection.js';
import type { FourTuple } from '../model/four-tuple.js';
import { PackedSteps } from '../model/packed-steps.js';
import type { Step } from '../model/step.js';
import type { CloseReason, Origin, Source } from '../model/stored-codes.js';
import { type TcpState, TIMEWAIT_LIFE_US } from '../model/tcp-state.js';
import type { LastDumps } from './last-dumps.js';
import type { SampleMark } from './sample-mark.js';

/** When the timer of a TIME-WAIT is to end it: as it is written, and as boot times. */
export interface ForeseenTimes extends ForeseenEnd {
  readonly bootUs: number;
  readonly notBeforeBootUs: number;
}

export interface Opening {
  readonly netns: number;
  readonly tuple: FourTuple;
  readonly origin: Origin;
  readonly bootUs: number;
  /** Lower bound of an inferred opening; `Number.NEGATIVE_INFINITY` where it is unbounded; undefined where it was observed. */
  readonly notBeforeBootUs?: number | undefined;
  readonly source: Source;
  /** `struct sock` address; 0 or left out: not known. */
  readonly skaddr?: number;
  /** 0 or left out: not known. */
  readonly cookie?: number;
}

/**
 * A connection while the correlator follows it. `skaddr`, `cookie` and `tuple` are keys of the table: once the socket is in it,
 * only the table changes them. Boot times are what everything is computed in; the wall times of
 * `Connection` follow from the opening's.
 */
export class TrackedSocket implements Connection {
  readonly netns: number;
  tuple: FourTuple;
  state: TcpState = 'UNCONN';
  openedUs: number;
  openedNotBeforeUs: number | undefined;
  readonly openedSource: Source;
  closedUs: number | undefined = undefined;
  closedNotBeforeUs: number | undefined = undefined;
  closedSource: Source | undefined = undefined;
  origin: Origin;
  closeReason: CloseReason | undefined = undefined;
  pid: number | undefined = undefined;
  tid: number | undefined = undefined;
  comm: string | undefined = undefined;
  fd: number | undefined = undefined;
  uid: number | undefined = undefined;
  inode: number | undefined = undefined;
  cookie: number | undefined;
  cgroup: number | undefined = undefined;
  bytesSent: number | undefined = undefined;
  bytesReceived: number | undefined = undefined;
  retransmits = 0;
  rttUs: number | undefined = undefined;
  readonly packed: PackedSteps;
  foreseenEnd: ForeseenTimes | undefined = undefined;

  /** `struct sock` address while the kernel has a full socket; 0 for TIME-WAIT, orphans, half-open requests and sockets known from snapshots only. */
  skaddr: number;
  /** The kernel keeps only a small socket in its place (TIME-WAIT, orphaned FIN-WAIT-2), which no tracepoint follows. */
  timewait = false;
  /** It is bound to an interface, as the last row or event showed: others may have the same four-tuple on other interfaces. */
  onInterface = false;
  /** When a timewait socket's timer ends it, boot time. */
  expiresBootUs = Number.POSITIVE_INFINITY;
  /** When its timer is due, wall time, if that was recorded beside its row. */
  recordedDueUs: number | undefined = undefined;
  /** The last time at which its state changed. */
  changedBootUs: number;
  /** Set while it is at rest (NetnsSockets). */
  lastDumps: LastDumps | undefined = undefined;
  /** The state in which the last dump had its cookie; undefined: it had not. */
  shown: TcpState | undefined = undefined;
  /** Its connect(2) has been reported: a later failure on the same `struct sock` is another one's. */
  connectReported = false;
  /** That one returned before the connect had ended: the next connect(2) returns its result. */
  awaitsResult = false;
  /** When the kernel sent the destroy notification of the full socket (`--source diag`). */
  destroyedBootUs: number | undefined = undefined;
  /** When another socket was found to have its `struct sock`: its own has ended by then, and may have left a timewait socket. */
  departedBootUs: number | undefined = undefined;
  /** It may not have got its four-tuple yet (claims.ts). */
  claims = false;
  /** Carried over from an earlier run, and not seen in this one yet. */
  carried = false;
  /** Of a TIME-WAIT: the cookie that it has in dumps, and that the full socket has too, which has connected again. */
  sharedCookie: number | undefined = undefined;
  lastSample: SampleMark | undefined = undefined;
  /** Steps that earlier batches have written; -1 before the first. */
  deliveredSteps = -1;
  /** What the next batch writes of it: nothing but the report of a foreseen end, only that it left TIME-WAIT, or everything. */
  pending: 'none' | 'foreseen' | 'end' | 'all' = 'none';
  numberedBy: number | undefined = undefined;
  writtenEndUs: number | undefined = undefined;
  /** It was kept in compact form, and something happened to it: it stays as it is until its end. */
  unparked = false;
  /** Its place in the compact form, which has replaced this object; -1: none has. */
  parkedAt = -1;
  /** Its place in the table's list of its netns. */
  place = -1;
  /** The next open socket with the same two ports. */
  nextAlike: TrackedSocket | undefined = undefined;

  readonly openedBootUs: number;
  private provenBootUs: number;

  /** `offsetUs`: wall clock minus boot clock then. */
  constructor(
    readonly id: number,
    opening: Opening,
    offsetUs: number,
  ) {
    // One that a snapshot finds has one step, perhaps for long.
    this.packed = opening.source === 'snapshot' ? new PackedSteps(1) : new PackedSteps();
    this.netns = opening.netns;
    this.tuple = opening.tuple;
    this.origin = opening.origin;
    this.skaddr = opening.skaddr ?? 0;
    this.cookie = opening.cookie === 0 ? undefined : opening.cookie;
    this.openedBootUs = opening.bootUs;
    this.openedUs = Math.floor(opening.bootUs + offsetUs);
    this.openedSource = opening.source;
    this.openedNotBeforeUs = opening.notBeforeBootUs === undefined ? undefined : this.boundUs(opening.notBeforeBootUs);
    this.provenBootUs = opening.bootUs;
    this.changedBootUs = opening.bootUs;
  }

  /** Continues a connection of an earlier run, known to have been open at `evidenceUs` (wall clock). */
  static resume(connection: Connection, evidenceUs: number, offsetUs: number): TrackedSocket {
    const opening: Opening = {
      netns: connection.netns,
      tuple: connection.tuple,
      origin: connection.origin,
      bootUs: connection.openedUs - offsetUs,
      source: connection.openedSource,
      cookie: connection.cookie ?? 0,
    };
    const socket = new TrackedSocket(connection.id, opening, offsetUs);
    socket.copyFacts(connection);
    for (const step of connection.steps) {
      const earlierUs = step.notBeforeUs === undefined ? undefined : earlierBy(step.atUs, step.notBeforeUs);
      socket.packed.push(step.atUs - connection.openedUs, step.source, step.oldState, step.newState, earlierUs);
    }
    socket.deliveredSteps = socket.packed.count;
    socket.evidenceBootUs = evidenceUs - offsetUs;
    socket.changedBootUs = socket.evidenceBootUs;
    socket.timewait = socket.state === 'TIME-WAIT';
    if (socket.timewait)
      socket.expiresBootUs = (connection.steps.at(-1)?.atUs ?? evidenceUs) - offsetUs + TIMEWAIT_LIFE_US;
    socket.carried = true;
    return socket;
  }

  /** Takes over what is known of a connection besides its identity, its opening and its steps. */
  copyFacts(from: Connection): void {
    this.state = from.state;
    this.openedNotBeforeUs = from.openedNotBeforeUs;
    this.closeReason = from.closeReason;
    this.pid = from.pid;
    this.tid = from.tid;
    this.comm = from.comm;
    this.fd = from.fd;
    this.uid = from.uid;
    this.inode = from.inode;
    this.cgroup = from.cgroup;
    this.bytesSent = from.bytesSent;
    this.bytesReceived = from.bytesReceived;
    this.retransmits = from.retransmits;
    this.rttUs = from.rttUs;
  }

  /** The last time at which its state was proven, boot time. */
  get evidenceBootUs(): number {
    const { lastDumps } = this;
    if (lastDumps === undefined) return this.provenBootUs;
    const dumpBootUs = this.shown === 'TIME-WAIT' ? lastDumps.completeBootUs : lastDumps.anyBootUs;
    return Math.max(this.provenBootUs, dumpBootUs);
  }

  set evidenceBootUs(bootUs: number) {
    this.provenBootUs = bootUs;
  }

  /** Ends its rest: its evidence is a time of its own again. */
  wake(): void {
    this.provenBootUs = this.evidenceBootUs;
    this.lastDumps = undefined;
  }

  get steps(): readonly Step[] {
    return this.packed.steps(this.openedUs);
  }

  /** Wall time of a boot time, on this connection's clock. */
  wallUs(bootUs: number): number {
    return this.openedUs + Math.floor(bootUs - this.openedBootUs);
  }

  private boundUs(notBeforeBootUs: number): number {
    // Before the epoch: a bound that is unknown, converted to boot time and back.
    return notBeforeBootUs === Number.NEGATIVE_INFINITY ? 0 : Math.max(0, this.wallUs(notBeforeBootUs));
  }

  /** When it ended at the earliest, boot time. */
  get closedNotBeforeBootUs(): number {
    return (this.closedNotBeforeUs ?? this.closedUs ?? this.openedUs) - this.openedUs + this.openedBootUs;
  }

  /** Moves to a state that was observed (no bound) or inferred to have begun between `notBeforeBootUs` and `bootUs`. */
  enter(newState: TcpState, bootUs: number, source: Source, notBeforeBootUs?: number, oldState = this.state): void {
    const atUs = this.wallUs(bootUs);
    const earlierUs = notBeforeBootUs === undefined ? undefined : earlierBy(atUs, this.boundUs(notBeforeBootUs));
    this.packed.push(atUs - this.openedUs, source, oldState, newState, earlierUs);
    this.state = newState;
    this.changedBootUs = bootUs;
    if (bootUs > this.evidenceBootUs) this.evidenceBootUs = bootUs;
  }

  /** Its timer is to end it at `bootUs`, and at `notBeforeBootUs` at the earliest. */
  foresee(bootUs: number, notBeforeBootUs: number): ForeseenTimes {
    const [closedUs, notBeforeUs] = [this.wallUs(bootUs), this.wallUs(notBeforeBootUs)];
    this.foreseenEnd = { bootUs, notBeforeBootUs, closedUs, notBeforeUs };
    return this.foreseenEnd;
  }

  /** The half-open request got its full socket. No step of its own: ss shows both as SYN-RECV. */
  becomeFull(bootUs: number): void {
    this.state = 'SYN-RECV';
    this.changedBootUs = bootUs;
  }

  /** Ends the connection: observed, or inferred with its bound. Adds the step into UNCONN. */
  close(reason: CloseReason, atBootUs: number, source: Source, notBeforeBootUs?: number): void {
    // What is inferred has no order: it does not end before it was found at the latest.
    const bootUs = notBeforeBootUs === undefined ? atBootUs : Math.max(atBootUs, this.changedBootUs);
    this.foreseenEnd = undefined;
    // One that only its destroy notification shows was in no known state; a connect(2) that failed at once was in none.
    const isUnknown = this.packed.count === 0 && notBeforeBootUs !== undefined;
    if (this.state !== 'UNCONN' || isUnknown) this.enter('UNCONN', bootUs, source, notBeforeBootUs);
    this.closedUs = this.wallUs(bootUs);
    this.closedNotBeforeUs = notBeforeBootUs === undefined ? undefined : this.boundUs(notBeforeBootUs);
    this.closedSource = source;
    this.closeReason ??= reason;
  }
}

/** How much earlier than at `atUs` something can have been; -1 where it is unbounded. */
function earlierBy(atUs: number, notBeforeUs: number): number {
  return notBeforeUs === 0 ? -1 : atUs - notBeforeUs;
}
