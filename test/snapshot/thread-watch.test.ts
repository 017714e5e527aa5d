import { deepEqual } from 'node:assert/strict';
import type { FoundThread } from '../../src/model/thread.js';
import { type ReadThread, ThreadWatch } from '../../src/snapshot/thread-watch.js';

/** A /proc whose threads are set, in which reading a process takes a given CPU time. */
class Host {
  nowMs = 0;
  readMs = 0;
  read: number[] = [];
  readonly processes = new Map<number, ReadThread[]>();
  private readonly watch = new ThreadWatch(
    (pid) => {
      this.nowMs += this.readMs;
      this.read.push(pid);
      return this.processes.get(pid) ?? [];
    },
    { nowMs: () => this.nowMs, cpuMs: () => this.nowMs, bootUs: () => this.nowMs * 1000 },
  );

  /** A second later: what is new, `PID/TID NAME FROM` in seconds, with `-TO seen SEEN` of one that has ended. */
  look(all: boolean, pids: Iterable<number> = this.processes.keys()): string[] {
    this.nowMs += 1000;
    this.read = [];
    return this.watch.update(pids, all).map(wordsOf);
  }
}

const wordsOf = ({ pid, tid, comm, ownFiles, fromBootUs, toBootUs, seenBootUs }: FoundThread) =>
  `${pid}/${tid} ${comm}${ownFiles ? ' alone' : ''} ${fromBootUs / 1e6}` +
  (toBootUs === undefined ? '' : `-${toBootUs / 1e6} seen ${(seenBootUs ?? 0) / 1e6}`);

const thread = (tid: number, comm: string, madeS: number, ownFiles = false): ReadThread => ({
  ...{ tid, comm, ownFiles },
  madeBootUs: madeS * 1e6,
});

describe('the threads of processes that hold sockets', () => {
  it('are read at once when a process is first found, and again after a search of all', () => {
    const host = new Host();
    host.processes.set(7, [thread(7, 'java', 0.1), thread(8, 'GC', 0.2)]);
    deepEqual(host.look(false), ['7/7 java 0.1', '7/8 GC 0.2']);
    host.processes.set(7, [thread(7, 'java', 0.1), thread(9, 'pool', 1.5)]);
    deepEqual(host.look(false), []);
    deepEqual(host.read, []);
    deepEqual(host.look(true), ['7/9 pool 1.5', '7/8 GC 0.2-3 seen 1']);
    deepEqual(host.look(true), []);
  });

  it('that are renamed, or get a descriptor table of their own, begin again when that is found', () => {
    const host = new Host();
    host.processes.set(7, [thread(7, 'sh', 0.5)]);
    host.look(true);
    host.processes.set(7, [thread(7, 'java', 0.5)]);
    deepEqual(host.look(true), ['7/7 sh 0.5-2 seen 1', '7/7 java 2']);
    deepEqual(host.look(true), []);
    host.processes.set(7, [thread(7, 'java', 0.5, true)]);
    deepEqual(host.look(true), ['7/7 java 2-4 seen 3', '7/7 java alone 4']);
  });

  it('whose id is used again are another thread', () => {
    const host = new Host();
    host.processes.set(7, [thread(8, 'worker', 0.5)]);
    host.look(true);
    host.processes.set(7, [thread(8, 'worker', 1.5)]);
    deepEqual(host.look(true), ['7/8 worker 0.5-1.5 seen 1', '7/8 worker 1.5']);
  });

  it('end when their process is gone, or holds no socket', () => {
    const host = new Host();
    host.processes.set(7, [thread(7, 'java', 0.5)]);
    host.look(true);
    deepEqual(host.look(false, []), ['7/7 java 0.5-2 seen 1']);
    deepEqual(host.look(false, [7]), ['7/7 java 0.5']);
  });

  it('are read less often where that takes long', () => {
    const host = new Host();
    host.readMs = 20;
    host.processes.set(7, [thread(7, 'java', 0.5)]);
    host.look(true);
    const read = Array.from({ length: 45 }, () => {
      host.look(true);
      return host.read.length;
    });
    deepEqual([read[0], read.slice(1, 19).every((count) => count === 0)], [1, true]);
    deepEqual(read.filter((count) => count > 0).length, 3);
  });
});
