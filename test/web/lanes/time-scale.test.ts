import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { allowed, rangeSelection, SHORTEST_US } from '../../../src/web/lanes/range-choice.js';
import { ticksOf } from '../../../src/web/lanes/ticks.js';
import { lengthOf, pixelOf, scaled, timeAt, within } from '../../../src/web/lanes/time-scale.js';

const START = 1_795_000_000_000_000;
const span = (fromS: number, toS: number) => ({ fromUs: START + fromS * 1e6, toUs: START + toS * 1e6 });
const anySpan = fc
  .tuple(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }))
  .map(([from, length]) => span(from, from + length));

describe('a time scale', () => {
  it('finds the time of a pixel and the pixel of a time', () => {
    equal(pixelOf(START + 30e6, span(0, 60), 600), 300);
    equal(timeAt(300, span(0, 60), 600), START + 30e6);
  });

  it('keeps the time around which it is scaled at its pixel', () => {
    fc.assert(
      fc.property(
        anySpan,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.integer({ min: 0, max: 999 }),
        (of, factor, x) => {
          const us = timeAt(x, of, 1000);
          ok(Math.abs(pixelOf(us, scaled(of, factor, us), 1000) - x) < 0.01);
        },
      ),
    );
  });

  it('stays within bounds, and as long as it can be', () => {
    fc.assert(
      fc.property(anySpan, anySpan, (of, bounds) => {
        const found = within(of, bounds);
        ok(found.fromUs >= bounds.fromUs - 1 && found.toUs <= bounds.toUs + 1);
        ok(Math.abs(lengthOf(found) - Math.min(lengthOf(of), lengthOf(bounds))) <= 1);
      }),
    );
  });
});

describe('a range that is zoomed or panned to', () => {
  const ended = { span: { from_us: START, to_us: START + 3600e6 }, now_us: START + 9999e6, recording: false };
  const live = { ...ended, now_us: START + 3600e6, recording: true };

  it('is absolute where the recording has ended', () => {
    deepEqual(rangeSelection(span(0, 3600), ended), { from: START, to: START + 3600e6 });
  });

  it('follows the clock where it reaches the present', () => {
    deepEqual(rangeSelection(span(3000, 3600), live), { from: '-600s', to: undefined });
    deepEqual(rangeSelection(span(0, 3601), live), { from: START, to: 'now' });
  });

  it('is absolute where it does not reach the present', () => {
    deepEqual(rangeSelection(span(3000, 3599), live), { from: START + 3000e6, to: START + 3599e6 });
  });

  it('is never shorter than a millisecond, and never far from what is recorded', () => {
    const recorded = span(0, 3600);
    fc.assert(
      fc.property(fc.integer({ min: -9e9, max: 9e9 }), fc.integer({ min: 0, max: 9e9 }), (fromUs, lengthUs) => {
        const found = allowed({ fromUs: START + fromUs, toUs: START + fromUs + lengthUs }, recorded);
        ok(lengthOf(found) >= SHORTEST_US - 1);
        ok(found.fromUs >= recorded.fromUs - 73e6 && found.toUs <= recorded.toUs + 73e6);
      }),
    );
  });
});

describe('the marks of a time axis', () => {
  it('stand in order, not closer than asked, inside of the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e12 }),
        fc.double({ min: 3, max: 14, noNaN: true }),
        (offset, exponent) => {
          const of = { fromUs: START + offset, toUs: START + offset + Math.round(10 ** exponent) };
          const ticks = ticksOf(of, 800, 80);
          ok(ticks.length <= 12, `${ticks.length} ticks`);
          for (const [index, { us, label }] of ticks.entries()) {
            ok(us >= of.fromUs - 1 && us <= of.toUs + 1);
            ok(label !== '');
            const before = ticks[index - 1];
            // Days and weeks end an hour early or late where clocks are changed.
            if (before !== undefined) ok(pixelOf(us, of, 800) - pixelOf(before.us, of, 800) >= 75);
          }
        },
      ),
    );
  });

  it('say the day once, and the time at each', () => {
    const noon = new Date(2026, 10, 18, 12).getTime() * 1000;
    const labels = ticksOf({ fromUs: noon, toUs: noon + 3600e6 }, 800).map(({ label }) => label);
    deepEqual(labels.slice(0, 3), ['Nov 18 12:00', '12:10', '12:20']);
  });

  it('have as many decimals as their distance needs', () => {
    const noon = new Date(2026, 10, 18, 12).getTime() * 1000;
    const labels = ticksOf({ fromUs: noon + 1000, toUs: noon + 6000 }, 800).map(({ label }) => label);
    deepEqual(labels.slice(0, 3), ['12:00:00.0010', '.0015', '.0020']);
  });
});
