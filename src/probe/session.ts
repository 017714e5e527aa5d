import { SstoryError } from '../model/error.js';
import type { Loss } from '../model/probe-event.js';
import { bootTimeUs } from '../sys/clock.js';
import { type Attached, attach } from './attach.js';
import { EventOrder, type Ordered } from './event-order.js';
import { MapTransport } from './map-transport.js';
import type { Transport } from './program.js';
import { SkippedRuns } from './skipped-runs.js';
import { TextTransport } from './text-transport.js';
import { symbolsOf, tracepointFormat } from './tracefs.js';

export interface SessionOptions {
  /** `auto`: the map, or text where the map is laid out in another way or out of reach. */
  readonly transport: Transport | 'auto';
  readonly mapEntries: number;
  /** Aborted, a bpftrace that is not ready yet is killed, and `open` fails with the signal's reason. */
  readonly signal: AbortSignal;
}

/** One bpftrace at work, and the records on their way from it. */
export class Session {
  private lastLookBootUs = bootTimeUs();
  private readonly order = new EventOrder(this.lastLookBootUs);
  private readonly skipped: SkippedRuns;

  private constructor(
    readonly attached: Attached,
    readonly transport: Transport,
    private readonly records: MapTransport | TextTransport,
  ) {
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

  /** Events that are here and wait for others. */
  get backlog(): number {
    return this.order.backlog;
  }

  /** Takes what is there: how many records came, and what can be handed on. */
  drain(): { readonly count: number; readonly ordered: Ordered } {
    const bootUs = bootTimeUs() - this.records.delayUs;
    const count = this.records.pass(this.order);
    const ordered = this.order.endPass(bootUs);
    return { count, ordered: count > 0 ? this.withSkipped(ordered) : ordered };
  }

  /** Takes the rest, settles what is missing, and ends bpftrace. */
  async finish(): Promise<Ordered> {
    const { bpftrace } = this.attached;
    if (this.records instanceof TextTransport) {
      // On SIGINT bpftrace throws away what it has buffered, and then tells its counts.
      await bpftrace.caughtUp();
      await bpftrace.stop();
      return this.takeRest();
    }
    const rest = this.takeRest();
    await bpftrace.end();
    return rest;
  }

  /** What a bpftrace that ended by itself has left: its maps live as long as they are open here. */
  salvage(): Ordered {
    try {
      return this.takeRest();
    } catch {
      return this.order.finish(bootTimeUs(), new Map());
    }
  }

  private takeRest(): Ordered {
    try {
      return this.withSkipped(this.records.finish(this.order));
    } finally {
      this.records.close();
      this.skipped.close();
    }
  }

  /** Adds what the kernel skipped since the last look: exact in number, somewhere in between. */
  private withSkipped(ordered: Ordered): Ordered {
    const fromBootUs = this.lastLookBootUs;
    this.lastLookBootUs = bootTimeUs();
    const lost = this.skipped.take();
    if (lost === 0) return ordered;
    const loss: Loss = { fromBootUs, toBootUs: this.lastLookBootUs, cpu: undefined, lost, reason: 'continuity' };
    return { ...ordered, losses: [...ordered.losses, loss] };
  }
}
