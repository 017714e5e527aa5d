import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../model/error.js';
import { bootTimeUs } from '../sys/clock.js';
import { cpusOfList, onlineList } from '../sys/cpus.js';
import { PAGE_BYTES } from '../sys/mapping.js';
import { waitForPrograms } from '../sys/membarrier.js';
import { TakeOverRefused } from '../sys/pidfd.js';
import { WakeUp } from '../sys/waiting-thread.js';
import { BacklogFile } from './backlog-file.js';
import type { Bpftrace } from './bpftrace.js';
import type { RecordContext } from './event-record.js';
import { HandOver } from './hand-over.js';
import { type DescriptorKeeper, type KeptFacts, keepPrograms } from './kept-programs.js';
import { type Passed, RecordMerge } from './record-merge.js';
import type { Drained, RingAnswer, RingRequest, RingWorkerOptions } from './ring-worker.js';
import { type TakenPrograms, takePrograms } from './take-over.js';
import type { Arrival, Transport } from './transport.js';

/** All rings together, where there are few CPUs; and the smallest ring of one. */
export const ALL_RINGS_BYTES = 8 * 1_048_576;
const SMALLEST_RING_BYTES = 262_144;
export const DEFAULT_BACKLOG_BYTES = 256 * 1_048_576;
/** It is counted in 32 bits. */
const MOST_BACKLOG_BYTES = 2_000 * 1_048_576;
/** bpftrace's own block writes its sentinel every 100 ms. */
const SOUND_WITHIN_MS = 3_000;
const ASK_EVERY_MS = 20;
/** An interrupt with its softirq may come between a program's clock and its write; a virtual CPU may be held up there. */
const MARGIN_US = 10_000;

export interface RingOptions {
  readonly ringBytes?: number | undefined;
  readonly backlogBytes?: number | undefined;
  /** Of a file that takes what waits behind a burst. */
  readonly backlogPath?: string | undefined;
  readonly longestPeriodMs: number;
}

interface RingThread {
  readonly worker: Worker;
  readonly wakeUp: WakeUp;
}

/** The size of a CPU's ring: a power of two, at least 256 KB, 8 MB for all CPUs together unless there are more than 32. */
export function defaultRingBytes(cpus: number): number {
  return Math.max(SMALLEST_RING_BYTES, 2 ** Math.floor(Math.log2(ALL_RINGS_BYTES / cpus)));
}

/** The next power of two, at least two pages. */
export function ringBytesOf(bytes: number): number {
  return Math.max(2 * PAGE_BYTES, 2 ** Math.ceil(Math.log2(bytes)));
}

export function onlineCpus(): number {
  return cpusOfList(onlineList()).length;
}

/** Reads the memory that the programs write into. bpftrace is gone by then: they are attached as long as this process holds them. */
export class RingTransport implements Transport {
  readonly kind = 'ring';
  readonly marginUs = MARGIN_US;
  readonly merge: RecordMerge;
  readonly ended: Promise<string>;
  private listener: (arrival: Arrival) => void = () => undefined;
  private lastArrived: () => void = () => undefined;
  private readonly lastCame = new Promise<void>((resolve) => {
    this.lastArrived = resolve;
  });

  private lastCounted: (bootUs: number) => void = () => undefined;

  private constructor(
    private readonly thread: RingThread,
    private readonly taken: TakenPrograms,
    private readonly handOver: HandOver,
    context: RecordContext,
    readonly ringBytes: number,
    file: BacklogFile | undefined,
  ) {
    // Now all rings are in place.
    this.merge = new RecordMerge(context, bootTimeUs(), file);
    const { worker } = thread;
    this.ended = new Promise((resolve) => {
      worker.on('error', (error) => resolve(error.message));
      worker.on('exit', () => resolve('the thread that reads the rings has ended'));
      worker.on('message', (answer: RingAnswer) => {
        if ('failed' in answer) resolve(answer.failed);
        else if ('countedBootUs' in answer) this.lastCounted(answer.countedBootUs);
        else this.receive(answer);
      });
    });
  }

  /**
   * Takes over a bpftrace that is ready, and ends it.
   * @throws TakeOverRefused where it cannot be; bpftrace lives on then
   */
  static async open(bpftrace: Bpftrace, context: RecordContext, options: RingOptions): Promise<RingTransport> {
    const taken = takePrograms(bpftrace.pid);
    // Two readers of one ring buffer would each get a part; an array of perf events is ours as soon as ours are in it.
    if (taken.outlet.kind === 'ring') await bpftrace.suspend();
    try {
      const { transport, first } = await RingTransport.over(taken, context, options);
      await transport.becomesSound(first.sound).catch(async (error: unknown) => {
        await transport.abandon();
        throw error;
      });
      await bpftrace.end();
      return transport;
    } catch (error) {
      bpftrace.resume();
      throw error;
    }
  }

  /**
   * Reads what programs write that are attached already; what they wrote before is left out.
   * @throws TakeOverRefused where the rings cannot be opened; the programs are detached then
   */
  static async adopt(taken: TakenPrograms, context: RecordContext, options: RingOptions): Promise<RingTransport> {
    return (await RingTransport.over(taken, context, options)).transport;
  }

  private static async over(
    taken: TakenPrograms,
    context: RecordContext,
    options: RingOptions,
  ): Promise<{ readonly transport: RingTransport; readonly first: Drained }> {
    const { outlet } = taken;
    const ringBytes =
      outlet.kind === 'ring' ? outlet.bytes : ringBytesOf(options.ringBytes ?? defaultRingBytes(onlineCpus()));
    const handOver = new HandOver();
    const wakeUp = new WakeUp();
    handOver.limit(Math.min(options.backlogBytes ?? DEFAULT_BACKLOG_BYTES, MOST_BACKLOG_BYTES));
    const workerData: RingWorkerOptions = {
      outlet,
      ringBytes,
      programs: taken.programs,
      longestPeriodMs: options.longestPeriodMs,
      handOver: handOver.memory,
      wakeUp: wakeUp.memory,
    };
    const worker = new Worker(new URL('./ring-worker.js', import.meta.url), {
      workerData,
      // The options of this process may be invalid for a file, such as `--input-type`.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    worker.unref();
    try {
      const first = await answerOf(worker);
      const file = options.backlogPath === undefined ? undefined : new BacklogFile(options.backlogPath);
      const transport = new RingTransport({ worker, wakeUp }, taken, handOver, context, ringBytes, file);
      transport.receive(first);
      return { transport, first };
    } catch (error) {
      await worker.terminate();
      taken.close();
      throw error;
    }
  }

  /** Has them kept for the next recorder. */
  keepIn(keeper: DescriptorKeeper, facts: KeptFacts): void {
    keepPrograms(keeper, this.taken, facts);
  }

  get sharedRing(): boolean {
    return this.taken.outlet.kind === 'ring';
  }

  get marksFd(): number | undefined {
    return this.taken.marksFd;
  }

  get backlogShare(): number {
    return this.handOver.share;
  }

  onArrival(listener: (arrival: Arrival) => void): void {
    this.listener = listener;
  }

  request(): void {
    this.ask('drain');
  }

  wantNews(): void {
    this.handOver.wantNews();
  }

  delivered(passed: Passed): void {
    this.handOver.processed(passed);
  }

  limitBacklog(bytes: number): void {
    this.handOver.limitMemory(bytes);
  }

  async stop(): Promise<number> {
    const bootUs = bootTimeUs();
    const counted = new Promise<number>((resolve) => {
      this.lastCounted = resolve;
    });
    this.ask('counted');
    const throughBootUs = await Promise.race([counted, this.ended.then(() => bootUs)]);
    this.taken.detach();
    waitForPrograms();
    this.ask('stop');
    this.thread.worker.ref();
    await Promise.race([this.lastCame, this.ended]);
    await this.abandon();
    return throughBootUs;
  }

  async abandon(): Promise<void> {
    await this.thread.worker.terminate();
    this.taken.close();
  }

  private ask(request: RingRequest): void {
    this.thread.wakeUp.send(this.thread.worker, request);
  }

  private receive(drained: Drained): void {
    for (const { words, packed } of drained.runs) this.merge.add(words, packed);
    this.merge.lose(drained.losses);
    const { bootUs, outgrown, runs, last } = drained;
    this.listener({ bootUs, outgrown, records: runs.length > 0 });
    if (last) this.lastArrived();
  }

  /** Waits for the sentinel of bpftrace's own block. */
  private async becomesSound(already: boolean): Promise<void> {
    const deadline = performance.now() + SOUND_WITHIN_MS;
    for (let sound = already; !sound; ) {
      if (performance.now() > deadline) throw new TakeOverRefused('the layout of its records is unknown');
      await delay(ASK_EVERY_MS);
      const answer = answerOf(this.thread.worker);
      this.request();
      sound = (await answer).sound;
    }
  }
}

/** The next message of the thread. @throws TakeOverRefused with why the thread failed, also where it could not open the rings */
async function answerOf(worker: Worker): Promise<Drained> {
  const [answer] = (await once(worker, 'message').catch((error: unknown) => {
    throw new TakeOverRefused(messageOf(error));
  })) as [Exclude<RingAnswer, { readonly countedBootUs: number }>];
  if ('failed' in answer) throw new TakeOverRefused(answer.failed);
  return answer;
}
