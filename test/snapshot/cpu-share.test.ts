import { equal, ok } from 'node:assert/strict';
import { CpuShare } from '../../src/snapshot/cpu-share.js';

describe('a share of a core', () => {
  let nowMs = 0;
  let cpuMs = 0;
  const clocks = { nowMs: () => nowMs, cpuMs: () => cpuMs };
  const work = (ms: number) => () => {
    cpuMs += ms;
    nowMs += ms;
  };
  beforeEach(() => {
    nowMs = 1_000_000;
    cpuMs = 0;
  });

  it('puts work off by what it took', () => {
    const share = new CpuShare(clocks, 0.01);
    ok(share.nextMs <= nowMs);
    share.use(work(5));
    equal(share.nextMs, nowMs + 500);
    nowMs += 800;
    share.use(work(2));
    equal(share.nextMs, nowMs + 200);
  });

  it('lets work use at once what was saved, and no more', () => {
    const share = new CpuShare(clocks, 0.01, 10_000);
    // 1 % of 10 s.
    let usedMs = 0;
    while (share.nextMs <= nowMs) {
      share.use(work(5));
      usedMs += 5;
    }
    equal(usedMs, 105);
    nowMs += 5_000;
    usedMs = 0;
    while (share.nextMs <= nowMs) {
      share.use(work(5));
      usedMs += 5;
    }
    equal(usedMs, 50);
  });
});
