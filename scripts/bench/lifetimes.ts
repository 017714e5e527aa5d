/** How long the connections of a made history live, and what else is recorded of them. */

import type { Connection } from '../../src/model/connection.js';
import type { HistoryBatch } from '../../src/model/history-batch.js';
import { sampleOf } from '../../test/lab/history.js';

export type Random = () => number;

/** The same numbers at each run (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Life {
  readonly kind: 'found' | 'refused' | 'short' | 'time-wait' | 'long';
  /** Microseconds; undefined: it does not end. */
  readonly us: number | undefined;
}

const DAY_US = 86_400e6;
/** The longest tail: a fraction `u` of it lives longer than TAIL_US / (TAIL_LEAST + u). */
const TAIL_US = 20_000e6;
const TAIL_LEAST = 0.01;

/** Most are short or a TIME-WAIT long, some take minutes, one in a hundred hours or days: 26 hours on the average. */
export function lifeOf(random: Random): Life {
  const kind = random();
  if (kind < 0.01) return { kind: 'refused', us: Math.floor(200 + random() * 1_000) };
  if (kind < 0.3) return { kind: 'short', us: Math.floor(400 + random() * 20_000) };
  if (kind < 0.55) return { kind: 'short', us: Math.floor(20_000 + random() * 2e6) };
  if (kind < 0.93) return { kind: 'time-wait', us: Math.floor(60_002_000 + random() * 2e6) };
  if (kind < 0.99) return { kind: 'long', us: Math.floor(60e6 / (0.02 + random())) };
  return { kind: 'long', us: Math.floor(Math.min(20 * DAY_US, TAIL_US / (TAIL_LEAST + random()))) };
}

/** What is left of the life of one that is met at some moment: who lives longer is met more often. */
export function residualLifeUs(random: Random): number {
  const u = TAIL_LEAST * ((1 + TAIL_LEAST) / TAIL_LEAST) ** random() - TAIL_LEAST;
  return Math.floor(1_000 + Math.min(20 * DAY_US, TAIL_US / (TAIL_LEAST + u)) * random());
}

/** A sample of one connection in twenty, a retransmission of one in fifty. */
export function bulkOf(connections: readonly Connection[]): Pick<HistoryBatch, 'samples' | 'events'> {
  const samples = connections
    .filter(({ id }) => id % 20 === 0)
    .map(({ id, openedUs }) =>
      sampleOf(id, openedUs + 100_000, {
        rttUs: 812,
        rttvarUs: 400,
        rtoUs: 201_000,
        cwnd: 10,
        mss: 1_448,
        unacked: 0,
        lost: 0,
        totalRetrans: 0,
        bytesSent: 512,
        bytesAcked: 512,
        bytesReceived: 4_096,
        minRttUs: 700,
        deliveryRate: 1_000_000,
        congestion: 'cubic',
      }),
    );
  const events = connections
    .filter(({ id }) => id % 50 === 0)
    .map(
      ({ id, openedUs }) =>
        ({ connectionId: id, atUs: openedUs + 200_000, kind: 'retransmit', detail: 'data' }) as const,
    );
  return { samples, events };
}
