/** The numbers of the moment below the pointer. */
import { durationText, localTime } from '../../model/time-text.js';
import type { Overview, Paint } from '../../server/contract.js';
import { Card, Fact } from '../lanes/card.js';
import { gapAt } from '../lanes/draw-lanes.js';
import { gapLength, gapLost, gapReason } from '../lanes/gap-words.js';
import { type Span, timeAt } from '../lanes/time-scale.js';
import { PAINT_ORDER } from '../paint-order.js';
import { paintName } from '../palette.js';

export interface OverviewPoint {
  readonly pixel: number;
  readonly x: number;
  readonly y: number;
}

interface Options {
  readonly at: OverviewPoint;
  readonly numbers: Overview;
  readonly shown: Span;
  readonly width: number;
}

export function OverviewCard({ at, numbers, shown, width }: Options) {
  const us = timeAt(at.pixel, shown, width);
  const bucket = Math.floor((us - numbers.from_us) / numbers.bucket_us);
  const gap = gapAt(numbers.gaps, at.pixel, shown, width);
  const states = Object.entries(numbers.states)
    .map(([state, counts]) => ({ state: state as Paint, count: counts[bucket] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => PAINT_ORDER.indexOf(a.state) - PAINT_ORDER.indexOf(b.state));
  const open = states.reduce((sum, { count }) => sum + count, 0);
  return (
    <Card x={at.x} y={at.y}>
      <p class="card-title">{localTime(Math.round(us)).slice(0, numbers.bucket_us < 1e6 ? 23 : 19)}</p>
      <Fact name="open">{open.toLocaleString('en')}</Fact>
      {states.map(({ state, count }) => (
        <div key={state} class="card-fact">
          <span class="card-name">
            <span class="lane-swatch" style={{ background: `var(${paintName(state)})` }} />
            {state}
          </span>
          <span class="card-value">{count.toLocaleString('en')}</span>
        </div>
      ))}
      <p class="card-text card-part">in {durationText(numbers.bucket_us)}:</p>
      <Fact name="opened">{(numbers.opened[bucket] ?? 0).toLocaleString('en')}</Fact>
      <Fact name="failed">{(numbers.failed[bucket] ?? 0).toLocaleString('en')}</Fact>
      {gap !== undefined && (
        <>
          <p class="card-title is-gap card-part">Gap of {gapLength(gap)}</p>
          <p class="card-text">{gapReason(gap)}</p>
          <Fact name="lost">{gapLost(gap)}</Fact>
        </>
      )}
    </Card>
  );
}
