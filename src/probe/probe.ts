import { setImmediate as breathe, setTimeout as delay } from 'node:timers/promises';
import { Observable, Subject } from 'rxjs';
import type { Backlog } from '../model/backlog.js';
import { SstoryError } from '../model/error.js';
import type { Loss, ProbeBatch } from '../model/probe-event.js';
import { BurstPace } from '../sys/burst-pace.js';
import { bootTimeUs, wallOffsetUs } from '../sys/clock.js';
import type { ProbeOptions, ProbeStart } from './probe-options.js';
import { HAND_OVER_US, keyOf, type Slice } from './record-merge.js';
import { DEFAULT_BACKLOG_BYTES } from './ring-transport.js';
import { Session } from './session.js';
import type { Arrival } from './transport.js';

/** Each delivery ends in a commit: twice as many of them cost a third more CPU, and `log -f` is to lag less than half a second. */
const DRAIN_EVERY_MS = 200;
/** A burst at the speed of two cores fills a ring of 4 MB in 200 ms: rings are read twice as often where nothing happens. */
export const READ_EVERY_MS = 100;
/** More than this is delivered at once. */
const MUCH_BYTES = 500_000;
/** A burst of tens of milliseconds must always have room. */
const LEAST_BACKLOG_BYTES = 4 * 1_048_576;
/** Of the backlog: what may be in memory at any time, on its way into the file. */
const ON_THE_WAY = 1 / 8;
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
  private session: Session | undefined;
  /** Of a delivery that is scheduled. */
  private cancel: (() => void) | undefined;
  private delivering: Promise<void> | undefined;
  private lastDeliveryMs = 0;
  private readonly pace = new BurstPace();
  /** Everything before this boot time has been received. */
  private receivedBootUs = 0;
  private restarting: Promise<void> = Promise.resolve();
  private renewing: Promise<void> | undefined;
  private ending: Promise<void> | undefined;
  private throughBootUs = bootTimeUs();
  /** Since when no programs have been read, as far as that is not reported yet. */
  private holeFromBootUs: number | undefined;

  constructor(private readonly options: ProbeOptions) {
    this.ready = this.start();
    this.ready.catch(() => undefined);
  }

  get backlog(): Backlog {
    const merge = this.session?.transport.merge;
    const oldestBootUs = merge?.oldestBootUs;
    return {
      bytes: merge?.waitingBytes ?? 0,
      memoryBytes: merge?.memoryBytes ?? 0,
      behindUs: oldestBootUs === undefined ? 0 : bootTimeUs() - oldestBootUs,
    };
  }

  /** The descriptor of the map in which the programs mark processes; undefined where it is missing or cannot be read. */
  get marksFd(): number | undefined {
    return this.session?.transport.marksFd;
  }

  /** Limits the memory of the backlog to less than it was opened with, until the next call. */
  limitBacklog(bytes: number): void {
    const { backlogBytes: most = DEFAULT_BACKLOG_BYTES, backlogPath } = this.options;
    const least = backlogPath === undefined ? LEAST_BACKLOG_BYTES : Math.max(LEAST_BACKLOG_BYTES, most * ON_THE_WAY);
    this.session?.transport.limitBacklog(Math.min(most, Math.max(bytes, least)));
  }

  /** Something waits until everything that has happened by now has been emitted: that is to be soon, also where nothing happens. */
  wantNews(): void {
    this.session?.transport.wantNews();
  }

  /** Reads and delivers until everything that has happened by now has been emitted. */
  async flush(): Promise<void> {
    const nowUs = bootTimeUs();
    for (let { session } = this; session !== undefined && this.throughBootUs < nowUs; session = this.session) {
      session.transport.request();
      await delay(5);
      await this.deliver(session);
    }
  }

  /** Reads a last time, emits, detaches the programs, completes `batches$`. */
  stop(): Promise<void> {
    this.ending ??= this.end();
    return this.ending;
  }

  private async start(): Promise<ProbeStart> {
    const session = await this.open();
    this.begin(session);
    const { version, concerns, missing, notes } = session.attached;
    const { kind, ringBytes, merge } = session.transport;
    const sinceBootUs = merge.startBootUs;
    return { bpftraceVersion: version, sinceBootUs, transport: kind, ringBytes, concerns, missing, notes };
  }

  private async end(): Promise<void> {
    this.stopped.abort(new SstoryError('stopped', 'the probe was stopped'));
    await this.ready.catch(() => undefined);
    await this.restarting;
    await this.renewing;
    const session = this.session;
    if (session !== undefined) await this.finish(session);
    else this.reportHole(bootTimeUs());
    this.batches.complete();
  }

  /** Delivers the rest of a session that ends. @returns the boot time up to which it is complete: some of what came later is delivered too */
  private async finish(session: Session, delivered?: string[]): Promise<number> {
    this.halt();
    await this.delivering;
    const { transport } = session;
    const throughBootUs = await transport.stop();
    for (const slice of transport.merge.slices(Number.POSITIVE_INFINITY)) {
      this.emit({ ...slice, throughBootUs: Math.min(slice.throughBootUs, throughBootUs) });
      for (const event of slice.events) if (event.bootUs > throughBootUs - HAND_OVER_US) delivered?.push(keyOf(event));
      // A long rest takes minutes: the limit of memory is watched meanwhile.
      await breathe();
    }
    return throughBootUs;
  }

  /** Nothing of the session is delivered any more, unless it is asked for. */
  private halt(): void {
    this.session = undefined;
    this.cancel?.();
    this.cancel = undefined;
  }

  private get drainEveryMs(): number {
    return this.options.drainEveryMs ?? DRAIN_EVERY_MS;
  }

  private open(): Promise<Session> {
    const { transport = 'auto', ringBytes, backlogBytes, backlogPath, keeper, connectArguments } = this.options;
    return Session.open({
      ...{ transport, ringBytes, backlogBytes, backlogPath, keeper, connectArguments },
      longestPeriodMs: Math.min(this.drainEveryMs, READ_EVERY_MS),
      signal: this.stopped.signal,
    });
  }

  private begin(session: Session): void {
    this.session = session;
    const { transport } = session;
    void transport.ended.then(() => this.lost(session));
    transport.onArrival((arrival) => this.receive(session, arrival));
    transport.request();
  }

  private receive(session: Session, { bootUs, outgrown }: Arrival): void {
    if (this.session !== session) return;
    this.receivedBootUs = bootUs - session.transport.marginUs;
    if (outgrown) this.renew(session);
    this.scheduleDelivery(session);
  }

  private scheduleDelivery(session: Session): void {
    if (this.cancel !== undefined || this.delivering !== undefined) return;
    const much = session.transport.merge.waitingBytes > MUCH_BYTES;
    const waitMs = much ? 0 : Math.max(0, this.drainEveryMs - (performance.now() - this.lastDeliveryMs));
    const deliver = () => {
      this.cancel = undefined;
      void this.deliver(session);
    };
    if (waitMs === 0) {
      const immediate = setImmediate(deliver);
      this.cancel = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(deliver, waitMs);
      this.cancel = () => clearTimeout(timer);
    }
  }

  /** Emits what has been received, and lets others work in between. */
  private deliver(session: Session): Promise<void> {
    this.delivering ??= this.deliverAll(session).finally(() => {
      this.delivering = undefined;
      if (session.transport.merge.waitingBytes > MUCH_BYTES && this.session === session) this.scheduleDelivery(session);
    });
    return this.delivering;
  }

  private async deliverAll(session: Session): Promise<void> {
    const { transport } = session;
    this.lastDeliveryMs = performance.now();
    for (const slice of transport.merge.slices(this.receivedBootUs)) {
      this.emit(slice);
      transport.delivered(transport.merge.takePassed());
      if (this.session !== session) return;
      const restMs = this.pace.restMs(transport.backlogShare);
      if (restMs > 0) await delay(restMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      else if (slice.throughBootUs < this.receivedBootUs) await breathe();
    }
  }

  /** Nothing more can come: from what was delivered last until programs are attached again, the history has a hole. */
  private lost(session: Session): void {
    if (this.session !== session) return;
    this.halt();
    this.holeFromBootUs = this.throughBootUs;
    const { holeFromBootUs } = this;
    // Complete only up to the hole, until that is reported.
    for (const slice of session.transport.merge.slices(Number.POSITIVE_INFINITY))
      this.emit({ ...slice, throughBootUs: holeFromBootUs });
    this.restarting = this.restart(session);
  }

  private async restart(failed: Session): Promise<void> {
    await failed.transport.abandon();
    const session = await this.openPatiently(() => this.reportHole(bootTimeUs()));
    if (session === undefined) return;
    // Events since it attached are still to come: they are not in the hole, and the history is not complete up to now.
    this.reportHole(this.throughBootUs, session.transport.merge.startBootUs);
    this.begin(session);
  }

  /** Tries to open a session until it succeeds, with growing pauses; undefined: the probe was stopped. `failed` is called after each failure. */
  private async openPatiently(failed: () => void): Promise<Session | undefined> {
    for (
      let waitMs = FIRST_BACKOFF_MS;
      !this.stopped.signal.aborted;
      waitMs = Math.min(waitMs * 2, LONGEST_BACKOFF_MS)
    ) {
      try {
        return await this.open();
      } catch {
        failed();
        await delay(waitMs, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  /** A CPU is online that bpftrace has no ring for: a second bpftrace is taken over before the programs of the first are detached. */
  private renew(session: Session): void {
    this.renewing ??= this.replace(session, bootTimeUs()).finally(() => {
      this.renewing = undefined;
    });
  }

  private async replace(old: Session, fromBootUs: number): Promise<void> {
    const next = await this.openPatiently(() => undefined);
    if (next === undefined) return;
    const delivered: string[] = [];
    const toBootUs = next.transport.merge.startBootUs;
    const throughBootUs = await this.finish(old, delivered);
    next.transport.merge.continueFrom(throughBootUs, delivered);
    const loss: Loss = { fromBootUs, toBootUs, cpu: undefined, lost: undefined, reason: 'tracer' };
    next.transport.merge.lose([loss]);
    this.begin(next);
  }

  /** Reports the part of a hole that has passed, so that snapshots do not wait until the probe is back. */
  private reportHole(throughBootUs: number, toBootUs = bootTimeUs()): void {
    const fromBootUs = this.holeFromBootUs;
    if (fromBootUs === undefined) return;
    this.holeFromBootUs = toBootUs;
    const loss = { fromBootUs, toBootUs, cpu: undefined, lost: undefined, reason: 'tracer' } as const;
    this.emit({ events: [], losses: [loss], throughBootUs });
  }

  private emit({ events, losses, throughBootUs }: Slice): void {
    this.throughBootUs = Math.max(this.throughBootUs, throughBootUs);
    const batch: ProbeBatch = {
      kind: 'probe',
      events,
      losses,
      throughBootUs: this.throughBootUs,
      offsetUs: wallOffsetUs(),
    };
    if (this.early === undefined) this.batches.next(batch);
    else this.early.push(batch);
  }
}
