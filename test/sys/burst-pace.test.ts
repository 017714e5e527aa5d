import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { BurstPace, cpuTimesOf } from '../../src/sys/burst-pace.js';

/** Of work: CPU time, and what it took, milliseconds; how many CPUs were idle meanwhile. */
interface Piece {
  readonly cpuMs?: number;
  readonly tookMs?: number;
  readonly idle?: number;
}

/** A host whose thread works for a time, and rests when it is asked to. */
class Host {
  nowMs = 0;
  private cpuUs = 0;
  private idleMs = 0;
  private readonly pace: BurstPace;

  constructor(private readonly cpus = 2) {
    this.pace = new BurstPace({
      nowMs: () => this.nowMs,
      cpuUs: () => this.cpuUs,
      cpuTimes: () => ({ idleMs: this.idleMs, cpus: this.cpus }),
    });
  }

  /** The rest that is asked for after a piece of work, milliseconds. `waiting`: of the backlog. */
  work(waiting: number, { cpuMs = 8, tookMs, idle = 0 }: Piece = {}): number {
    this.cpuUs += cpuMs * 1000;
    this.pass(tookMs ?? cpuMs, idle);
    const restMs = this.pace.restMs(waiting);
    this.pass(restMs, idle);
    return restMs;
  }

  /** Works for a quarter of a second, in which it is seen how busy the host is. @returns the last rest */
  enter(waiting = 0.1, piece: Piece = {}): number {
    const startMs = this.nowMs;
    for (;;) {
      const restMs = this.work(waiting, piece);
      if (restMs > 0 || this.nowMs > startMs + 300) return restMs;
    }
  }

  private pass(ms: number, idle: number): void {
    this.nowMs += ms;
    this.idleMs += ms * idle;
  }
}

describe('the pace in a burst', () => {
  it('leaves 96 % of the time of two busy CPUs to others', () => {
    const host = new Host();
    host.enter();
    const startMs = host.nowMs;
    for (let count = 0; count < 20; count++) ok(host.work(0.1) > 0);
    equal(Math.round((20 * 8 * 100) / (host.nowMs - startMs)), 8);
  });

  it('rests less where its work took longer than its CPU time', () => {
    const host = new Host();
    host.enter();
    equal(host.work(0.1, { tookMs: 60 }), 40);
    equal(host.work(0.1, { tookMs: 150 }), 0);
  });

  it('rests for a quarter of a second at most', () => {
    const host = new Host();
    host.enter();
    equal(host.work(0.1, { cpuMs: 400 }), 250);
  });

  it('does not rest where the thread takes less than a quarter of a CPU', () => {
    equal(new Host().enter(0.1, { cpuMs: 8, tookMs: 40 }), 0);
    ok(new Host().enter(0.1, { cpuMs: 8, tookMs: 30 }) > 0);
  });

  it('does not rest while next to nothing waits', () => {
    equal(new Host().enter(0.001), 0);
    ok(new Host().enter(0.002) > 0);
  });

  it('does not rest while a CPU is idle', () => {
    const host = new Host();
    equal(host.enter(0.1, { idle: 0.3 }), 0);
    ok(host.enter(0.1, { idle: 0.2 }) > 0);
  });

  it('does not rest on a host with 25 CPUs or more, of which one thread takes little', () => {
    equal(new Host(25).enter(), 0);
    ok(new Host(20).enter() > 0);
  });

  it('does not rest while the backlog is nearly full', () => {
    const host = new Host();
    equal(host.enter(0.76), 0);
    ok(host.enter(0.74) > 0);
  });

  it('rests for ten seconds, and then not until the burst is over', () => {
    const host = new Host();
    while (host.nowMs < 9_000) host.work(0.1);
    ok(host.work(0.1) > 0);
    while (host.nowMs < 11_500) host.work(0.1);
    equal(host.enter(), 0);
    host.work(0);
    equal(host.enter(), 0, 'it has caught up with a host that stays busy');
    while (host.nowMs < 13_000) host.work(0, { cpuMs: 8, tookMs: 100 });
    ok(host.enter() > 0);
  });
});

describe('the times of the CPUs', () => {
  it('are read from /proc/stat, waiting for a disk as idle time', () => {
    const text = `cpu  74608 2520 24433 1117073 6176 4054 0 0 0 0
cpu0 37784 1260 12216 558537 3088 2027 0 0 0 0
cpu1 36824 1260 12217 558536 3088 2027 0 0 0 0
intr 1 2 3
`;
    deepEqual(cpuTimesOf(text), { idleMs: 11_232_490, cpus: 2 });
  });

  it('are those of this host', () => {
    const { idleMs, cpus } = cpuTimesOf(readFileSync('/proc/stat', 'latin1'));
    ok(idleMs > 0);
    ok(cpus >= availableParallelism());
  });
});
