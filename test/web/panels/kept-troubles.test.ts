import { deepEqual, equal } from 'node:assert/strict';
import type { TroubleLine } from '../../../src/web/explained.js';
import { keptTroubles, troubleKeys } from '../../../src/web/troubles/kept-troubles.js';

function trouble(kind: string, subject: string, more: Partial<TroubleLine> = {}): TroubleLine {
  return {
    ...{ type: 'trouble', kind, severity: 80, netns: 1, netns_name: null, subject, from_us: 0, to_us: 1, count: 1 },
    ...{ connection_ids: [], processes: [], peers: [], listeners: [], more: [], sentences: [], ...more },
  };
}

describe('the list of troubles while someone reads it', () => {
  const refused = trouble('refused', '10.0.0.2:80');
  const stuck = trouble('unanswered SYN', '10.0.0.3:80');

  it('keeps its order and its length, and counts what is new', () => {
    const worse = trouble('reset', '10.0.0.4:80');
    const { troubles, added } = keptTroubles([refused, stuck], [worse, stuck, refused]);
    deepEqual(troubles, [refused, stuck]);
    equal(added, 1);
  });

  it('shows what has changed in its troubles, and those that are over as they were', () => {
    const more = { ...refused, count: 9, from_us: 5 };
    const { troubles, added } = keptTroubles([refused, stuck], [more]);
    deepEqual(troubles, [more, stuck]);
    equal(added, 0);
  });

  it('tells several of one kind and subject apart', () => {
    deepEqual(troubleKeys([refused, { ...refused, from_us: 7 }, stuck]), [
      'refused 1 10.0.0.2:80',
      'refused 1 10.0.0.2:80 2',
      'unanswered SYN 1 10.0.0.3:80',
    ]);
  });
});
