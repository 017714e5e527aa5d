import type { Gap } from '../model/gap.js';
import type { HistoryBatch } from '../model/history-batch.js';
import type { NamespaceRecord } from '../model/namespace.js';
import type { ProbeBatch } from '../model/probe-event.js';
import type {
  Destroyed,
  DestroyedLoss,
  MissingNetns,
  NetnsChange,
  NetnsRound,
  Snapshot,
  ThreadsChange,
} from '../model/snapshot.js';
import type { TcpState } from '../model/tcp-state.js';
import { expireTimewaits } from './absence.js';
import { type CarriedConnection, carryOver } from './carry-over.js';
import { settleClaims } from './claims.js';
import { applyDestroyed } from './destroyed-correlation.js';
import { applyEvent } from './event-correlation.js';
import { ForeseenEnds } from './foreseen-ends.js';
import { Ledger } from './ledger.js';
import { NamespaceBook } from './namespace-book.js';
import { SnapshotCorrelation } from './snapshot-correlation.js';

/** Something else than events was lost: the rest of the history is complete there. */
export interface OtherLoss {
  readonly kind: 'other-loss';
  readonly gap: Gap;
}

/** Everything that reaches the correlator, in the order in which it must be applied. */
export type CorrelatorInput =
  | ProbeBatch
  | Snapshot
  | NetnsChange
  | NetnsRound
  | ThreadsChange
  | Destroyed
  | DestroyedLoss
  | OtherLoss;

type TimedInput = Exclude<CorrelatorInput, OtherLoss>;

type AboutHost = NetnsChange | NetnsRound | ThreadsChange;

export interface CorrelatorOptions {
  /** The id of the first connection that is opened. */
  readonly firstId: number;
  /** False where snapshots are the only source (`--source diag`): then a change that only they show is not a gap. */
  readonly tracing: boolean;
  /** The time of one jiffy of the kernel, 1 / CONFIG_HZ, microseconds; 4,000 if left out. */
  readonly tickUs?: number;
  /** Whether `HistoryBatch.reached` may have TIME-WAITs that end as was written. Otherwise they are among its connections. */
  readonly onlyIdsOfReached?: boolean;
  /** Connections that an earlier run left open: read with the first input, and not kept. */
  readonly carriedOver?: Iterable<CarriedConnection>;
  /** Boot time of an earlier dump of a network namespace, by its inode: what is new in the next one was opened after it. */
  readonly lookedAt?: ReadonlyMap<number, number>;
  /** The network namespaces of an earlier run that still exist. */
  readonly namespaces?: readonly NamespaceRecord[];
}

/** How long after its due time a timer counts as fired without a snapshot, microseconds. */
const TIMER_GRACE_US = 5_000_000;
const EXPIRY_EVERY_US = 2_000_000;
/** All sockets are gone through for it: no more often than this where no timer is known that is due. */
const EXPIRY_AT_LEAST_EVERY_US = 10_000_000;
/** A commit of more than so many rows holds up the events for long, and everything made of them is in memory at once. */
const ROWS_A_BATCH = 8_192;
/** CONFIG_HZ=250, as Debian and most others have it. */
const USUAL_TICK_US = 4_000;

/**
 * Turns probe events and snapshots into history. It knows no clock, no file and no process: the same inputs give the
 * same history.
 */
export class Correlator {
  private readonly ledger: Ledger;
  private readonly snapshots: SnapshotCorrelation;
  private pendingCarry: Iterable<CarriedConnection> | undefined;
  private lastExpiryBootUs = 0;
  private nextExpiryBootUs = 0;
  /** The inputs that show how far the history is complete: with BPF programs, other inputs are ahead of their events. */
  private readonly completing: CorrelatorInput['kind'];
  private throughBootUs: number | undefined;
  private readonly foreseen: ForeseenEnds;
  private readonly namespaces: NamespaceBook;

  constructor(options: CorrelatorOptions) {
    this.ledger = new Ledger(options.firstId, options.tracing);
    this.completing = options.tracing ? 'probe' : 'snapshot';
    this.foreseen = new ForeseenEnds(this.ledger, options.tickUs ?? USUAL_TICK_US, options.onlyIdsOfReached);
    this.snapshots = new SnapshotCorrelation(this.ledger, this.foreseen);
    for (const [netns, bootUs] of options.lookedAt ?? []) this.snapshots.remember(netns, bootUs);
    this.namespaces = new NamespaceBook(options.namespaces ?? []);
    this.pendingCarry = options.carriedOver;
  }

  /** Number of sockets open now, TIME-WAIT included. */
  get openSockets(): number {
    return this.ledger.table.size;
  }

  /** Number of TIME-WAITs among them, but for those to which something happens. */
  get parkedTimeWaits(): number {
    return this.ledger.table.parked.count;
  }

  /** The network namespaces that the last round of snapshots did not find though they have open sockets. */
  get missingNetns(): readonly MissingNetns[] {
    return this.snapshots.rounds.notFound;
  }

  /** Open sockets by state. */
  states(): ReadonlyMap<TcpState, number> {
    const counts = new Map<TcpState, number>();
    for (const { state } of this.ledger.table) counts.set(state, (counts.get(state) ?? 0) + 1);
    const parked = this.ledger.table.parked.count;
    if (parked > 0) counts.set('TIME-WAIT', (counts.get('TIME-WAIT') ?? 0) + parked);
    return counts;
  }

  /** What an input changes, as one batch. */
  accept(input: CorrelatorInput): HistoryBatch {
    const parts = this.applyInParts(input, Number.POSITIVE_INFINITY);
    while (parts.next().done !== true);
    return this.takeBatch();
  }

  /** Nothing more is to come: what was kept for later input. */
  finish(): HistoryBatch {
    settleClaims(this.ledger, Number.POSITIVE_INFINITY);
    this.ledger.settleBreaks(Number.POSITIVE_INFINITY);
    return this.takeBatch();
  }

  /** The same; of a dump with many new rows as several batches, so that what is made of a row is soon garbage. */
  *batches(input: CorrelatorInput): Generator<HistoryBatch, void, undefined> {
    for (const _part of this.applyInParts(input, ROWS_A_BATCH)) yield this.takeBatch();
    yield this.takeBatch();
  }

  private takeBatch(): HistoryBatch {
    const batch = this.ledger.takeBatch(this.throughBootUs);
    this.foreseen.follow(this.ledger.takeParked());
    return batch;
  }

  private *applyInParts(input: CorrelatorInput, rows: number): Generator<void, void, undefined> {
    if (input.kind === 'other-loss') this.ledger.recordGapOf(input.gap);
    else {
      this.ledger.offsetUs = input.offsetUs;
      if (!isAboutHost(input)) this.takeOver(input);
      yield* this.apply(input, rows);
      if (input.kind === this.completing) this.throughBootUs = Math.max(this.throughBootUs ?? 0, bootUsOf(input));
    }
    if (this.throughBootUs !== undefined) this.foreseen.pass(this.throughBootUs);
  }

  private *apply(input: TimedInput, rows: number): Generator<void, void, undefined> {
    switch (input.kind) {
      case 'probe':
        this.applyProbe(input);
        break;
      case 'snapshot':
        yield* this.snapshots.apply(input, rows);
        break;
      case 'netns':
        yield* this.snapshots.applyNetns(input, rows);
        this.ledger.recordNamespaces(this.namespaces.apply(input, this.ledger.wallUs(input.bootUs)));
        break;
      case 'netns-round':
        for (const netns of yield* this.snapshots.applyRound(input, rows))
          this.ledger.recordNamespaces(this.namespaces.end(netns, this.ledger.wallUs(input.bootUs)));
        break;
      case 'threads':
        this.ledger.recordThreads(input.found);
        break;
      case 'destroyed':
        applyDestroyed(this.ledger, input, this.snapshots.lastSnapshot(input.netns));
        break;
      case 'destroyed-loss': {
        const { fromBootUs, bootUs } = input;
        this.ledger.recordLoss({ fromBootUs, toBootUs: bootUs, cpu: undefined, lost: undefined, reason: 'overrun' });
      }
    }
  }

  private takeOver(input: Exclude<TimedInput, AboutHost>): void {
    if (this.pendingCarry === undefined) return;
    carryOver(this.ledger, this.snapshots.ownership, this.pendingCarry, bootUsOf(input));
    this.snapshots.carriedWaiting = true;
    this.pendingCarry = undefined;
  }

  private applyProbe(batch: ProbeBatch): void {
    for (const loss of batch.losses) this.ledger.recordLoss(loss);
    for (const event of batch.events) applyEvent(this.ledger, event, this.snapshots, this.foreseen);
    const { throughBootUs } = batch;
    settleClaims(this.ledger, throughBootUs);
    this.ledger.settleBreaks(throughBootUs);
    const sinceUs = throughBootUs - this.lastExpiryBootUs;
    if (sinceUs <= EXPIRY_EVERY_US) return;
    if (throughBootUs < this.nextExpiryBootUs && sinceUs <= EXPIRY_AT_LEAST_EVERY_US) return;
    this.lastExpiryBootUs = throughBootUs;
    this.nextExpiryBootUs = expireTimewaits(this.ledger, throughBootUs, TIMER_GRACE_US);
  }
}

/** Not about sockets. */
function isAboutHost(input: TimedInput): input is AboutHost {
  return input.kind === 'netns' || input.kind === 'netns-round' || input.kind === 'threads';
}

/** The moment of an input, or the one up to which it reports. */
function bootUsOf(input: TimedInput): number {
  switch (input.kind) {
    case 'probe':
      return input.throughBootUs;
    case 'snapshot':
      return input.startBootUs;
    default:
      return input.bootUs;
  }
}
