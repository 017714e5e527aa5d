/** One snapshot after the other, each at its time. */
import {
  defer,
  from,
  merge,
  mergeMap,
  type Observable,
  ReplaySubject,
  repeat,
  Subject,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import type { CorrelatorInput } from '../pipeline/correlator.js';
import type { Probe } from '../probe/probe.js';
import type { TakeOptions } from '../snapshot/snapshot-messages.js';
import type { Snapshots } from '../snapshot/snapshots.js';
import type { SnapshotPace } from './snapshot-pace.js';

export interface SnapshotRoundsParts {
  readonly snapshots: Pick<Snapshots, 'take'>;
  /** Undefined: snapshots are all that there is, and none is put off because nothing happens. */
  readonly probe: Pick<Probe, 'wantNews'> | undefined;
  readonly pace: Pick<SnapshotPace, 'nextUs' | 'quietUs'>;
  /** What the next one is to bring. */
  readonly wish: () => TakeOptions;
  /** How many TIME-WAITs there are on the host. */
  readonly timeWaits: () => number;
}

/**
 * Takes a snapshot again and again. Nothing happens where a snapshot was as the one before, had no socket that ends without an event, and no
 * event has come since: the next one is then put off, until the first event at most.
 */
export class SnapshotRounds {
  readonly inputs$: Observable<CorrelatorInput>;
  /** Replays: also a later subscriber learns that the snapshots have ended. */
  private readonly stop$ = new ReplaySubject<void>(1);
  private readonly news$ = new Subject<void>();
  /** Since the last snapshot began. */
  private hasNews = false;
  /** When the next one is taken if something happens, and if nothing does. */
  private dueMs = 0;
  private quietMs = 0;

  constructor(private readonly parts: SnapshotRoundsParts) {
    this.inputs$ = defer(() => from(this.take())).pipe(
      mergeMap((inputs) => from(inputs)),
      // A snapshot under way is still accepted: the next one leaves out what was new in it.
      repeat({ delay: () => this.pause() }),
    );
  }

  /** Ends when no further snapshot is taken. */
  get stopped$(): Observable<void> {
    return this.stop$;
  }

  /** Something has happened: the next snapshot is not put off. */
  noteNews(): void {
    this.hasNews = true;
    this.news$.next();
  }

  stop(): void {
    this.stop$.next();
  }

  private async take(): Promise<CorrelatorInput[]> {
    const { snapshots, probe, pace, wish, timeWaits } = this.parts;
    const startMs = performance.now();
    this.hasNews = false;
    const { inputs, cpuUs, isQuiet } = await snapshots.take(wish());
    const atLeastUs = pace.nextUs(cpuUs, timeWaits());
    const nextUs = isQuiet && probe !== undefined && !this.hasNews ? pace.quietUs(atLeastUs) : atLeastUs;
    this.dueMs = startMs + atLeastUs / 1000;
    this.quietMs = startMs + nextUs / 1000;
    probe?.wantNews();
    const times = { nextUs, nextAfterNewsUs: atLeastUs };
    // In place: a copy would have a shape of its own, which V8 forgets (Snapshots).
    return inputs.map((input) => (input.kind === 'snapshot' ? Object.assign(input, times) : input));
  }

  private pause(): Observable<unknown> {
    const early$ = this.news$.pipe(
      take(1),
      mergeMap(() => until(this.dueMs)),
    );
    return merge(until(this.quietMs), early$).pipe(take(1), takeUntil(this.stop$));
  }
}

function until(ms: number): Observable<unknown> {
  return timer(Math.max(0, ms - performance.now()));
}
