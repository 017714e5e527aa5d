import type { BoundRecord } from '../model/bound.js';
import type { ConnectionEvent, EventKind } from '../model/connection-event.js';
import type { Gap, GapReason } from '../model/gap.js';
import type { ChangedConnection, HistoryBatch, SnapshotRecord } from '../model/history-batch.js';
import type { NamespaceRecord } from '../model/namespace.js';
import type { Ownership } from '../model/owner.js';
import type { Loss } from '../model/probe-event.js';
import type { Sample } from '../model/sample.js';
import type { SockstatRecord } from '../model/sockstat.js';
import type { CloseReason, Source } from '../model/stored-codes.js';
import { shownState } from '../model/tcp-state.js';
import type { FoundThread, ThreadRecord } from '../model/thread.js';
import type { TimewaitsRecord } from '../model/timewaits.js';
import { ErrorReports } from './error-reports.js';
import { type BootInterval, LossMemory } from './loss-memory.js';
import { isAsWritten, ParkedEnds } from './parked-ends.js';
import { SocketTable } from './socket-table.js';
import { type ForeseenTimes, type Opening, TrackedSocket } from './tracked-socket.js';

/**
 * What the correlation knows (the open sockets, the losses) and what it has found since the last batch.
 * Both halves of the correlation, events and snapshots, write here and nowhere else.
 */
export class Ledger {
  readonly table = new SocketTable();
  private readonly losses = new LossMemory();
  private changed: TrackedSocket[] = [];
  private parked: number[] = [];
  private readonly events: ConnectionEvent[] = [];
  private readonly samples: Sample[] = [];
  private readonly owners: Ownership[] = [];
  private readonly snapshots: SnapshotRecord[] = [];
  private readonly gaps: Gap[] = [];
  private readonly namespaces: NamespaceRecord[] = [];
  private readonly threads: ThreadRecord[] = [];
  private readonly sockstat: SockstatRecord[] = [];
  private readonly bound: BoundRecord[] = [];
  private readonly timewaits: TimewaitsRecord[] = [];
  readonly parkedEnds = new ParkedEnds(this.table);
  /** Sockets that began to connect from a bound port while another one had their four-tuple (claims.ts), as long as `claims` is set. */
  readonly claimants: TrackedSocket[] = [];
  readonly errorReports = new ErrorReports();
  /** When this run began, boot time, where it continues another: what that one missed is in its own gaps. */
  beganBootUs = Number.NEGATIVE_INFINITY;
  /** Wall clock minus boot clock, as of the input being worked on. */
  offsetUs = 0;

  constructor(
    private nextId: number,
    /** Whether BPF programs report transitions: then a change that only a snapshot saw is a hole in their report. */
    readonly tracing: boolean,
  ) {}

  open(opening: Opening): TrackedSocket {
    const socket = new TrackedSocket(this.nextId++, opening, this.offsetUs);
    this.touch(socket);
    return socket;
  }

  /** Marks a socket as to be written with the next batch. */
  touch(socket: TrackedSocket): void {
    if (socket.pending === 'none') this.changed.push(socket);
    socket.pending = 'all';
    if (socket.lastDumps !== undefined && shownState(socket.state) !== socket.shown) this.table.wake(socket);
  }

  close(socket: TrackedSocket, reason: CloseReason, bootUs: number, source: Source, notBeforeBootUs?: number): void {
    const leavesTimeWait = socket.state === 'TIME-WAIT' && socket.pending === 'none';
    if (leavesTimeWait) {
      this.changed.push(socket);
      socket.pending = 'end';
    } else {
      this.touch(socket);
    }
    socket.close(reason, bootUs, source, notBeforeBootUs);
    this.table.remove(socket);
  }

  /**
   * Ends a TIME-WAIT as was foreseen. It was written so already, unless it has changed in this batch, or was last seen before the
   * bound that was foreseen, or readers would not see its end by `throughUs`, to which the history is complete.
   */
  closeAsForeseen(socket: TrackedSocket, { bootUs, notBeforeBootUs }: ForeseenTimes, throughUs: number): void {
    const isKept =
      socket.pending === 'none' &&
      socket.writtenEndUs !== undefined &&
      isAsWritten(socket.evidenceBootUs, notBeforeBootUs, socket.wallUs(bootUs), throughUs);
    if (isKept) {
      this.changed.push(socket);
      socket.pending = 'foreseen';
    } else this.touch(socket);
    socket.close('orderly', bootUs, 'timer', isKept ? notBeforeBootUs : Math.min(socket.evidenceBootUs, bootUs));
    this.table.remove(socket);
  }

  recordEvent(socket: TrackedSocket | undefined, bootUs: number, kind: EventKind, detail: string): void {
    const atUs = socket === undefined ? this.wallUs(bootUs) : socket.wallUs(bootUs);
    this.events.push({ connectionId: socket?.id, atUs, kind, detail });
  }

  recordSample(sample: Sample): void {
    this.samples.push(sample);
  }

  recordOwnership(ownership: Ownership): void {
    this.owners.push(ownership);
  }

  recordSnapshot(snapshot: SnapshotRecord): void {
    this.snapshots.push(snapshot);
  }

  recordLoss(loss: Loss): void {
    this.losses.add(loss);
    this.recordGap(loss.fromBootUs, loss.toBootUs, loss.reason, loss.cpu, loss.lost);
  }

  /** A gap with its wall times. */
  recordGapOf(gap: Gap): void {
    this.gaps.push(gap);
  }

  recordNamespaces(records: readonly NamespaceRecord[]): void {
    this.namespaces.push(...records);
  }

  recordThreads(found: readonly FoundThread[]): void {
    const wallUs = (bootUs: number | undefined) => (bootUs === undefined ? undefined : this.wallUs(bootUs));
    for (const { fromBootUs, toBootUs, seenBootUs, ...thread } of found)
      this.threads.push({
        ...thread,
        fromUs: this.wallUs(fromBootUs),
        toUs: wallUs(toBootUs),
        seenUs: wallUs(seenBootUs),
      });
  }

  recordSockstat(counts: SockstatRecord): void {
    this.sockstat.push(counts);
  }

  recordBound(bound: BoundRecord): void {
    this.bound.push(bound);
  }

  recordTimewaits(timewaits: TimewaitsRecord): void {
    this.timewaits.push(timewaits);
  }

  /**
   * One socket's chain of states has a hole. Where events are known to be lost in that time the hole is theirs;
   * otherwise the kernel skipped an event (a tracing program does not nest on one CPU), and the hole is a gap of its own.
   */
  continuityBreak(fromBootUs: number, toBootUs: number): void {
    if (this.tracing && toBootUs > this.beganBootUs) this.losses.miss(fromBootUs, toBootUs);
  }

  /** Records the holes that no loss explains. `throughBootUs`: all events and losses are received up to there. */
  settleBreaks(throughBootUs: number): void {
    for (const each of this.losses.takeUnexplained(throughBootUs)) this.recordGapOf(this.unexplained(each));
  }

  private unexplained({ fromBootUs, toBootUs }: BootInterval): Gap {
    const [fromUs, toUs] = [this.wallUs(fromBootUs), this.wallUs(toBootUs)];
    return { fromUs, toUs, cpu: undefined, lost: undefined, reason: 'continuity', scope: 'transitions' };
  }

  wallUs(bootUs: number): number {
    return Math.floor(bootUs + this.offsetUs);
  }

  /** Everything found since the last call. `completeBootUs`: the history is complete up to there; undefined: not known. */
  takeBatch(completeBootUs: number | undefined): HistoryBatch {
    const waiting = this.takeClaimants();
    const throughBootUs = waiting.reduce(
      (us, { openedBootUs }) => Math.min(us, openedBootUs),
      completeBootUs ?? Infinity,
    );
    const connections: ChangedConnection[] = [];
    for (const socket of this.changed) {
      const delivered = socket.deliveredSteps;
      const { pending, closedUs, writtenEndUs } = socket;
      socket.deliveredSteps = socket.packed.count;
      socket.pending = 'none';
      // Of a connection that has ended it says which life class it was given.
      if (closedUs === undefined) socket.writtenEndUs = socket.foreseenEnd?.closedUs;
      connections.push({
        connection: socket,
        isNew: delivered < 0,
        onlyEnded: pending === 'end',
        wasForeseen: writtenEndUs !== undefined,
        endedEarly: writtenEndUs !== undefined && closedUs !== undefined && closedUs <= writtenEndUs,
        asForeseen: pending === 'foreseen',
        firstNewStep: Math.max(0, delivered),
      });
    }
    this.park(this.changed);
    this.changed = waiting;
    const { reached, replaced } = this.parkedEnds.take();
    for (const change of replaced) connections.push(change);
    return {
      connections,
      reached,
      events: this.events.splice(0),
      samples: this.samples.splice(0),
      owners: this.owners.splice(0),
      snapshots: this.snapshots.splice(0),
      gaps: this.gaps.splice(0),
      openGaps: this.losses.takeOpen()?.map((each) => this.unexplained(each)),
      namespaces: this.namespaces.splice(0),
      threads: this.threads.splice(0),
      sockstat: this.sockstat.splice(0),
      bound: this.bound.splice(0),
      timewaits: this.timewaits.splice(0),
      throughUs: completeBootUs === undefined ? 0 : this.wallUs(throughBootUs),
    };
  }

  /** Those that may not have got their four-tuple yet wait for a later batch: in the file, another one would have it too. */
  private takeClaimants(): TrackedSocket[] {
    if (this.claimants.length === 0) return [];
    const waiting = this.changed.filter(({ claims }) => claims);
    if (waiting.length > 0) this.changed = this.changed.filter(({ claims }) => !claims);
    return waiting;
  }

  /** TIME-WAITs that are written wait in compact form. */
  private park(sockets: readonly TrackedSocket[]): void {
    for (const socket of sockets) {
      const slot = this.table.park(socket);
      if (slot !== undefined) this.parked.push(slot);
    }
  }

  /** The slots of the sockets that the last batch has left parked. */
  takeParked(): readonly number[] {
    const { parked } = this;
    this.parked = [];
    return parked;
  }

  private recordGap(
    fromBootUs: number,
    toBootUs: number,
    reason: GapReason,
    cpu: number | undefined,
    lost: number | undefined,
  ): void {
    const [fromUs, toUs] = [this.wallUs(fromBootUs), this.wallUs(toBootUs)];
    this.recordGapOf({ fromUs, toUs, cpu, lost, reason, scope: 'transitions' });
  }
}
