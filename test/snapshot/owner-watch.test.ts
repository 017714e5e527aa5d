import { deepEqual } from 'node:assert/strict';
import type { Owner } from '../../src/model/owner.js';
import { OwnerWatch } from '../../src/snapshot/owner-watch.js';

const [HOME, AWAY] = [1, 2];

/** A /proc in which a scan takes a given time. */
class Host {
  nowMs = 0;
  scanMs = 1;
  readonly scans: string[] = [];
  /** Namespace of the process, then the inodes that it holds. */
  readonly processes = new Map<number, { netns: number; inodes: number[] }>();
  private readonly watch = new OwnerWatch((living) => this.read(living), {
    nowMs: () => this.nowMs,
    cpuMs: () => this.nowMs,
  });
  private readonly noted = new Map<number, Set<number>>();

  hold(pid: number, netns: number, ...inodes: number[]): void {
    this.processes.set(pid, { netns, inodes });
  }

  /** A round of snapshots, a second later by default: the pids of the owners that it reports, by inode. */
  look(
    inodes: Readonly<Record<number, readonly number[]>>,
    { laterMs = 1000, last = false } = {},
  ): Record<number, number[]> {
    this.nowMs += laterMs;
    for (const netns of new Set([...this.noted.keys(), ...Object.keys(inodes).map(Number)])) {
      this.note(netns, new Set(inodes[netns]));
    }
    const reported = this.watch.update(last);
    return Object.fromEntries([...reported].map(([inode, owners]) => [inode, owners.map((owner) => owner.pid)]));
  }

  private note(netns: number, held: Set<number>): void {
    const book = this.watch.bookOf(netns);
    const before = this.noted.get(netns) ?? new Set();
    for (const inode of held) if (!before.has(inode)) book.add(inode);
    for (const inode of before) if (!held.has(inode)) book.delete(inode);
    this.noted.set(netns, held);
  }

  private read(living: ReadonlySet<number> | undefined): Map<number, Owner[]> {
    this.scans.push(living === undefined ? 'all' : [...living].join(' '));
    this.nowMs += this.scanMs;
    const owners = new Map<number, Owner[]>();
    for (const [pid, { netns, inodes }] of this.processes) {
      if (living !== undefined && !living.has(netns)) continue;
      for (const inode of inodes) owners.set(inode, [...(owners.get(inode) ?? []), { pid, fd: 3, comm: 'held' }]);
    }
    return owners;
  }
}

describe('the watch over owners', () => {
  let host: Host;
  beforeEach(() => {
    host = new Host();
    host.hold(100, HOME, 7);
  });

  it('reports all owners at first, and then none while nothing is new', () => {
    deepEqual([host.look({ [HOME]: [7] }), host.look({ [HOME]: [7] })], [{ 7: [100] }, {}]);
    deepEqual(host.scans, ['all']);
  });
  it('looks for the owner of a socket that is there twice', () => {
    host.look({ [HOME]: [7] });
    host.hold(101, HOME, 8);
    deepEqual([host.look({ [HOME]: [7, 8] }), host.look({ [HOME]: [7, 8] })], [{}, { 8: [101] }]);
  });
  it('lets sockets pass that are there once', () => {
    host.look({ [HOME]: [7] });
    for (let inode = 8; inode < 20; inode++) host.look({ [HOME]: [7, inode] });
    deepEqual(host.scans, ['all']);
  });
  it('looks at once after a long pause', () => {
    host.look({ [HOME]: [7] });
    host.hold(101, HOME, 8);
    deepEqual(host.look({ [HOME]: [7, 8] }, { laterMs: 5000 }), { 8: [101] });
  });
  it('looks at everything when it is the last time: a socket may have been inherited since it was looked at', () => {
    const host = new Host();
    host.hold(100, HOME, 7);
    deepEqual(host.look({ [HOME]: [7] }), { 7: [100] });
    host.hold(101, HOME, 7);
    deepEqual(host.look({ [HOME]: [7] }, { last: true }), { 7: [100, 101] });
    deepEqual(host.scans, ['all', 'all']);
  });
  it('looks only at the processes of the namespace first', () => {
    host.look({ [HOME]: [7] });
    host.hold(101, AWAY, 8);
    host.look({ [HOME]: [7], [AWAY]: [8] });
    deepEqual(host.look({ [HOME]: [7], [AWAY]: [8] }), { 8: [101] });
    deepEqual(host.scans, ['all', `${AWAY}`]);
  });
  it('scans all processes where none of the likely ones holds it', () => {
    host.look({ [HOME]: [7] });
    host.hold(101, HOME, 8);
    const rounds = [1, 2, 3].map(() => host.look({ [HOME]: [7], [AWAY]: [8] }));
    deepEqual(rounds, [{}, {}, { 8: [101] }]);
    deepEqual(host.scans, ['all', `${AWAY}`, 'all']);
  });
  it('does not search again for a socket without an owner', () => {
    host.look({ [HOME]: [7] });
    for (let round = 0; round < 9; round++) host.look({ [HOME]: [7, 8] });
    deepEqual(host.scans, ['all', `${HOME}`, 'all']);
  });
  it('reports when another process holds a socket too, at the next scan', () => {
    host.look({ [HOME]: [7] });
    host.hold(101, HOME, 7, 8);
    host.look({ [HOME]: [7, 8] });
    deepEqual(host.look({ [HOME]: [7, 8] }), { 7: [100, 101], 8: [101] });
  });
  it('takes an inode that comes again for another socket', () => {
    host.look({ [HOME]: [7] });
    host.look({ [HOME]: [] });
    host.look({ [HOME]: [7] });
    deepEqual(host.look({ [HOME]: [7] }), { 7: [100] });
  });
  it('uses half a percent of a core at most', () => {
    host.look({ [HOME]: [7] });
    host.scanMs = 25;
    for (let round = 0, inode = 8; round < 60; round++, inode++) {
      host.hold(inode, HOME, inode, inode + 1);
      host.look({ [HOME]: [7, inode, inode + 1] });
    }
    // Every 5 s.
    deepEqual(host.scans.length, 1 + 12);
  });
  it('looks every ten seconds at least, however long it takes', () => {
    host.look({ [HOME]: [7] });
    host.scanMs = 1_000;
    for (let round = 0, inode = 8; round < 60; round++, inode++) {
      host.hold(inode, HOME, inode, inode + 1);
      host.look({ [HOME]: [7, inode, inode + 1] });
    }
    deepEqual(host.scans.length, 1 + 6);
  });
});
