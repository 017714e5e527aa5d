import { deepEqual } from 'node:assert/strict';
import type { Marker } from '../../../src/server/contract.js';
import { placedMarks } from '../../../src/web/lanes/marks.js';

const same = (pixel: number) => pixel;
const marks = (...markers: Marker[]) => placedMarks(markers, same, 100).map(({ shape, x }) => `${shape} ${x}`);

describe('the marks of a lane', () => {
  it('have a shape for each kind', () => {
    deepEqual(
      marks(
        [1, 'retransmit', 1],
        [20, 'reset-received', 1],
        [40, 'error', 1],
        [60, 'stale-name', 1],
        [80, 'accept', 1],
      ),
      ['cross 20', 'bang 40', 'diamond 60', 'tick 1', 'dot 80'],
    );
  });

  it('do not lie on each other: at one pixel, a reset hides an error, and that a stale name', () => {
    deepEqual(marks([50, 'stale-name', 1], [50, 'error', 1], [50, 'reset-sent', 1]), ['cross 50']);
    deepEqual(marks([50, 'stale-name', 1], [50, 'error', 1]), ['bang 50']);
    deepEqual(marks([50, 'stale-name', 1], [54, 'reset-sent', 1]), ['cross 54']);
    deepEqual(marks([50, 'stale-name', 1], [59, 'reset-sent', 1]), ['cross 59', 'diamond 50']);
  });

  it('leave the lower edge to retransmits', () => {
    deepEqual(marks([50, 'retransmit', 1], [50, 'reset-sent', 1], [50, 'accept', 1]), ['cross 50', 'tick 50']);
  });

  it('are one for a burst, and none far outside', () => {
    const burst = Array.from({ length: 100 }, (_, pixel): Marker => [pixel, 'retransmit', 9]);
    deepEqual(marks(...burst).length, 34);
    deepEqual(marks([109, 'error', 1]), []);
  });
});
