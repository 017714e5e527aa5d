import { Worker } from 'node:worker_threads';
import { SstoryError } from '../model/error.js';
import type { NetnsChange, NetnsRound, Snapshot, ThreadsChange } from '../model/snapshot.js';
import type { CopiedRows } from './changed-rows.js';
import { DiagRow } from './diag-row.js';
import type { Taken, TakenDump, TakeOptions, WorkerAnswer, WorkerOptions } from './snapshot-messages.js';

interface Waiting {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** One snapshot of each network namespace. */
export interface TakenSnapshots {
  /** First the namespaces that are new, then the dumps, then those that are gone, what was found, last the threads. */
  readonly inputs: readonly (Snapshot | NetnsChange | NetnsRound | ThreadsChange)[];
  /** CPU time that it took in the thread, microseconds, without the search for owners. */
  readonly cpuUs: number;
  /** All is as in the snapshots before, and no socket may end without an event. */
  readonly isQuiet: boolean;
}

/** Takes snapshots of all sockets, in a thread of its own. */
export class Snapshots {
  private readonly worker: Worker;
  private taking: Promise<unknown> = Promise.resolve();
  private waiting: Waiting | undefined;
  private ended: unknown;
  /** Cookies of sockets whose rows the next dump has to bring. */
  private readonly again: number[] = [];
  /** And of those whose owners it has to bring. */
  private readonly ownersOf: number[] = [];

  constructor(options: WorkerOptions) {
    this.worker = new Worker(new URL('./snapshot-worker.js', import.meta.url), {
      // It closes descriptors that system calls made, not Node, which would warn of each.
      trackUnmanagedFds: false,
      workerData: options,
      // Its objects are a list or two a dump: more room would only be filled before it is used again.
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.worker.unref();
    this.worker.on('message', (answer: WorkerAnswer) => this.waiting?.resolve(answer));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', () => this.end(new SstoryError('sock-diag', 'the thread that takes snapshots has ended')));
  }

  /**
   * One snapshot of each network namespace that can be entered, after what is new or gone among them. Calls wait for each
   * other.
   * @throws SstoryError `sock-diag` where this process's own namespace cannot be read
   */
  take(options: TakeOptions = {}): Promise<TakenSnapshots> {
    const taken = this.taking.then(() => this.takeOne(options));
    this.taking = taken.catch(() => undefined);
    return taken;
  }

  async close(): Promise<void> {
    await this.taking;
    await this.worker.terminate();
  }

  private async takeOne(options: TakeOptions): Promise<TakenSnapshots> {
    const answer = await this.ask({ ...options, again: this.again.splice(0), ownersOf: this.ownersOf.splice(0) });
    if ('failed' in answer) {
      throw new SstoryError('sock-diag', `the sockets cannot be read: ${answer.failed}`, {
        hint: 'sstory doctor shows what is missing',
      });
    }
    const { dumps, come, gone, threads, found, unsure, listedBootUs, bootUs, offsetUs, cpuUs } = answer.taken;
    const change = { kind: 'netns', bootUs, offsetUs } as const;
    const round =
      found === undefined ? [] : [{ kind: 'netns-round', bootUs: listedBootUs, offsetUs, found, unsure } as const];
    const inputs = [
      ...come.map((identity) => ({ ...change, ...identity, present: true })),
      ...dumps.map((dump) => this.snapshotOf(dump)),
      ...gone.map((netns) => ({ ...change, bootUs: listedBootUs, netns, present: false })),
      ...round,
      ...(threads.length === 0 ? [] : [{ kind: 'threads', bootUs, offsetUs, found: threads } as const]),
    ];
    return { inputs, cpuUs, isQuiet: isQuiet(answer.taken) };
  }

  /**
   * Rows stay undecoded until they are asked for. Every field is named: V8 keeps the shape of such an object, but forgets that of one that is
   * spread from a message at its next collection, and compiles whatever was made for it again.
   */
  private snapshotOf(dump: TakenDump): Required<Snapshot> {
    const { bound, devices } = dump;
    const { changed, row } = rowsOf(dump.rows);
    return {
      kind: 'snapshot',
      netns: dump.netns,
      startBootUs: dump.startBootUs,
      endBootUs: dump.endBootUs,
      offsetUs: dump.offsetUs,
      count: dump.count,
      withoutTimeWait: dump.withoutTimeWait,
      changed,
      row,
      gone: dump.gone,
      owners: dump.owners,
      ownersBootUs: dump.ownersBootUs,
      allOwners: dump.allOwners,
      nextUs: undefined,
      nextAfterNewsUs: undefined,
      counters: dump.counters,
      bound: bound && { ...rowsOf(bound.rows), gone: bound.gone },
      deviceName: (index) => devices.get(index),
      askAgain: (cookie) => this.again.push(cookie),
      askForOwners: (cookie) => this.ownersOf.push(cookie),
    };
  }

  /** Keeps the process alive until the answer has come. */
  private async ask(options: TakeOptions): Promise<WorkerAnswer> {
    if (this.ended !== undefined) throw this.ended;
    this.worker.ref();
    try {
      return await new Promise((resolve, reject) => {
        this.waiting = { resolve, reject };
        this.worker.postMessage(options);
      });
    } finally {
      this.waiting = undefined;
      this.worker.unref();
    }
  }

  private end(error: unknown): void {
    this.ended ??= error;
    this.waiting?.reject(this.ended);
  }
}

/** Rows by their index. They are read one after the other: the block of one is looked for from that of the one before. */
function rowsOf(blocks: CopiedRows): Pick<Snapshot, 'changed' | 'row'> {
  const views = blocks.map(({ bytes }) => new DataView(bytes.buffer));
  const firsts: number[] = [];
  let changed = 0;
  for (const { starts } of blocks) {
    firsts.push(changed);
    changed += starts.length;
  }
  let at = 0;
  return {
    changed,
    row: (index) => {
      if (!(index >= 0 && index < changed)) throw new RangeError(`no row ${index} in a snapshot with ${changed} rows`);
      while (index < (firsts[at] ?? 0)) at--;
      while (index >= (firsts[at + 1] ?? changed)) at++;
      const start = blocks[at]?.starts[index - (firsts[at] ?? 0)] ?? 0;
      return new DiagRow(views[at] as DataView, start);
    },
  };
}

function isQuiet({ dumps, come, gone, threads }: Taken): boolean {
  return come.length + gone.length + threads.length === 0 && dumps.every(isAsBefore);
}

function isAsBefore({ rows, gone, fleeting, owners, bound }: TakenDump): boolean {
  const boundIsSame = bound === undefined || bound.rows.length + (bound.gone?.length ?? 0) === 0;
  return gone !== undefined && rows.length + gone.length + fleeting + owners.size === 0 && boundIsSame;
}

/** Starts the thread. */
export function openSnapshots(options: WorkerOptions): Snapshots {
  return new Snapshots(options);
}
