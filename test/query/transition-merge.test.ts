import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { TransitionMerge } from '../../src/query/transition-merge.js';
import { connectionOf, usAt } from '../lab/history.js';

/** Times of the steps of one connection, seconds, in order. */
const steps = fc
  .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 })
  .map((times) => times.toSorted((a, b) => a - b));

describe('the merge of many connections', () => {
  it('gives every step of the window in order of time, at the same time in the order of adding', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60 }), fc.integer({ min: 0, max: 15 }), (lives, fromS) => {
        const toS = 25;
        const connections = lives.map((times, index) =>
          connectionOf(
            index + 1,
            times.map((atS) => [atS, 'ESTAB'] as const),
          ),
        );
        const merge = new TransitionMerge(usAt(fromS), usAt(toS));
        for (const connection of connections) merge.add(connection);
        const taken = [];
        while (merge.nextUs < Number.POSITIVE_INFINITY) {
          const nextUs = merge.nextUs;
          const { atUs, connection, step } = merge.take();
          equal(atUs, nextUs);
          taken.push([connection.id, connection.steps.indexOf(step), atUs]);
        }
        const expected = connections
          .flatMap(({ id, steps: all }) => all.map((step, index) => [id, index, step.atUs] as const))
          .filter(([, , atUs]) => atUs >= usAt(fromS) && atUs <= usAt(toS))
          .toSorted((a, b) => a[2] - b[2]);
        deepEqual(taken, expected);
      }),
    );
  });

  it('takes more connections than it had room for at first', () => {
    const merge = new TransitionMerge(0, Number.MAX_SAFE_INTEGER);
    for (let id = 3_000; id > 0; id--) merge.add(connectionOf(id, [[id, 'ESTAB']]));
    const taken = Array.from({ length: 3_000 }, () => merge.take().connection.id);
    deepEqual(
      taken,
      taken.toSorted((a, b) => a - b),
    );
    equal(merge.nextUs, Number.POSITIVE_INFINITY);
  });
});
