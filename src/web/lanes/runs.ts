/** What the pixels of a lane say, read back. */
import type { Run } from '../../server/contract.js';
import { PAINT_ORDER } from '../paint-order.js';
import { type Span, timeAt } from './time-scale.js';

export const CERTAINTIES = ['observed', 'inferred', 'uncertain'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** The run of a pixel; with `slack`, else the nearest one that many pixels away. */
export function runAt(runs: readonly Run[], pixel: number, slack = 0): Run | undefined {
  let nearest: Run | undefined;
  let distance = slack;
  for (const run of runs) {
    const away = pixel < run[0] ? run[0] - pixel : pixel >= run[1] ? pixel - run[1] + 1 : 0;
    if (away === 0) return run;
    if (away <= distance) {
      nearest = run;
      distance = away;
    }
  }
  return nearest;
}

/** The time that a run covers, to the pixel. */
export function spanOf([first, end]: Run, span: Span, width: number): Span {
  return { fromUs: timeAt(first, span, width), toUs: timeAt(end, span, width) };
}

export const certaintyOf = ([, , , certainty]: Run): Certainty => CERTAINTIES[certainty] ?? 'uncertain';
export const paintOf = ([, , paint]: Run) => PAINT_ORDER[paint] ?? 'ESTAB';
