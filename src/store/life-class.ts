/**
 * Lifetimes fall into classes, each four times as long as the one before. The connections that were open at a time T are
 * then in one short range of the index (life_class, opened_us) per class: opened in (T - longest life of the class, T].
 */
import { TIMEWAIT_LIFE_US } from '../model/tcp-state.js';

/**
 * A TIME-WAIT that ended before its timer keeps the class of the end that was foreseen: it may have lived so much shorter, microseconds. The
 * timer wheel makes the 60 s a little longer.
 */
export const FORESEEN_LONGER_US = TIMEWAIT_LIFE_US + 5_000_000;

/** The class of connections that are still open. */
export const OPEN_CLASS = 0;
/** Longer than 4^25 us = 35 years. */
export const LAST_CLASS = 26;

/** The class (1 - 26) of a closed connection that lived for `lifeUs` microseconds. */
export function lifeClass(lifeUs: number): number {
  if (lifeUs < 4) return 1;
  const high = Math.floor(lifeUs / 2 ** 32);
  const bits = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(lifeUs);
  return Math.min(LAST_CLASS, (bits + 1) >> 1);
}

/** An upper bound of the lifetimes in a class, microseconds; 4^class. */
export function longestLifeUs(lifeClassNumber: number): number {
  return lifeClassNumber >= LAST_CLASS ? Number.MAX_SAFE_INTEGER : 4 ** lifeClassNumber;
}
