import { readFileSync } from 'node:fs';
import { threadCpuUs } from './clock.js';
import { USER_HZ } from './process-stat.js';

/** A thread that takes so much of a CPU is in a burst: at 5,000 connections/s it takes half of that. */
const BURST_CPUS = 0.25;
/** In one burst it rests for no longer than this: the load of a host which stays busy does not go first. */
const MOST_RESTS_MS = 10_000;
/** What the thread takes meanwhile of the time of all CPUs. */
const SHARE = 0.04;
/** A host has room where so much of one CPU is idle. */
const SPARE_CPUS = 0.25;
/** Nothing waits, up to this part of the backlog. */
const LEAST_WAITING = 1 / 512;
/** More than this is not left to wait on purpose. */
const MOST_WAITING = 3 / 4;
/** Of a look at the CPUs: their times have steps of 10 ms. */
const LOOK_MS = 250;
/** Other work of the thread waits for no longer than this. */
const LONGEST_REST_MS = 250;

/** What the CPUs of the host have done since it was started. */
export interface CpuTimes {
  /** Idle time of all of them together, milliseconds. */
  readonly idleMs: number;
  /** How many there are. */
  readonly cpus: number;
}

/** Of the text of /proc/stat (proc_stat(5)). Waiting for a disk is idle. */
export function cpuTimesOf(text: string): CpuTimes {
  const [, , , , idle, iowait] = (/^cpu .*/m.exec(text)?.[0] ?? '').split(/ +/);
  const ticks = Number(idle ?? 0) + Number(iowait ?? 0);
  return { idleMs: (ticks * 1000) / USER_HZ, cpus: text.match(/^cpu\d/gm)?.length ?? 1 };
}

/** Clocks that are not set. */
interface PaceClocks {
  readonly nowMs: () => number;
  /** CPU time of this thread, microseconds. */
  readonly cpuUs: () => number;
  readonly cpuTimes: () => CpuTimes;
}

const CLOCKS: PaceClocks = {
  nowMs: () => performance.now(),
  cpuUs: threadCpuUs,
  cpuTimes: () => cpuTimesOf(readFileSync('/proc/stat', 'latin1')),
};

/** The state of all CPUs and of the thread at a moment. */
interface Look extends CpuTimes {
  readonly atMs: number;
  readonly workedUs: number;
}

/**
 * When the thread that processes what waits is to rest. In a burst, and while no CPU is idle, it takes little at first: the load that makes the
 * burst would otherwise wait for what can as well be done after it. A lower priority would do the same only for a load of the same session,
 * where the kernel gives sessions equal shares (`kernel.sched_autogroup_enabled`, sched(7)).
 */
export class BurstPace {
  private lastCpuUs: number;
  private lastMs: number;
  private last: Look;
  private isSaturated = false;
  private isBusy = false;
  private inBurst = false;
  private restedMs = 0;

  constructor(private readonly clocks: PaceClocks = CLOCKS) {
    this.lastCpuUs = clocks.cpuUs();
    this.lastMs = clocks.nowMs();
    this.last = { ...clocks.cpuTimes(), atMs: this.lastMs, workedUs: this.lastCpuUs };
  }

  /**
   * To be called after each piece of work. `waiting`: how much of the backlog is taken then, from 0 to 1.
   * @returns for how long the thread is to rest now, milliseconds
   */
  restMs(waiting: number): number {
    // Its share is all that one thread can take: on such a host /proc/stat, which is long there, is read once.
    if (SHARE * this.last.cpus >= 1) return 0;
    const nowMs = this.clocks.nowMs();
    const cpuUs = this.clocks.cpuUs();
    const workedMs = (cpuUs - this.lastCpuUs) / 1000;
    const passedMs = nowMs - this.lastMs;
    this.lastCpuUs = cpuUs;
    this.lastMs = nowMs;
    if (nowMs - this.last.atMs >= LOOK_MS) this.look(nowMs, cpuUs);
    if (waiting < LEAST_WAITING) {
      // One that has caught up with a host which stays busy has not seen the end of it.
      if (!this.isBusy) {
        this.inBurst = false;
        this.restedMs = 0;
      }
      return 0;
    }
    if (!this.isSaturated || waiting > MOST_WAITING) return 0;
    this.inBurst ||= this.isBusy;
    if (!this.inBurst || this.restedMs >= MOST_RESTS_MS) return 0;
    const restMs = Math.min(LONGEST_REST_MS, Math.max(0, workedMs / (SHARE * this.last.cpus) - passedMs));
    this.lastMs = nowMs + restMs;
    this.restedMs += restMs;
    return restMs;
  }

  /** How busy all CPUs have been since the last look, and this thread. */
  private look(nowMs: number, cpuUs: number): void {
    const { atMs, idleMs, workedUs } = this.last;
    this.last = { ...this.clocks.cpuTimes(), atMs: nowMs, workedUs: cpuUs };
    const elapsedMs = nowMs - atMs;
    this.isSaturated = this.last.idleMs - idleMs < SPARE_CPUS * elapsedMs;
    this.isBusy = cpuUs - workedUs >= BURST_CPUS * elapsedMs * 1000;
  }
}
