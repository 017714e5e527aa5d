import type { SocketRow } from '../model/socket-row.js';
import { TIMEWAIT_LIFE_US } from '../model/tcp-state.js';

/**
 * A timer runs in a softirq, later on a busy CPU: so much later than it expires a timewait socket may still be seen, microseconds.
 */
export const TIMER_SLACK_US = 500_000;

/** How much later than it is due the timer of a TIME-WAIT ends it at most: `timerLatenessUs` of a minute with CONFIG_HZ=100, and the softirq. */
export const LATEST_TIMER_US = 6_000_000;

/** Bits of the levels of the kernel's timer wheel: 64 buckets each, every level 8 times as coarse as the one before. */
const LEVEL_BITS = 3;
const BUCKETS = 64;

/**
 * How much later than it is due a timer of the kernel may expire, microseconds: it is put into a bucket of the wheel, which grows
 * coarser with the time that is left. Source: kernel/time/timer.c, calc_index() and LVL_START().
 * @param lifeUs the time for which the timer is set
 * @param tickUs the time of one jiffy, 1 / CONFIG_HZ
 */
export function timerLatenessUs(lifeUs: number, tickUs: number): number {
  const jiffies = lifeUs / tickUs;
  let level = 0;
  while (jiffies >= (BUCKETS - 1) * 2 ** (level * LEVEL_BITS)) level++;
  // It is rounded up to the next bucket.
  return (2 ** (level * LEVEL_BITS) + 1) * tickUs;
}

/** The timer is set in jiffies, and read while the dump runs. */
const TIMER_ERROR_US = 50_000;

/**
 * Since when a row is in TIME-WAIT at the latest, boot time; infinity for every other. A four-tuple that was used again while the dump ran may
 * have its old TIME-WAIT in it. A late FIN restarts the timer (net/ipv4/tcp_minisocks.c, tcp_timewait_state_process()): this is then later.
 */
export function waitsSince({ state, timer }: Pick<SocketRow, 'state' | 'timer'>, endBootUs: number): number {
  if (state !== 'TIME-WAIT' || timer.kind !== 'timewait' || timer.expiresMs <= 0) return Number.POSITIVE_INFINITY;
  return endBootUs - (TIMEWAIT_LIFE_US - timer.expiresMs * 1000) + TIMER_ERROR_US;
}
