import { deepEqual, equal } from 'node:assert/strict';
import { MemoryLimit, SHED, type Shed } from '../../src/recorder/memory-limit.js';

class Host {
  used = 0;
  garbage = 0;
  nowMs = 0;
  readonly active = new Set<Shed>();
  readonly said: string[] = [];
  readonly limit = new MemoryLimit({
    limitBytes: 100e6,
    recorded: SHED,
    usedBytes: () => this.used + this.garbage,
    release: () => {
      this.garbage = 0;
    },
    shed: (what) => this.active.add(what),
    resume: (what) => this.active.delete(what),
    say: (text) => this.said.push(text),
    nowMs: () => this.nowMs,
  });

  /** So many megabytes are in use for so many seconds. */
  use(megabytes: number, seconds = 1): Shed[] {
    this.used = megabytes * 1e6;
    for (let second = 0; second < seconds; second++) {
      this.limit.check();
      this.nowMs += 1_000;
    }
    return [...this.active];
  }
}

describe('the limit of memory', () => {
  it('gives up nothing below it', () => {
    deepEqual(new Host().use(79, 100), []);
  });

  it('gives up samples, then tcp_info, then names', () => {
    const host = new Host();
    deepEqual(host.use(81), ['samples']);
    deepEqual(host.use(88), ['samples', 'tcp-info']);
    deepEqual(host.use(95), ['samples', 'tcp-info', 'names']);
    equal(host.said[0], 'memory: 81 MB of 100 MB in use (--max-memory): samples of sockets are not recorded');
  });

  it('gives up all at once where it has to', () => {
    deepEqual(new Host().use(120), SHED);
  });

  it('frees garbage first', () => {
    const host = new Host();
    host.garbage = 50e6;
    deepEqual(host.use(50), []);
  });

  it('frees garbage where nothing is left to give up', () => {
    const host = new Host();
    host.use(95, 20);
    host.garbage = 50e6;
    host.use(90);
    equal(host.garbage, 0);
  });

  it('records again what it gave up when much less than its share was in use for half a minute', () => {
    const host = new Host();
    host.use(88);
    deepEqual(host.use(60, 30), ['samples', 'tcp-info']);
    deepEqual(host.use(60), ['samples']);
    deepEqual(host.use(75, 100), ['samples']);
    deepEqual(host.use(60, 31), []);
    host.use(95);
    deepEqual(host.use(85, 100), ['samples', 'tcp-info', 'names']);
    deepEqual(host.use(83, 31), ['samples', 'tcp-info']);
    deepEqual(host.use(78, 100), ['samples', 'tcp-info']);
    deepEqual(host.use(76, 31), ['samples']);
    deepEqual(host.use(69, 31), []);
    equal(
      host.said.findLast((line) => line.includes('names')),
      'memory: under 84 % of --max-memory for 30s: names are recorded again',
    );
    deepEqual(
      host.said.filter((line) => line.endsWith('again')).map((line) => line.split(': ').at(-1)),
      [
        'snapshots have tcp_info again',
        'samples of sockets are recorded again',
        'names are recorded again',
        'snapshots have tcp_info again',
        'samples of sockets are recorded again',
      ],
    );
  });
});
