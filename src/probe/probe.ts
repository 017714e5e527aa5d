import { type Observable, Subject } from 'rxjs';
import { SstoryError } from '../model/error.js';
import type { Loss, ProbeBatch } from '../model/probe-event.js';
import { bootTimeUs, wallOffsetUs } from '../sys/clock.js';
import { type Attached, attach } from './attach.js';
import { EventOrder, type Ordered } from './event-order.js';
import { MapTransport } from './map-transport.js';
import type { Concern, Transport } from './program.js';
import { SkippedRuns } from './skipped-runs.js';
import { TextTransport } from './text-transport.js';
import { symbolsOf, tracepointFormat } from './tracefs.js';

export interface ProbeOptions {
  /** `auto`: the map, or text where the map is laid out in another way or out of reach. */
  readonly transport?: 'map' | 'text' | 'auto';
  /** Events that the map can hold. */
  readonly mapEntries?: number;
  readonly drainEveryMs?: number;
}

export interface ProbeStart {
  readonly bpftraceVersion: string;
  readonly transport: Transport;
  readonly concerns: readonly Concern[];
  /** What an operator should know: concerns that are missing, what was mounted. */
  readonly notes: readonly string[];
}

/**
 * 262,144 records are a second of saturated churn, through which a long snapshot or commit may hold up the drain; with
 * bpftrace's other maps of the same size they take 118 MB of kernel memory.
 */
const DEFAULT_MAP_ENTRIES = 262_144;
const DRAIN_EVERY_MS = 100;
/** After a pass with more events than this the next one follows at once. */
const BUSY_PASS = 4_096;
const CLOCK_STEP_US = 1_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 30_000;

/** Starts the BPF programs. `ready` tells how it went; `batches$` begins with it. */
export function openProbe(options: ProbeOptions = {}): Probe {
  return new Probe(options);
}

interface Session {
  readonly attached: Attached;
  readonly transport: MapTransport | TextTransport;
  readonly order: EventOrder;
  readonly skipped: SkippedRuns;
}

export class Probe {
  readonly ready: Promise<ProbeStart>;
  private readonly batches = new Subject<ProbeBatch>();
  readonly batches$: Observable<ProbeBatch> = this.batches.asObservable();
  private session: Session | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private restarting: Promise<void> = Promise.resolve();
  private lastOffsetUs = wallOffsetUs();
  private throughBootUs = bootTimeUs();

  constructor(private readonly options: ProbeOptions) {
    this.ready = this.start();
    this.ready.catch(() => undefined);
  }

  /** Drains until everything that has happened by now has been emitted. */
  async flush(): Promise<void> {
    const nowUs = bootTimeUs();
    while (this.throughBootUs < nowUs && this.session !== undefined) {
      this.drain();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Drains a last time, emits, ends bpftrace, completes `batches$`. */
  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    clearTimeout(this.timer);
    await this.restarting;
    const session = this.session;
    this.session = undefined;
    if (session !== undefined) {
      // On SIGINT bpftrace throws away what it has buffered.
      if (session.transport instanceof TextTransport) await session.attached.bpftrace.caughtUp();
      this.emit(this.withSkipped(session, session.transport.finish(session.order)));
      session.transport.close();
      session.skipped.close();
      await session.attached.bpftrace.stop();
    }
    this.batches.complete();
  }

  private async start(): Promise<ProbeStart> {
    const { session, transport } = await this.open();
    this.session = session;
    this.schedule(this.options.drainEveryMs ?? DRAIN_EVERY_MS);
    const { version, concerns, notes } = session.attached;
    return { bpftraceVersion: version, transport, concerns, notes };
  }

  private async open(): Promise<{ session: Session; transport: Transport }> {
    const wanted = this.options.transport ?? 'auto';
    if (wanted !== 'text') {
      const session = await this.openWith('map');
      if (session !== undefined) return { session, transport: 'map' };
      if (wanted === 'map') {
        throw new SstoryError('no-map-transport', 'the BPF map of this bpftrace cannot be read', {
          hint: 'use --transport text',
        });
      }
    }
    const session = await this.openWith('text');
    if (session === undefined) throw new SstoryError('bpftrace-failed', 'bpftrace did not start');
    return { session, transport: 'text' };
  }

  private async openWith(kind: Transport): Promise<Session | undefined> {
    const format = tracepointFormat('tcp:tcp_send_reset');
    const reasons = format === undefined ? new Map<number, string>() : symbolsOf(format, 'reason');
    const text = new TextTransport((code) => reasons.get(code));
    const attached = await attach({
      transport: kind,
      mapEntries: this.options.mapEntries ?? DEFAULT_MAP_ENTRIES,
      onLine: (line) => text.line(line),
    });
    const transport = kind === 'text' ? text : MapTransport.open(attached.bpftrace, (code) => reasons.get(code));
    if (transport === undefined) {
      await attached.bpftrace.stop();
      return undefined;
    }
    const order = new EventOrder(bootTimeUs());
    const session = { attached, transport, order, skipped: new SkippedRuns(attached.bpftrace.pid) };
    void attached.bpftrace.ended.then(() => this.lost(session));
    return session;
  }

  /** bpftrace died: what it had is gone, everything until it is back is a gap. */
  private lost(session: Session): void {
    if (this.stopping || this.session !== session) return;
    this.session = undefined;
    clearTimeout(this.timer);
    const fromBootUs = this.throughBootUs;
    this.emit(session.order.finish(bootTimeUs(), new Map()));
    session.transport.close();
    session.skipped.close();
    this.restarting = this.restart(fromBootUs);
  }

  private async restart(fromBootUs: number): Promise<void> {
    for (let waitMs = FIRST_BACKOFF_MS; !this.stopping; waitMs = Math.min(waitMs * 2, LONGEST_BACKOFF_MS)) {
      try {
        const { session } = await this.open();
        const nowUs = bootTimeUs();
        const loss: Loss = { fromBootUs, toBootUs: nowUs, cpu: undefined, lost: undefined, reason: 'tracer' };
        this.emit({ events: [], losses: [loss], throughBootUs: nowUs });
        this.session = session;
        this.schedule(0);
        return;
      } catch {
        await new Promise((resolve) => {
          this.timer = setTimeout(resolve, waitMs);
        });
      }
    }
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      const count = this.drain();
      if (this.session !== undefined)
        this.schedule(count > BUSY_PASS ? 0 : (this.options.drainEveryMs ?? DRAIN_EVERY_MS));
    }, afterMs);
  }

  private drain(): number {
    const session = this.session;
    if (session === undefined) return 0;
    const delayUs = session.transport instanceof TextTransport ? session.transport.delayUs : 0;
    const bootUs = bootTimeUs() - delayUs;
    const count = session.transport.pass(session.order);
    const ordered = session.order.endPass(bootUs);
    this.emit(count > 0 ? this.withSkipped(session, ordered) : ordered);
    return count;
  }

  /** Adds what the kernel skipped since the last look: exact in number, somewhere since the last drain. */
  private withSkipped(session: Session, ordered: Ordered): Ordered {
    const lost = session.skipped.take();
    if (lost === 0) return ordered;
    const loss: Loss = {
      fromBootUs: this.throughBootUs,
      toBootUs: bootTimeUs(),
      cpu: undefined,
      lost,
      reason: 'continuity',
    };
    return { ...ordered, losses: [...ordered.losses, loss] };
  }

  private emit({ events, losses, throughBootUs }: Ordered): void {
    const offsetUs = wallOffsetUs();
    this.throughBootUs = Math.max(this.throughBootUs, throughBootUs);
    this.batches.next({
      kind: 'probe',
      events,
      losses: [...losses, ...this.clockStep(offsetUs)],
      throughBootUs: this.throughBootUs,
      offsetUs,
    });
  }

  private clockStep(offsetUs: number): Loss[] {
    const step = offsetUs - this.lastOffsetUs;
    this.lastOffsetUs = offsetUs;
    if (Math.abs(step) <= CLOCK_STEP_US) return [];
    const bootUs = bootTimeUs();
    return [{ fromBootUs: bootUs, toBootUs: bootUs, cpu: undefined, lost: 0, reason: 'clock' }];
  }
}
