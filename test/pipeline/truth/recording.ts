/** Records a simulated kernel as the recorder does: rings, drains, dumps, losses, and runs that end and begin. */
import { Subject, type Subscription } from 'rxjs';
import { mayLackTransitions } from '../../../src/model/gap.js';
import type { Loss, ProbeBatch, ProbeEvent, TransitionEvent } from '../../../src/model/probe-event.js';
import { type EarlierRun, lastKnownUs } from '../../../src/pipeline/carry-over.js';
import { Correlator, type CorrelatorInput } from '../../../src/pipeline/correlator.js';
import { correlate, holdSnapshots } from '../../../src/pipeline/operators.js';
import { OFFSET_US } from '../stories.js';
import { DumpSource } from './dump-source.js';
import type { SimulatedKernel } from './kernel.js';
import type { Fate } from './life.js';
import { TOLERANCE_US, wall } from './matching.js';
import { RowStore } from './row-store.js';

/** How a loss becomes known: with the next drain, or by a counter that is read once a second. */
export type LossKind = 'overrun' | 'skipped';

/** Events that were lost, and the loss that reported them. */
export interface Hole {
  readonly kind: LossKind;
  readonly atUs: number[];
  /** The last record of its CPU before it, and the first one after it. */
  readonly fromUs: number;
  toUs: number | undefined;
  reported: boolean;
}

/** When a run received events, boot time. */
export interface RunTimes {
  readonly fromUs: number;
  toUs: number;
}

const CPUS = [0, 1];
const COUNT_EVERY_US = 1_000_000;
/** The two clocks are never read at the same time: microseconds of error. */
const ERRORS_US = [0, -1.3, 0.6, 1.1, -0.4];

export class Recording {
  readonly store = new RowStore();
  readonly holes: Hole[] = [];
  readonly runs: RunTimes[] = [];
  /** Times of events that were received by a run that was killed before it processed them. */
  readonly forgotten = new Set<number>();
  /** When dumps were taken that were not applied by then, because the run was killed. */
  readonly unapplied: RunTimes[] = [];
  /** As the tables `runs` and `snapshots` have them, the latest first. */
  private readonly earlier: EarlierRun[] = [];
  private startedUs = 0;
  private run: Run | undefined;
  private inputs = 0;

  constructor(
    readonly kernel: SimulatedKernel,
    readonly tracing: boolean,
  ) {
    kernel.tracer = (event, cpu) => this.run?.receive(event, cpu) ?? 'unwatched';
  }

  get isRunning(): boolean {
    return this.run !== undefined;
  }

  /** `early`: what happens between the attachment of the programs and the start of the run. */
  start(early: () => void = () => undefined): void {
    if (this.run !== undefined) return;
    const { kernel, store } = this;
    const { lastUs } = store;
    const isFirst = this.runs.length === 0;
    store.settle();
    const carriedOver = store.open().map((connection) => ({
      connection,
      evidenceUs: lastKnownUs(connection, this.earlier),
      sameBoot: true,
    }));
    const correlator = new Correlator({
      firstId: store.nextId,
      tracing: this.tracing,
      carriedOver,
      onlyIdsOfReached: true,
    });
    this.run = new Run(this, correlator);
    this.runs.push(this.run.times);
    early();
    kernel.beat();
    this.startedUs = Math.floor(kernel.nowUs + OFFSET_US);
    store.lastUs = Math.max(lastUs, this.startedUs);
    if (isFirst) return;
    const loss = { fromBootUs: lastUs - OFFSET_US, toBootUs: kernel.nowUs, cpu: undefined, lost: undefined } as const;
    this.run.feed(this.batch([], [{ ...loss, reason: 'tracer' }]));
  }

  drain(): void {
    this.run?.drain();
  }

  lose(cpu: number, count: number, kind: LossKind): void {
    this.run?.lose(cpu, count, kind);
  }

  dump(withTimeWaits: boolean, fails = false, meanwhile?: () => void): void {
    if (this.run === undefined) meanwhile?.();
    else this.run.dump(withTimeWaits, fails, meanwhile);
  }

  /** `clean`: a last dump, and everything that was received is written. */
  stop(clean: boolean): void {
    if (clean) this.run?.finish();
    else this.run?.count();
    this.run?.end();
    this.run = undefined;
    const { startedUs, tracing: traced } = this;
    const { lastUs: endUs, dumpsUs } = this.store;
    const gaps = this.store.gaps
      .filter((gap) => mayLackTransitions(gap) && gap.toUs >= startedUs)
      .sort((one, other) => one.toUs - other.toUs);
    const ownDumps = new Map([...dumpsUs].filter(([, atUs]) => atUs >= startedUs));
    this.earlier.unshift({ startedUs, endUs, traced, dumpsUs: ownDumps, gaps });
  }

  batch(events: readonly ProbeEvent[], losses: readonly Loss[], throughBootUs = this.kernel.nowUs): ProbeBatch {
    return { kind: 'probe', events, losses, throughBootUs, offsetUs: this.offsetUs() };
  }

  offsetUs(): number {
    return OFFSET_US + (ERRORS_US[this.inputs++ % ERRORS_US.length] ?? 0);
  }
}

class Run {
  readonly times: RunTimes;
  private readonly inputs$ = new Subject<CorrelatorInput>();
  private readonly subscription: Subscription;
  private readonly dumps: DumpSource;
  private events: ProbeEvent[] = [];
  private readonly received: number[] = [];
  private losing = CPUS.map(() => ({ count: 0, kind: 'overrun' as LossKind }));
  private readonly lostEnds = new Set<number>();
  private overrun: (Hole | undefined)[] = CPUS.map(() => undefined);
  private skipped: Hole | undefined;
  /** Time of the last record of each CPU, and of the last look at the counter. */
  private readonly lastUs: number[];
  private countedUs: number;
  private drainedUs: number;

  constructor(
    private readonly recording: Recording,
    correlator: Correlator,
  ) {
    const { kernel, store, tracing } = recording;
    this.times = { fromUs: kernel.nowUs, toUs: Number.POSITIVE_INFINITY };
    this.dumps = new DumpSource(kernel);
    this.lastUs = CPUS.map(() => kernel.nowUs);
    this.countedUs = kernel.nowUs;
    this.drainedUs = kernel.nowUs;
    this.subscription = this.inputs$
      .pipe(holdSnapshots(tracing), correlate(correlator))
      .subscribe((batch) => store.write(batch));
  }

  feed(input: CorrelatorInput): void {
    this.inputs$.next(input);
  }

  receive(event: ProbeEvent, cpu: number): Fate {
    if (!this.recording.tracing) return 'none';
    const losing = this.losing[cpu];
    if (losing === undefined || losing.count === 0 || event.kind !== 'transition' || this.isOnlyTrace(event)) {
      this.events.push(event);
      this.received.push(event.bootUs);
      this.lastUs[cpu] = event.bootUs;
      const hole = this.overrun[cpu];
      if (hole !== undefined) hole.toUs ??= event.bootUs;
      return 'reported';
    }
    losing.count--;
    const hole = this.holeOf(cpu, losing.kind);
    hole.atUs.push(event.bootUs);
    hole.toUs = undefined;
    return 'lost';
  }

  /** Of two connections with one `struct sock`, which may have one four-tuple too, the end or the opening is reported: else they are one to everyone. */
  private isOnlyTrace({ oldState, newState, skaddr }: TransitionEvent): boolean {
    if (newState === 'UNCONN') this.lostEnds.add(skaddr);
    return (oldState === 'LISTEN' || oldState === 'UNCONN') && this.lostEnds.has(skaddr);
  }

  lose(cpu: number, count: number, kind: LossKind): void {
    const losing = this.losing[cpu];
    // The counter of one hole is read before the next one: which loss is whose stays clear.
    if (losing !== undefined && losing.count === 0) this.losing[cpu] = { count, kind };
  }

  drain(): void {
    if (!this.recording.tracing) return;
    const { kernel } = this.recording;
    kernel.beat();
    const losses = [...this.overruns(), ...this.skippedSince(kernel.nowUs, false)];
    const batch = this.recording.batch(this.events.splice(0), losses);
    for (const cpu of CPUS) this.lastUs[cpu] = kernel.nowUs;
    this.drainedUs = kernel.nowUs;
    this.feed(batch);
  }

  dump(withTimeWaits: boolean, fails: boolean, meanwhile?: () => void): void {
    const options = { withTimeWaits, fails, offsetUs: () => this.recording.offsetUs() };
    const inputs = this.dumps.take(meanwhile === undefined ? options : { ...options, meanwhile });
    for (const input of inputs) this.feed(input);
  }

  finish(): void {
    const { kernel, tracing } = this.recording;
    this.dump(true, false);
    kernel.beat();
    if (tracing) {
      const losses = [...this.overruns(), ...this.skippedSince(kernel.nowUs, true)];
      this.feed(this.recording.batch(this.events.splice(0), losses));
    }
    this.drainedUs = kernel.nowUs;
    this.inputs$.complete();
  }

  /** A look at the counter of skipped events. */
  count(): void {
    const losses = this.skippedSince(this.drainedUs, true);
    if (losses.length > 0) this.feed(this.recording.batch([], losses, this.drainedUs));
  }

  end(): void {
    const { kernel, forgotten, unapplied, store, tracing } = this.recording;
    this.times.toUs = kernel.nowUs;
    for (const { bootUs } of this.events) forgotten.add(bootUs);
    // What was applied, and is not written yet, lies after the last time at which the file was complete.
    for (const bootUs of this.received) if (wall(bootUs) > store.lastUs - TOLERANCE_US) forgotten.add(bootUs);
    if (tracing) unapplied.push({ fromUs: this.drainedUs, toUs: kernel.nowUs });
    this.subscription.unsubscribe();
  }

  private holeOf(cpu: number, kind: LossKind): Hole {
    const known = kind === 'overrun' ? this.overrun[cpu] : this.skipped;
    if (known !== undefined) return known;
    const hole: Hole = { kind, atUs: [], fromUs: this.lastUs[cpu] ?? 0, toUs: undefined, reported: false };
    this.recording.holes.push(hole);
    if (kind === 'overrun') this.overrun[cpu] = hole;
    else this.skipped = hole;
    return hole;
  }

  /** A full ring: each CPU's loss lies between the records before and after it. */
  private overruns(): Loss[] {
    const { nowUs } = this.recording.kernel;
    return CPUS.flatMap((cpu): Loss[] => {
      const hole = this.overrun[cpu];
      if (hole === undefined) return [];
      this.overrun[cpu] = undefined;
      hole.reported = true;
      const { fromUs: fromBootUs, toUs: toBootUs = nowUs } = hole;
      return [{ fromBootUs, toBootUs, cpu, lost: hole.atUs.length, reason: 'overrun' }];
    });
  }

  /** Events that the kernel skipped: their counter is read once a second. */
  private skippedSince(nowUs: number, last: boolean): Loss[] {
    if (!last && nowUs - this.countedUs < COUNT_EVERY_US) return [];
    const fromBootUs = this.countedUs;
    this.countedUs = nowUs;
    const hole = this.skipped;
    if (hole === undefined) return [];
    this.skipped = undefined;
    hole.reported = true;
    return [{ fromBootUs, toBootUs: nowUs, cpu: undefined, lost: hole.atUs.length, reason: 'continuity' }];
  }
}
