import { SstoryError } from '../model/error.js';
import type { Loss } from '../model/probe-event.js';
import { bootTimeUs } from '../sys/clock.js';
import { type Attached, attach } from './attach.js';
import { MapTransport } from './map-transport.js';
import type { Transport } from './program.js';
import { RecordOrder, type Slice } from './record-order.js';
import { SkippedRuns } from './skipped-runs.js';
import { TextTransport } from './text-transport.js';
import { symbolsOf, tracepointFormat } from './tracefs.js';

export interface SessionOptions {
  /** `auto`: the map, or text where the map has another layout or cannot be opened. */
  readonly transport: Transport | 'auto';
  readonly mapEntries: number;
  /** Aborted, a bpftrace that is not ready yet is killed, and `open` fails with the signal's reason. */
  readonly signal: AbortSignal;
}

/** One bpftrace at work, and the records on their way from it. */
export class Session {
  private lastLookBootUs = bootTimeUs();
  private readonly order: RecordOrder;
  private readonly skipped: SkippedRuns;

  private constructor(
    readonly attached: Attached,
    readonly transport: Transport,
    private readonly records: MapTransport | TextTransport,
  ) {
    this.order = new RecordOrder(this.lastLookBootUs, records.context);
    this.skipped = new SkippedRuns(attached.bpftrace.pid);
  }

  /** @throws SstoryError what `attach` throws, and `no-map-transport` */
  static async open(options: SessionOptions): Promise<Session> {
    if (options.transport !== 'text') {
      const session = await Session.openWith('map', options);
      if (session !== undefined) return session;
      if (options.transport === 'map') {
        throw new SstoryError('no-map-transport', 'the BPF map of this bpftrace cannot be read', {
          hint: 'use --transport text',
        });
      }
    }
    const session = await Session.openWith('text', options);
    if (session === undefined) throw new SstoryError('bpftrace-failed', 'bpftrace did not start');
    return session;
  }

  private static async openWith(transport: Transport, options: SessionOptions): Promise<Session | undefined> {
    const format = tracepointFormat('tcp:tcp_send_reset');
    const reasons = format === undefined ? new Map<number, string>() : symbolsOf(format, 'reason');
    const reasonOf = (code: number) => reasons.get(code);
    const text = new TextTransport(reasonOf);
    const attached = await attach({ ...options, transport, onLine: (line) => text.line(line) });
    const records = transport === 'text' ? text : MapTransport.open(attached.bpftrace, reasonOf);
    if (records !== undefined) return new Session(attached, transport, records);
    await attached.bpftrace.end();
    return undefined;
  }

  /** Resolves when bpftrace has ended, however. */
  get ended(): Promise<void> {
    return this.attached.bpftrace.ended;
  }

  /** Events that were drained and wait for others. */
  get backlog(): number {
    return this.order.backlog;
  }

  /** Drains once: how many records came, and what can be delivered, to be iterated at once. */
  drain(): { readonly count: number; readonly slices: Iterable<Slice> } {
    const bootUs = bootTimeUs() - this.records.delayUs;
    const count = this.records.pass(this.order);
    return { count, slices: this.order.endPass(bootUs, count > 0 ? this.skippedSince() : []) };
  }

  /** Drains the rest, reports what is missing, and ends bpftrace. */
  async finish(): Promise<readonly Slice[]> {
    const { bpftrace } = this.attached;
    if (this.records instanceof TextTransport) {
      // On SIGINT bpftrace discards what it has buffered, and then prints its counts.
      await bpftrace.caughtUp();
      await bpftrace.stop();
      return this.settled();
    }
    const rest = this.settled();
    await bpftrace.end();
    return rest;
  }

  /** The rest of a bpftrace that ended by itself: its maps live as long as they are open here. */
  salvage(): readonly Slice[] {
    try {
      return [...this.rest()];
    } catch {
      return [...this.order.finish({ bootUs: bootTimeUs(), counts: new Map() })];
    } finally {
      this.close();
    }
  }

  /** All of it decoded: the names of processes go with the maps. */
  private settled(): readonly Slice[] {
    try {
      return [...this.rest()];
    } finally {
      this.close();
    }
  }

  private rest(): Iterable<Slice> {
    const last = this.records.lastPass(this.order);
    return this.order.finish(last, this.skippedSince());
  }

  private close(): void {
    this.records.close();
    this.skipped.close();
  }

  /** What the kernel skipped since the last look: exact in number, somewhere in between. */
  private skippedSince(): Loss[] {
    const fromBootUs = this.lastLookBootUs;
    this.lastLookBootUs = bootTimeUs();
    const lost = this.skipped.take();
    if (lost === 0) return [];
    return [{ fromBootUs, toBootUs: this.lastLookBootUs, cpu: undefined, lost, reason: 'continuity' }];
  }
}
