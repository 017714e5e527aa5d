import { deepEqual } from 'node:assert/strict';
import { completed } from '../../../src/web/header/filter-text.js';

describe('a completion', () => {
  it('takes the place of what was typed of it', () => {
    deepEqual(completed({ text: 'state syn', caret: 9 }, 6, 'syn-sent'), { text: 'state syn-sent ', caret: 15 });
  });

  it('leaves what follows the caret', () => {
    deepEqual(completed({ text: 'ds and dport = :80', caret: 2 }, 0, 'dst'), {
      text: 'dst and dport = :80',
      caret: 4,
    });
  });
});
