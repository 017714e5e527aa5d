import { deepEqual, equal } from 'node:assert/strict';
import { pagerCommand } from '../../../src/cli/output/pager.js';

const present = () => true;

describe('the pager', () => {
  it('is that of SSTORY_PAGER, else of PAGER, else less', () => {
    equal(pagerCommand({ SSTORY_PAGER: 'most -s', PAGER: 'more' }, present), 'most -s');
    equal(pagerCommand({ PAGER: 'more' }, present), 'more');
    equal(pagerCommand({}, present), 'less');
  });

  it('is none for an empty one, for cat, and for one that is not installed', () => {
    const none = [{ SSTORY_PAGER: '', PAGER: 'more' }, { PAGER: ' ' }, { PAGER: 'cat' }];
    deepEqual(
      none.map((environment) => pagerCommand(environment, present)),
      [undefined, undefined, undefined],
    );
    equal(
      pagerCommand({ PAGER: 'most -s' }, (program) => program !== 'most'),
      undefined,
    );
  });
});
