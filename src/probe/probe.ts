import { setTimeout as delay } from 'node:timers/promises';
import { Observable, Subject } from 'rxjs';
import { SstoryError } from '../model/error.js';
import type { ProbeBatch } from '../model/probe-event.js';
import type { RunNote } from '../model/run-note.js';
import { bootTimeUs } from '../sys/clock.js';
import type { MissingConcern } from './attach.js';
import { ClockSteps } from './clock-steps.js';
import type { Concern, Transport } from './program.js';
import type { Slice } from './record-order.js';
import { Session } from './session.js';

export interface ProbeOptions {
  /** `auto`: the map, or text where the map has another layout or cannot be opened. */
  readonly transport?: 'map' | 'text' | 'auto';
  /** Events that the map can hold. */
  readonly mapEntries?: number;
  readonly drainEveryMs?: number;
}

export interface ProbeStart {
  readonly bpftraceVersion: string;
  readonly transport: Transport;
  readonly concerns: readonly Concern[];
  readonly missing: readonly MissingConcern[];
  /** What else an operator should know: what was mounted, what differs in this kernel. */
  readonly notes: readonly RunNote[];
}

/** The last drain: how many records came out of it, and how many wait for others before they can be delivered. */
export interface PassStatus {
  readonly events: number;
  readonly backlog: number;
}

/**
 * 262,144 records are a second of saturated churn, through which a long snapshot or commit may hold up the drain; with
 * bpftrace's other maps of the same size they take 118 MB of kernel memory.
 */
const DEFAULT_MAP_ENTRIES = 262_144;
/** Each drain ends in a commit: twice as many of them cost a third more CPU, and `log -f` is to lag less than half a second. */
const DRAIN_EVERY_MS = 200;
/** A pass that took more than this share of the map's room is followed by the next at once. */
const BUSY_SHARE = 0.25;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 30_000;

/** Starts the BPF programs. `ready` is the outcome; `batches$` begins with it. */
export function openProbe(options: ProbeOptions = {}): Probe {
  return new Probe(options);
}

export class Probe {
  /** Rejects with SstoryError where the programs cannot be attached. */
  readonly ready: Promise<ProbeStart>;
  private readonly batches = new Subject<ProbeBatch>();
  /** What was drained before the first subscriber came: programs are at work as soon as they are ready. */
  private early: ProbeBatch[] | undefined = [];
  /** The first subscriber receives every event from the start. */
  readonly batches$ = new Observable<ProbeBatch>((subscriber) => {
    const early = this.early ?? [];
    this.early = undefined;
    for (const batch of early) subscriber.next(batch);
    return this.batches.subscribe(subscriber);
  });
  private readonly stopped = new AbortController();
  private readonly clock = new ClockSteps();
  private session: Session | undefined;
  private timer: NodeJS.Timeout | undefined;
  private restarting: Promise<void> = Promise.resolve();
  private ending: Promise<void> | undefined;
  private throughBootUs = bootTimeUs();
  /** Since when no bpftrace has been at work, as far as that is not reported yet. */
  private holeFromBootUs: number | undefined;
  private pass: PassStatus = { events: 0, backlog: 0 };

  constructor(private readonly options: ProbeOptions) {
    this.ready = this.start();
    this.ready.catch(() => undefined);
  }

  get lastPass(): PassStatus {
    return this.pass;
  }

  /** Drains until everything that has happened by now has been emitted. */
  async flush(): Promise<void> {
    const nowUs = bootTimeUs();
    while (this.session !== undefined) {
      this.drain();
      if (this.throughBootUs >= nowUs) return;
      await delay(1);
    }
  }

  /** Drains a last time, emits, ends bpftrace, completes `batches$`. */
  stop(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async start(): Promise<ProbeStart> {
    const session = await this.open();
    this.begin(session, this.drainEveryMs);
    const { version, concerns, missing, notes } = session.attached;
    return { bpftraceVersion: version, transport: session.transport, concerns, missing, notes };
  }

  private async end(): Promise<void> {
    this.stopped.abort(new SstoryError('stopped', 'the probe was stopped'));
    await this.ready.catch(() => undefined);
    await this.restarting;
    clearTimeout(this.timer);
    const session = this.session;
    this.session = undefined;
    if (session !== undefined) for (const slice of await session.finish()) this.emit(slice);
    else this.reportHole(bootTimeUs());
    this.batches.complete();
  }

  private get drainEveryMs(): number {
    return this.options.drainEveryMs ?? DRAIN_EVERY_MS;
  }

  private get mapEntries(): number {
    return this.options.mapEntries ?? DEFAULT_MAP_ENTRIES;
  }

  private open(): Promise<Session> {
    return Session.open({
      transport: this.options.transport ?? 'auto',
      mapEntries: this.mapEntries,
      signal: this.stopped.signal,
    });
  }

  private begin(session: Session, drainInMs: number): void {
    this.session = session;
    void session.ended.then(() => this.lost(session));
    this.schedule(session, drainInMs);
  }

  /** bpftrace died: from what was drained last until it is back, the history has a hole. */
  private lost(session: Session): void {
    if (this.session !== session) return;
    this.session = undefined;
    clearTimeout(this.timer);
    this.holeFromBootUs = this.throughBootUs;
    const { holeFromBootUs } = this;
    // Complete only up to the hole, until that is reported.
    for (const slice of session.salvage()) this.emit({ ...slice, throughBootUs: holeFromBootUs });
    this.restarting = this.restart();
  }

  private async restart(): Promise<void> {
    for (
      let waitMs = FIRST_BACKOFF_MS;
      !this.stopped.signal.aborted;
      waitMs = Math.min(waitMs * 2, LONGEST_BACKOFF_MS)
    ) {
      try {
        const session = await this.open();
        // Events since it attached are still to come: the history is not complete up to now.
        this.reportHole(this.throughBootUs);
        this.begin(session, 0);
        return;
      } catch {
        this.reportHole(bootTimeUs());
        await delay(waitMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
  }

  /** Reports the part of a hole that has passed, so that snapshots do not wait until the probe is back. */
  private reportHole(throughBootUs: number): void {
    const fromBootUs = this.holeFromBootUs;
    if (fromBootUs === undefined) return;
    const toBootUs = bootTimeUs();
    this.holeFromBootUs = toBootUs;
    const loss = { fromBootUs, toBootUs, cpu: undefined, lost: undefined, reason: 'tracer' } as const;
    this.emit({ events: [], losses: [loss], throughBootUs });
  }

  private schedule(session: Session, afterMs: number): void {
    this.timer = setTimeout(() => {
      try {
        const count = this.drain();
        const busy = count > this.mapEntries * BUSY_SHARE;
        if (this.session === session) this.schedule(session, busy ? 0 : this.drainEveryMs);
      } catch {
        // A map that can no longer be read is useless: as if bpftrace had died.
        void session.attached.bpftrace.end();
      }
    }, afterMs);
  }

  private drain(): number {
    const session = this.session;
    if (session === undefined) return 0;
    const { count, slices } = session.drain();
    this.pass = { events: count, backlog: session.backlog };
    for (const slice of slices) this.emit(slice);
    return count;
  }

  private emit({ events, losses, throughBootUs }: Slice): void {
    const { offsetUs, steps } = this.clock.take();
    this.throughBootUs = Math.max(this.throughBootUs, throughBootUs);
    const batch: ProbeBatch = {
      kind: 'probe',
      events,
      losses: [...losses, ...steps],
      throughBootUs: this.throughBootUs,
      offsetUs,
    };
    if (this.early === undefined) this.batches.next(batch);
    else this.early.push(batch);
  }
}
