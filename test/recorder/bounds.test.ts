import { equal } from 'node:assert/strict';
import { pruningBudgetMs } from '../../src/recorder/bounds.js';

const MUCH = 1_000;
const SECOND_US = 1_000_000;

describe('the time for pruning after a commit', () => {
  it('is short while it keeps up', () => {
    equal(pruningBudgetMs(MUCH, 0), 15);
    equal(pruningBudgetMs(MUCH, 4.9 * SECOND_US), 15);
    equal(pruningBudgetMs(1, 0), 20);
  });

  it('grows while it falls behind, up to a limit', () => {
    equal(pruningBudgetMs(MUCH, 5 * SECOND_US), 30);
    equal(pruningBudgetMs(MUCH, 20 * SECOND_US), 75);
    equal(pruningBudgetMs(MUCH, 3600 * SECOND_US), 90);
  });

  it('is short after a step of the clock into the past', () => {
    equal(pruningBudgetMs(MUCH, -3600 * SECOND_US), 15);
  });
});
