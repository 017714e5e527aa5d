import type { FoundThread } from '../model/thread.js';
import { type CpuClocks, CpuShare } from './cpu-share.js';

/** What the threads of a process are, as /proc has them now. */
export interface ReadThread {
  readonly tid: number;
  readonly comm: string;
  /** When it was made, boot time, microseconds. */
  readonly madeBootUs: number;
  readonly ownFiles: boolean;
}

/** The threads of a process; none where it is gone. */
export type ReadThreads = (pid: number) => readonly ReadThread[];

/** Looking again at processes that are known may use at most this share of a core: at some 45 us a thread, 220 threads every ten seconds. */
const SHARE = 0.001;

interface Process {
  threads: ReadonlyMap<number, FoundThread>;
  lookedBootUs: number;
}

/**
 * The threads of the processes that hold sockets. Those of a process are read when it is first found to hold one, and again after each search
 * of all processes, later where that takes long.
 */
export class ThreadWatch {
  private readonly processes = new Map<number, Process>();
  private readonly again: CpuShare;

  constructor(
    private readonly read: ReadThreads,
    private readonly clocks: CpuClocks & { bootUs(): number },
  ) {
    this.again = new CpuShare(clocks, SHARE);
  }

  /** What has changed. `pids`: the processes that hold sockets; `all`: all processes were searched for them. */
  update(pids: Iterable<number>, all: boolean): FoundThread[] {
    const news: FoundThread[] = [];
    const holding = new Set(pids);
    for (const pid of this.processes.keys()) if (!holding.has(pid)) this.forget(pid, news);
    const isDue = all && this.clocks.nowMs() >= this.again.nextMs;
    const look = (which: (pid: number) => boolean) => {
      for (const pid of holding) if (which(pid)) this.look(pid, news);
    };
    const known = new Set(this.processes.keys());
    look((pid) => !known.has(pid));
    if (isDue) this.again.use(() => look((pid) => known.has(pid)));
    return news;
  }

  private look(pid: number, news: FoundThread[]): void {
    const { threads: before = new Map<number, FoundThread>(), lookedBootUs } = this.processes.get(pid) ?? {};
    const bootUs = this.clocks.bootUs();
    const threads = new Map<number, FoundThread>();
    for (const { tid, comm, madeBootUs, ownFiles } of this.read(pid)) {
      const known = before.get(tid);
      // The id may be that of another thread now.
      const isSame = known !== undefined && madeBootUs <= known.fromBootUs;
      if (isSame && known.comm === comm && known.ownFiles === ownFiles) {
        threads.set(tid, known);
        continue;
      }
      const thread = { pid, tid, comm, ownFiles, fromBootUs: isSame ? bootUs : madeBootUs };
      if (known !== undefined) news.push(ended(known, thread.fromBootUs, lookedBootUs));
      news.push(thread);
      threads.set(tid, thread);
    }
    for (const [tid, known] of before) if (!threads.has(tid)) news.push(ended(known, bootUs, lookedBootUs));
    this.processes.set(pid, { threads, lookedBootUs: bootUs });
  }

  private forget(pid: number, news: FoundThread[]): void {
    const { threads, lookedBootUs } = this.processes.get(pid) ?? { threads: new Map<number, FoundThread>() };
    const bootUs = this.clocks.bootUs();
    for (const thread of threads.values()) news.push(ended(thread, bootUs, lookedBootUs));
    this.processes.delete(pid);
  }
}

function ended(thread: FoundThread, toBootUs: number, seenBootUs: number | undefined): FoundThread {
  return { ...thread, toBootUs, seenBootUs };
}
