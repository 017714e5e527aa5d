import { deepEqual } from 'node:assert/strict';
import { OwnerWatch } from '../../src/snapshot/owner-watch.js';
import type { IsWanted, Processes, ReadHolder } from '../../src/snapshot/owners.js';

const [HOME, AWAY] = [1, 2];
const SECOND_US = 1_000_000;

interface FakeProcess {
  readonly netns: number;
  readonly comm: string;
  /** The sockets by descriptor. */
  readonly fds: Map<number, number>;
  /** The same of a thread with a table of its own, by its id. */
  readonly threads: Map<number, Map<number, number>>;
}

/** A /proc in which looking at a process takes a given time. */
class Host implements Processes {
  nowMs = 0;
  lookMs = 0.01;
  looked: number[] = [];
  readonly processes = new Map<number, FakeProcess>();
  /** What the BPF programs know; undefined: there are none. */
  marks: Map<number, number> | undefined;
  readonly watch = new OwnerWatch(this, { nowMs: () => this.nowMs, cpuMs: () => this.nowMs });
  private readonly noted = new Map<number, Set<number>>();

  hold(pid: number, netns: number, ...inodes: number[]): FakeProcess {
    const fds = new Map(inodes.map((inode, index) => [3 + index, inode]));
    const process = { netns, comm: 'held', fds, threads: new Map() };
    this.processes.set(pid, process);
    return process;
  }

  /** A round of snapshots, a second later by default: the owners that it reports, by inode, `PID` or `PID@SINCE`, and `/TID` of a thread. */
  look(
    inodes: Readonly<Record<number, readonly number[]>>,
    { laterMs = 1000, last = false } = {},
  ): Record<number, string[]> {
    this.nowMs += laterMs;
    this.looked = [];
    for (const netns of new Set([...this.noted.keys(), ...Object.keys(inodes).map(Number)])) {
      this.note(netns, new Set(inodes[netns]));
    }
    const { marks } = this;
    const { owners } = this.watch.update({
      last,
      marks: marks && {
        read: () => new Map(marks),
        follow: (pid) => void (marks.has(pid) || marks.set(pid, 0)),
        leave: (pid) => void marks.delete(pid),
      },
    });
    return Object.fromEntries(
      [...owners].map(([inode, list]) => [
        inode,
        list.map(
          ({ pid, tid, sinceBootUs: since }) =>
            `${pid}${tid === undefined ? '' : `/${tid}`}${since === undefined ? '' : `@${since}`}`,
        ),
      ]),
    );
  }

  pids(): number[] {
    return [...this.processes.keys()];
  }

  exists(pid: number): boolean {
    return this.processes.has(pid);
  }

  netnsOf(pid: number): number | undefined {
    return this.processes.get(pid)?.netns;
  }

  parentOf(): number {
    return 1;
  }

  read(pid: number, isWanted: IsWanted): ReadHolder | undefined {
    this.looked.push(pid);
    this.nowMs += this.lookMs;
    const process = this.processes.get(pid);
    return process && holderOf(pid, undefined, process.comm, process.fds, isWanted);
  }

  threads(pid: number, isWanted: IsWanted): ReadHolder[] {
    const process = this.processes.get(pid);
    return [...(process?.threads ?? [])].flatMap(
      ([tid, fds]) => holderOf(pid, tid, process?.comm ?? '', fds, isWanted) ?? [],
    );
  }

  inodeAt(pid: number, tid: number | undefined, fd: number): number {
    const process = this.processes.get(pid);
    return (tid === undefined ? process?.fds : process?.threads.get(tid))?.get(fd) ?? 0;
  }

  private note(netns: number, held: Set<number>): void {
    const book = this.watch.bookOf(netns);
    const before = this.noted.get(netns) ?? new Set();
    for (const inode of held) if (!before.has(inode)) book.add(inode);
    for (const inode of before) if (!held.has(inode)) book.delete(inode);
    this.noted.set(netns, held);
  }
}

function holderOf(
  pid: number,
  tid: number | undefined,
  comm: string,
  fds: ReadonlyMap<number, number>,
  isWanted: IsWanted,
): ReadHolder | undefined {
  const sockets = [...fds].filter(([, inode]) => isWanted(inode)).flat();
  return sockets.length === 0 ? undefined : { pid, tid, comm, sockets: Float64Array.from(sockets) };
}

describe('the watch over owners', () => {
  let host: Host;
  beforeEach(() => {
    host = new Host();
    host.hold(100, HOME, 7);
  });

  describe('without BPF programs', () => {
    it('reports all owners at first, and then none while nothing is new', () => {
      deepEqual([host.look({ [HOME]: [7] }), host.look({ [HOME]: [7] })], [{ 7: ['100'] }, {}]);
      deepEqual(host.looked, []);
    });
    it('reports the owners of a socket once more where they are wanted', () => {
      host.look({ [HOME]: [7] });
      host.watch.bookOf(HOME).want?.(7);
      deepEqual([host.look({ [HOME]: [7] }), host.look({ [HOME]: [7] })], [{ 7: ['100'] }, {}]);
    });
    it('looks for the owner of a socket that is there twice', () => {
      host.look({ [HOME]: [7] });
      host.hold(101, HOME, 8);
      deepEqual(host.look({ [HOME]: [7, 8] }), {});
      deepEqual(host.look({ [HOME]: [7, 8] }), { 8: ['101'] });
    });
    it('looks at once where the snapshot before was long ago', () => {
      host.look({ [HOME]: [7] });
      host.hold(101, HOME, 8);
      deepEqual(host.look({ [HOME]: [7, 8] }, { laterMs: 2000 }), { 8: ['101'] });
    });
    it('looks at the processes of the namespace of the socket, and at all where none of them holds it', () => {
      host.hold(101, AWAY);
      host.look({ [HOME]: [7] });
      host.hold(102, AWAY, 8);
      host.look({ [HOME]: [7, 8] });
      deepEqual([host.look({ [HOME]: [7, 8] }), host.looked], [{}, [100]]);
      deepEqual([host.look({ [HOME]: [7, 8] }), host.looked], [{ 8: ['102'] }, [100, 101, 102]]);
    });
    it('finds within ten seconds who a descriptor was passed to', () => {
      host.look({ [HOME]: [7] });
      host.hold(101, HOME, 7);
      host.processes.get(100)?.fds.clear();
      for (let second = 1; second < 10; second++) deepEqual(host.look({ [HOME]: [7] }), {});
      deepEqual(host.look({ [HOME]: [7] }), { 7: ['101'] });
    });
    it('uses at most half a percent of a core for that', () => {
      host.lookMs = 100;
      host.look({ [HOME]: [7] });
      host.processes.delete(100);
      host.hold(101, HOME, 7);
      for (let second = 1; second < 20; second++) deepEqual(host.look({ [HOME]: [7] }), {});
      deepEqual(host.look({ [HOME]: [7] }), { 7: ['101'] });
    });
    it('sees with the next snapshot that one of several closed it', () => {
      const other = host.hold(101, HOME, 7);
      deepEqual(host.look({ [HOME]: [7] }), { 7: ['100', '101'] });
      other.fds.delete(3);
      deepEqual(host.look({ [HOME]: [7] }), { 7: ['100'] });
      deepEqual(host.looked, []);
    });
    it('sees that a descriptor now refers to another socket', () => {
      host.look({ [HOME]: [7, 8] });
      host.hold(100, HOME, 8);
      host.hold(101, HOME, 7);
      deepEqual(host.look({ [HOME]: [7, 8] }, { laterMs: 10_000 }), { 7: ['101'], 8: ['100'] });
    });
    it('reports that none holds it after two searches, if one did', () => {
      host.look({ [HOME]: [7, 8] });
      host.processes.get(100)?.fds.clear();
      const rounds = Array.from({ length: 40 }, () => host.look({ [HOME]: [7, 8] })).filter(
        (news) => Object.keys(news).length > 0,
      );
      deepEqual(rounds, [{ 7: [] }]);
      host.hold(101, HOME, 7);
      deepEqual(host.look({ [HOME]: [7, 8] }, { laterMs: 10_000 }), { 7: ['101'] });
    });
    it('looks for threads with descriptors of their own where no process holds a socket', () => {
      host.processes.get(100)?.threads.set(105, new Map([[9, 8]]));
      deepEqual(host.look({ [HOME]: [7, 8] }), { 7: ['100'], 8: ['100/105'] });
      host.processes.get(100)?.threads.clear();
      host.hold(101, HOME, 8);
      deepEqual(host.look({ [HOME]: [7, 8] }, { laterMs: 10_000 }), { 8: ['101'] });
    });
    it('forgets a socket that is gone', () => {
      host.look({ [HOME]: [7] });
      host.look({ [HOME]: [] });
      deepEqual(host.look({ [HOME]: [] }, { last: true }), {});
    });
    it('looks at everything in the last round', () => {
      host.look({ [HOME]: [7] });
      host.hold(101, HOME, 8);
      deepEqual(host.look({ [HOME]: [7, 8] }, { last: true }), { 8: ['101'] });
    });
  });

  describe('with BPF programs', () => {
    beforeEach(() => {
      host.marks = new Map();
      host.hold(200, HOME);
      host.look({ [HOME]: [7] });
    });

    it('has them follow the processes that hold a socket', () => {
      deepEqual([...(host.marks ?? [])], [[100, 0]]);
    });
    it('looks at a process that has forked, with the next snapshot', () => {
      host.hold(101, HOME, 7);
      host.marks?.set(101, 5 * SECOND_US);
      deepEqual([host.look({ [HOME]: [7] }), host.looked], [{ 7: ['100', '101@5000000'] }, [101]]);
      deepEqual([host.look({ [HOME]: [7] }), host.looked], [{}, []]);
    });
    it('looks at it within two snapshots however much a search of some processes took, and at who else holds its sockets', () => {
      host.lookMs = 20;
      host.hold(101, HOME, 9);
      host.marks?.set(101, 0);
      host.look({ [HOME]: [7, 9] });
      host.look({ [HOME]: [7, 9] });
      deepEqual(host.looked, [100, 101]);
      host.hold(101, HOME, 9, 8);
      host.hold(102, HOME, 9, 8);
      host.marks?.set(102, 5 * SECOND_US);
      host.look({ [HOME]: [7, 8, 9] });
      deepEqual(host.look({ [HOME]: [7, 8, 9] })[8]?.sort(), ['101', '102@5000000']);
    });
    it('looks at a process that has executed', () => {
      host.processes.set(100, { netns: HOME, comm: 'new', fds: new Map([[3, 7]]), threads: new Map() });
      host.marks?.set(100, 5 * SECOND_US);
      deepEqual(host.look({ [HOME]: [7] }), { 7: ['100@5000000'] });
    });
    it('looks at a process that has another name, with the next snapshot, which does not say since when', () => {
      host.processes.set(100, { netns: HOME, comm: 'new', fds: new Map([[3, 7]]), threads: new Map() });
      host.marks?.set(100, 1 / 64);
      deepEqual([host.look({ [HOME]: [7] }), host.looked], [{ 7: ['100'] }, [100]]);
      deepEqual([host.look({ [HOME]: [7] }), host.looked], [{}, []]);
      host.processes.set(100, { netns: HOME, comm: 'newer', fds: new Map([[3, 7]]), threads: new Map() });
      host.marks?.set(100, 5 * SECOND_US + 1 / 64);
      deepEqual(host.look({ [HOME]: [7] }), { 7: ['100@5000000'] });
      host.processes.set(100, { netns: HOME, comm: 'newest', fds: new Map([[3, 7]]), threads: new Map() });
      host.marks?.set(100, 5 * SECOND_US + 2 / 64);
      deepEqual(host.look({ [HOME]: [7] }), { 7: ['100'] });
    });
    it('sees that a process has ended, and then looks at all for another owner', () => {
      host.processes.delete(100);
      host.marks?.delete(100);
      host.hold(300, AWAY, 7);
      deepEqual([host.look({ [HOME]: [7] }), host.looked], [{}, [100]]);
      deepEqual([host.look({ [HOME]: [7] }), host.looked], [{ 7: ['300'] }, [200, 300]]);
    });
    it('reports a new socket with the child of its opener, which has ended', () => {
      host.hold(101, HOME, 8);
      host.marks?.set(101, 5 * SECOND_US);
      deepEqual(host.look({ [HOME]: [7, 8] }), {});
      deepEqual(host.look({ [HOME]: [7, 8] }), { 8: ['101@5000000'] });
    });
    it('leaves a process that holds none after three looks', () => {
      host.hold(101, HOME);
      host.marks?.set(101, 5 * SECOND_US);
      for (let count = 0; count < 3; count++) {
        host.look({ [HOME]: [7] });
        deepEqual(host.looked, [101]);
      }
      deepEqual([...(host.marks ?? [])], [[100, 0]]);
    });
    it('looks for the owner of a new socket among those that are followed only', () => {
      host.marks?.set(201, 0);
      host.hold(201, HOME, 8);
      host.look({ [HOME]: [7, 8] });
      deepEqual([host.look({ [HOME]: [7, 8] }), host.looked], [{ 8: ['201'] }, [100, 201]]);
    });
  });
});
