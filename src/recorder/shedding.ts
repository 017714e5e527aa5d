/** What is given up to stay within --max-memory, and the gaps that this leaves. */
import type Database from 'better-sqlite3';
import { messageOf } from '../model/error.js';
import type { Gap, GapScope } from '../model/gap.js';
import { type HistoryBatch, NO_CHANGES } from '../model/history-batch.js';
import { OpenGap } from '../store/open-gap.js';
import { boundYoungGeneration, releaseMemory, residentBytes } from '../sys/memory.js';
import { MemoryLimit, SHED, type Shed } from './memory-limit.js';
import type { NameSource } from './name-source.js';
import type { PatientStore } from './patient-store.js';
import type { Say } from './say.js';

const SCOPES: Readonly<Record<Shed, GapScope>> = { samples: 'samples', 'tcp-info': 'samples', names: 'names' };

const EXTEND_EVERY_US = 1_000_000;
const RELEASE_EVERY_MS = 60_000;
/** So much more than after the last time is worth a collection. */
const GROWTH = 1.05;
/** Of the limit; the rest is for what is allocated between two looks at the memory. */
const USABLE_SHARE = 0.97;
/**
 * What a byte of the backlog takes besides itself while it is processed: connections, TIME-WAITs, what malloc keeps between buffers. With
 * 1.5 a small limit is kept better, but the default one loses events under a load that saturates the host (`bench/record.js --threads`).
 */
const BACKLOG_COST = 1.1;

export interface SheddingParts {
  readonly database: Database.Database;
  readonly store: PatientStore;
  readonly limitBytes: number;
  /** Wall time, microseconds. */
  readonly nowUs: () => number;
  /** Undefined: names are not recorded. */
  readonly names: Pick<NameSource, 'pause' | 'resume'> | undefined;
  /** A gap has begun. */
  readonly began: () => void;
  /** Receives each gap when it has ended. */
  readonly ended: (gap: Gap) => void;
  readonly say: Say;
  /** Memory in use, bytes; default: what is resident. */
  readonly usedBytes?: () => number;
  /** A monotonic clock, milliseconds. */
  readonly nowMs?: () => number;
}

export class Shedding {
  private readonly limit: MemoryLimit;
  private releasedMs = performance.now();
  private releasedBytes = 0;
  private extendedUs = 0;
  private readonly active = new Set<Shed>();
  private readonly gaps = new Map<GapScope, OpenGap>();

  constructor(private readonly parts: SheddingParts) {
    this.limit = new MemoryLimit({
      limitBytes: parts.limitBytes,
      recorded: SHED.filter((what) => what !== 'names' || parts.names !== undefined),
      usedBytes: parts.usedBytes ?? residentBytes,
      release: releaseMemory,
      shed: (what) => this.shed(what),
      resume: (what) => this.resume(what),
      say: parts.say,
      nowMs: parts.nowMs ?? (() => performance.now()),
    });
  }

  /** To be called some times a second. @returns the bytes that are left for a backlog of `backlogBytes` */
  check(backlogBytes: number): number {
    boundYoungGeneration();
    if (performance.now() - this.releasedMs > RELEASE_EVERY_MS) this.releaseGrowth();
    const used = this.limit.check();
    const nowUs = this.parts.nowUs();
    if (nowUs - this.extendedUs >= EXTEND_EVERY_US || nowUs < this.extendedUs) {
      this.extendedUs = nowUs;
      for (const gap of this.gaps.values()) this.parts.store.write({ write: () => gap.extend(nowUs) });
    }
    return (this.parts.limitBytes * USABLE_SHARE - (used - backlogBytes)) / BACKLOG_COST;
  }

  /** Buffers that threads have handed over are freed only by a full collection, which V8 puts off for many minutes. */
  private releaseGrowth(): void {
    this.releasedMs = performance.now();
    if (residentBytes() <= this.releasedBytes * GROWTH) return;
    releaseMemory();
    this.releasedBytes = residentBytes();
  }

  /** False: snapshots are to leave tcp_info out. */
  get withInfo(): boolean {
    return !this.active.has('tcp-info');
  }

  /** What is to be written of a batch. */
  kept(batch: HistoryBatch): HistoryBatch {
    return this.active.has('samples') && batch.samples.length > 0 ? { ...batch, samples: NO_CHANGES.samples } : batch;
  }

  /** At the end of the run, whose history goes to `throughUs`. */
  finish(throughUs: number): void {
    for (const scope of [...this.gaps.keys()]) this.end(scope, throughUs);
  }

  private shed(what: Shed): void {
    this.active.add(what);
    if (what === 'names') this.parts.names?.pause().catch((error) => this.sayNames(error));
    const scope = SCOPES[what];
    if (this.gaps.has(scope)) return;
    const { database, store, nowUs } = this.parts;
    const fromUs = nowUs();
    const gap = new OpenGap(database, { fromUs, cpu: undefined, lost: undefined, reason: 'memory', scope });
    this.gaps.set(scope, gap);
    store.write({ write: () => gap.extend(fromUs) });
    this.parts.began();
  }

  private resume(what: Shed): void {
    this.active.delete(what);
    if (what === 'names') this.resumeNames();
    else this.endUnlessActive(SCOPES[what]);
  }

  /** The gap ends when the thread listens. Where it cannot be started the gap goes on. */
  private resumeNames(): void {
    this.parts.names?.resume().then(
      () => this.endUnlessActive('names'),
      (error) => this.sayNames(error),
    );
  }

  private sayNames(error: unknown): void {
    this.parts.say(`names: ${messageOf(error)}`, 'warning');
  }

  private endUnlessActive(scope: GapScope): void {
    if (![...this.active].some((other) => SCOPES[other] === scope)) this.end(scope);
  }

  private end(scope: GapScope, toUs = this.parts.nowUs()): void {
    const gap = this.gaps.get(scope);
    if (gap === undefined) return;
    this.gaps.delete(scope);
    this.parts.store.write({ write: () => this.parts.ended(gap.extend(toUs)) });
  }
}
