/** How fast recorded time goes by in a replay. */
import { usageError } from '../../model/error.js';

/** Recorded seconds a second; Infinity for as fast as possible. */
export type Speed = number;

const SPEEDS: readonly Speed[] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3_600, Infinity];

/** `1x`, `0.5x`, `10x`, `max`. */
export function parseSpeed(text: string): Speed {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = /^(\d+(?:\.\d+)?)x?$/.test(text) ? Number.parseFloat(text) : 0;
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw usageError('bad-speed', `invalid speed "${text}"`, 'for example 1x, 0.5x, 10x, 600x, or max');
}

export function speedText(speed: Speed): string {
  return Number.isFinite(speed) ? `${speed}x` : 'max';
}

/** The next speed up or down. */
export function otherSpeed(speed: Speed, direction: 1 | -1): Speed {
  if (direction > 0) return SPEEDS.find((each) => each > speed) ?? speed;
  return SPEEDS.findLast((each) => each < speed) ?? speed;
}
