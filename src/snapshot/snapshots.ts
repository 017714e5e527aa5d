import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SstoryError } from '../model/error.js';
import type { NetnsChange, Owner, Snapshot } from '../model/snapshot.js';
import { DiagRow } from './diag-row.js';
import type { TakenDump, WorkerAnswer, WorkerOptions } from './worker.js';

/** Takes snapshots of all sockets, in a thread of its own. */
export class Snapshots {
  private readonly worker: Worker;
  private taking: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: options });
    this.worker.unref();
  }

  /** One snapshot of each network namespace, and those that are gone. Calls wait for each other. */
  take(): Promise<readonly (Snapshot | NetnsChange)[]> {
    const taken = this.taking.then(() => this.takeOne());
    this.taking = taken.catch(() => undefined);
    return taken;
  }

  async close(): Promise<void> {
    await this.taking;
    await this.worker.terminate();
  }

  private async takeOne(): Promise<readonly (Snapshot | NetnsChange)[]> {
    this.worker.postMessage('take');
    const [answer] = (await once(this.worker, 'message')) as [WorkerAnswer];
    if ('failed' in answer) {
      throw new SstoryError('sock-diag', `the sockets cannot be read: ${answer.failed}`, {
        hint: 'sstory doctor says what is missing',
      });
    }
    const { dumps, gone, owners, bootUs } = answer.taken;
    const changes = gone.map((netns): NetnsChange => ({ kind: 'netns', netns, present: false, bootUs }));
    return [...dumps.map((dump) => snapshotOfDump(dump, owners)), ...changes];
  }
}

/** Rows stay undecoded until they are asked for. */
function snapshotOfDump(dump: TakenDump, owners: ReadonlyMap<number, readonly Owner[]>): Snapshot {
  const view = new DataView(dump.bytes.buffer);
  return {
    kind: 'snapshot',
    netns: dump.netns,
    startBootUs: dump.startBootUs,
    endBootUs: dump.endBootUs,
    offsetUs: dump.offsetUs,
    count: dump.starts.length,
    cookies: dump.cookies,
    states: dump.states,
    changed: dump.changed,
    row: (index) => new DiagRow(view, dump.starts[index] ?? 0, dump.ends[index] ?? 0),
    owners,
  };
}

/** Starts the thread. */
export function openSnapshots(options: WorkerOptions): Snapshots {
  return new Snapshots(options);
}
