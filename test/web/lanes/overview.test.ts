import { deepEqual, equal, ok } from 'node:assert/strict';
import { lengthOf } from '../../../src/web/lanes/time-scale.js';
import { dragged, gripAt, jumped } from '../../../src/web/overview/brush-range.js';
import { outerRange, stepped } from '../../../src/web/overview/outer-range.js';

const WEEK = { fromUs: 0, toUs: 7 * 86_400e6 };

describe('the range of the overview', () => {
  it('is everything while the brush can be seen in it', () => {
    deepEqual(outerRange(undefined, { fromUs: 0, toUs: 3600e6 }, WEEK, 1200), WEEK);
  });

  it('is what is around the range where that is too short to be seen', () => {
    const range = { fromUs: 1000e6, toUs: 1060e6 };
    const outer = outerRange(undefined, range, WEEK, 1200);
    ok((lengthOf(range) / lengthOf(outer)) * 1200 >= 6);
    ok(outer.fromUs <= range.fromUs && outer.toUs >= range.toUs);
  });

  it('stays while the range moves in it', () => {
    const outer = outerRange(undefined, { fromUs: 1000e6, toUs: 1060e6 }, WEEK, 1200);
    equal(outerRange(outer, { fromUs: 1030e6, toUs: 1070e6 }, WEEK, 1200), outer);
  });

  it('contains a range that lies outside of what is recorded', () => {
    const outer = outerRange(undefined, { fromUs: -1000, toUs: 8 * 86_400e6 }, WEEK, 1200);
    deepEqual(outer, { fromUs: -1000, toUs: 8 * 86_400e6 });
  });

  it('is asked for in whole seconds', () => {
    deepEqual(stepped({ fromUs: 1.5e6, toUs: 99.2e6 }, 50), { fromUs: 0, toUs: 100e6 });
  });
});

describe('a brush', () => {
  const brush = { from: 100, to: 200 };

  it('is taken by its ends, its body, or drawn from outside', () => {
    deepEqual(
      [97, 103, 150, 198, 203, 300].map((x) => gripAt(x, brush)),
      ['start', 'start', 'body', 'end', 'end', 'outside'],
    );
  });

  it('has a body however narrow it is', () => {
    equal(gripAt(103, { from: 100, to: 106 }), 'body');
  });

  it('moves, and stops at the edges', () => {
    deepEqual(dragged(brush, 'body', 150, 160, 1000), { from: 110, to: 210 });
    deepEqual(dragged(brush, 'body', 150, -900, 1000), { from: 0, to: 100 });
    deepEqual(dragged(brush, 'body', 150, 1900, 1000), { from: 900, to: 1000 });
  });

  it('is resized, also past its other end', () => {
    deepEqual(dragged(brush, 'start', 100, 50, 1000), { from: 50, to: 200 });
    deepEqual(dragged(brush, 'start', 100, 250, 1000), { from: 200, to: 250 });
    deepEqual(dragged(brush, 'outside', 400, 300, 1000), { from: 300, to: 400 });
  });

  it('jumps to where one clicks', () => {
    deepEqual(jumped(brush, 500, 1000), { from: 450, to: 550 });
    deepEqual(jumped(brush, 990, 1000), { from: 900, to: 1000 });
  });
});
