import { equal } from 'node:assert/strict';
import { noteComplete, UNSEEN, unseenUs } from '../../src/pipeline/netns-view.js';

const S = 1_000_000;

describe('for how long complete snapshots may leave a socket unseen', () => {
  it('is twice the longest time between the last ones and to the next, and a second', () => {
    const view = { ...UNSEEN };
    equal(unseenUs(view), undefined);
    for (const startBootUs of [0, S, 4 * S]) noteComplete(view, { startBootUs, nextUs: S });
    equal(unseenUs(view), 7 * S);
    noteComplete(view, { startBootUs: 5 * S, nextUs: 6 * S });
    equal(unseenUs(view), 13 * S);
  });

  it('is not longer after some that were put off while nothing happened', () => {
    const view = { ...UNSEEN };
    const putOff = { nextUs: 2 * S, nextAfterNewsUs: S };
    for (const startBootUs of [0, 2 * S, 4 * S]) noteComplete(view, { startBootUs, ...putOff });
    equal(unseenUs(view), 3 * S);
    noteComplete(view, { startBootUs: 8 * S, nextUs: S, nextAfterNewsUs: S });
    noteComplete(view, { startBootUs: 12 * S, nextUs: S, nextAfterNewsUs: S });
    equal(unseenUs(view), 9 * S);
  });
});
