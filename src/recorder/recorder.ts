/** Records one run: leads the sources through the pipeline into the store. */
import type Database from 'better-sqlite3';
import { concatMap, EMPTY, from, merge, type Observable, Subject, type Subscription, takeUntil, tap } from 'rxjs';
import type { RecordedCgroup } from '../model/cgroup.js';
import type { Gap } from '../model/gap.js';
import type { HistoryBatch } from '../model/history-batch.js';
import type { NameRecord } from '../model/name.js';
import type { RunNote } from '../model/run-note.js';
import type { Destroyed, DestroyedLoss } from '../model/snapshot.js';
import type { TcpState } from '../model/tcp-state.js';
import { Correlator, type CorrelatorInput, type CorrelatorOptions } from '../pipeline/correlator.js';
import { correlate, holdSnapshots, isEmpty } from '../pipeline/operators.js';
import type { Probe } from '../probe/probe.js';
import type { Snapshots } from '../snapshot/snapshots.js';
import { writeCgroups } from '../store/cgroup-table.js';
import type { Checkpoints } from '../store/checkpoints.js';
import { NameWriter } from '../store/name-writer.js';
import type { RunRecord } from '../store/runs.js';
import { HistoryWriter } from '../store/writer.js';
import { threadCpuUs } from '../sys/clock.js';
import { ClockWatch, clockGap } from './clock-watch.js';
import { FoundCgroups } from './found-cgroups.js';
import type { NameSource } from './name-source.js';
import type { PatientStore } from './patient-store.js';
import type { Shedding } from './shedding.js';
import { SnapshotPace } from './snapshot-pace.js';
import { SnapshotRounds } from './snapshot-rounds.js';

/** Less than between two messages of the thread that reads the rings, which come every second while nothing happens. */
const BEAT_INTERVAL_MS = 900;
const MEMORY_INTERVAL_MS = 200;

/** Receives everything that is written to the store, also what the store cannot take yet; must not throw. */
export interface Tee {
  batch(batch: HistoryBatch): void;
  cgroups(found: readonly RecordedCgroup[]): void;
  names(records: readonly NameRecord[]): void;
}

export interface RecorderParts {
  readonly database: Database.Database;
  readonly run: RunRecord;
  /** Every write goes through it. */
  readonly store: PatientStore;
  readonly checkpoints: Checkpoints;
  readonly probe: Probe | undefined;
  readonly snapshots: Snapshots;
  readonly destroyed$: Observable<Destroyed | DestroyedLoss>;
  /** Undefined: names are not recorded. */
  readonly names: NameSource | undefined;
  readonly intervalMs: number;
  readonly correlator: Omit<CorrelatorOptions, 'tracing'>;
  /** What comes before the first input: the gap since the previous run, and a step of the wall clock since. */
  readonly before: readonly CorrelatorInput[];
  /** Called with every batch after its commit and before the next one. */
  readonly afterCommit: (batch: HistoryBatch) => void;
  readonly tee: Tee | undefined;
  readonly shedding: Shedding;
}

export class Recorder {
  private readonly snapshots: SnapshotRounds;
  private readonly otherInputs$ = new Subject<CorrelatorInput>();
  private readonly correlator: Correlator;
  private readonly writer: HistoryWriter;
  private readonly clock: ClockWatch;
  private readonly cgroups = new FoundCgroups();
  private readonly inOne: (work: () => void) => void;
  private readonly pace: SnapshotPace;
  /** CPU time of this thread when it began to work on a snapshot. */
  private snapshotFromUs: number | undefined;
  private lastBeatMs = 0;
  private lastMemoryMs = 0;
  private subscription: Subscription | undefined;
  private hasFailed = false;
  private fail: (error: unknown) => void = () => undefined;
  private completeUs: number | undefined;
  /** Ends when everything is committed; fails when a source or the store does. */
  readonly finished: Promise<void>;

  private readonly parts: Omit<RecorderParts, 'correlator'>;

  /** `correlator` is not kept: it has all that an earlier run left open. */
  constructor({ correlator, ...parts }: RecorderParts) {
    this.parts = parts;
    const tracing = parts.probe !== undefined;
    this.clock = new ClockWatch(tracing ? 'probe' : 'snapshot');
    this.pace = new SnapshotPace(parts.intervalMs * 1000);
    this.correlator = new Correlator({ ...correlator, tracing, onlyIdsOfReached: parts.tee === undefined });
    this.writer = new HistoryWriter(parts.database);
    this.snapshots = this.snapshotRounds();
    this.inOne = parts.database.transaction((work: () => void) => work());
    const sources$: Observable<CorrelatorInput> = merge(
      from(parts.before),
      parts.probe?.batches$ ?? EMPTY,
      this.snapshots.inputs$,
      parts.destroyed$.pipe(takeUntil(this.snapshots.stopped$)),
      this.otherInputs$,
    );
    this.finished = new Promise((resolve, reject) => {
      this.fail = reject;
      this.subscription = sources$
        .pipe(
          concatMap((input) => this.watchClock(input)),
          tap((input) => this.follow(input)),
          holdSnapshots(tracing),
          tap((input) => this.timeSnapshot(input)),
          correlate(this.correlator),
        )
        .subscribe({ next: (batch) => this.attempt(() => this.take(batch)), error: reject, complete: resolve });
    });
    // It may fail before anything waits for it.
    this.finished.catch(() => undefined);
    this.receiveNames();
  }

  /** Wall time up to which the history is complete, except for its gaps; undefined: nothing came yet. */
  get throughUs(): number | undefined {
    return this.completeUs;
  }

  /** Open sockets by state, as they are known now. */
  states(): ReadonlyMap<TcpState, number> {
    return this.correlator.states();
  }

  /** Records that something else than events is missing. */
  recordGap(gap: Gap): void {
    this.otherInputs$.next({ kind: 'other-loss', gap });
  }

  /** Keeps a note with the run. */
  keepNote(note: RunNote): void {
    this.attempt(() => this.parts.store.write({ write: () => this.parts.run.note(note) }));
  }

  /** Takes a last snapshot, drains the probe, commits, and ends `finished`. */
  async stop(): Promise<void> {
    this.snapshots.stop();
    for (const input of (await this.parts.snapshots.take({ last: true })).inputs) this.otherInputs$.next(input);
    await Promise.all([this.parts.probe?.stop(), this.parts.names?.stop()]);
    this.otherInputs$.complete();
    await this.parts.snapshots.close();
    await this.finished;
  }

  /** Stops every source after a failure; what they still have is not written. */
  async abort(): Promise<void> {
    this.subscription?.unsubscribe();
    this.snapshots.stop();
    const { probe, names, snapshots } = this.parts;
    await Promise.allSettled([probe?.stop(), names?.stop(), snapshots.close()]);
  }

  /** Keeps within the limit of memory. Called after every batch too: while a backlog is written, timers are seconds late. */
  checkMemory(): void {
    const nowMs = performance.now();
    if (nowMs - this.lastMemoryMs < MEMORY_INTERVAL_MS) return;
    this.lastMemoryMs = nowMs;
    const { shedding, probe } = this.parts;
    const room = shedding.check(probe?.backlog.memoryBytes ?? 0);
    probe?.limitBacklog(room);
  }

  private receiveNames(): void {
    const writer = new NameWriter(this.parts.database);
    this.parts.names?.receive({
      changed: (records) => {
        this.parts.tee?.names(records);
        this.attempt(() => this.parts.store.write({ write: () => writer.write(records) }));
      },
      note: (note) => this.keepNote(note),
      gap: (gap) => this.recordGap(gap),
    });
  }

  /** A store that fails ends the recording at once: nothing that comes later counts as recorded. */
  attempt(work: () => void): void {
    if (this.hasFailed) return;
    try {
      work();
    } catch (error) {
      this.hasFailed = true;
      this.fail(error);
    }
  }

  private follow(input: CorrelatorInput): void {
    if (input.kind === 'netns') this.parts.names?.follow();
    else if (input.kind === 'probe' && (input.events.length > 0 || input.losses.length > 0)) this.snapshots.noteNews();
  }

  private snapshotRounds(): SnapshotRounds {
    const { shedding, probe, snapshots } = this.parts;
    return new SnapshotRounds({
      ...{ snapshots, probe, pace: this.pace },
      wish: () => ({
        withInfo: shedding.withInfo,
        missing: this.correlator.missingNetns,
        marksFd: probe?.marksFd,
      }),
      timeWaits: () => this.correlator.parkedTimeWaits,
    });
  }

  /** A step of the wall clock is kept with the run, and is a gap in which nothing is missing. */
  private watchClock(input: CorrelatorInput): CorrelatorInput[] {
    const step = this.clock.stepBefore(input);
    if (step === undefined) return [input];
    const { atUs, stepUs } = step;
    this.parts.store.write({ write: () => this.parts.run.clockStep(atUs, stepUs) });
    return [clockGap(step), input];
  }

  /** Operators behind this one work on an input at once: what they use for it ends with its last `take`. */
  private timeSnapshot(input: CorrelatorInput): void {
    this.snapshotFromUs = input.kind === 'snapshot' || input.kind.startsWith('netns') ? threadCpuUs() : undefined;
  }

  private take(batch: HistoryBatch): void {
    this.store(this.parts.shedding.kept(batch));
    this.checkMemory();
    if (this.snapshotFromUs === undefined) return;
    const nowUs = threadCpuUs();
    this.pace.addMainTime(nowUs - this.snapshotFromUs);
    this.snapshotFromUs = nowUs;
  }

  private store(batch: HistoryBatch): void {
    if (!isEmpty(batch)) this.commit(batch);
    else if (performance.now() - this.lastBeatMs >= BEAT_INTERVAL_MS)
      this.parts.store.write({ write: () => this.beat(batch) });
    if (batch.throughUs > 0) this.completeUs = batch.throughUs;
  }

  /** Every commit notes how far it goes: if the recorder is killed, the gap begins there. */
  private beat({ throughUs }: HistoryBatch): void {
    if (throughUs > 0) this.parts.run.beat(throughUs, this.parts.probe?.backlog);
    this.lastBeatMs = performance.now();
  }

  private commit(batch: HistoryBatch): void {
    const nowUs = Date.now() * 1000;
    this.parts.tee?.batch(batch);
    this.parts.store.write({
      write: () => this.write(batch, nowUs),
      afterCommit: () => {
        this.parts.afterCommit(batch);
        this.parts.checkpoints.after(batch.throughUs);
      },
      changes: batch.connections.length + batch.samples.length,
    });
  }

  /** All of a batch, or nothing. */
  private write(batch: HistoryBatch, nowUs: number): void {
    try {
      this.inOne(() => {
        this.writer.write(batch, nowUs);
        this.nameCgroups(batch, nowUs);
        this.beat(batch);
      });
    } catch (error) {
      this.cgroups.clear();
      throw error;
    }
  }

  private nameCgroups(batch: HistoryBatch, nowUs: number): void {
    const found = this.cgroups.newIn(batch, nowUs);
    if (found.length === 0) return;
    writeCgroups(this.parts.database, found);
    this.parts.tee?.cgroups(found);
  }
}
