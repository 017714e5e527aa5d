import { equal } from 'node:assert/strict';
import { csvRecord } from '../../src/model/csv.js';
import { HOSTILE_TEXTS, hiddenIn } from '../lab/hostile-texts.js';

describe('a record of CSV', () => {
  for (const { raw, csv } of HOSTILE_TEXTS) {
    it(`holds ${JSON.stringify(raw)} as ${csv}`, () => {
      const quoted = /[",]/.test(csv) ? `"${csv.replaceAll('"', '""')}"` : csv;
      equal(csvRecord([raw]), quoted);
      equal(hiddenIn(quoted), '');
    });
  }

  it('has numbers as they are, and nothing for what is unknown', () => {
    equal(
      csvRecord([-5, -1.5e30, -9223372036854775808n, 0, true, null, undefined, '']),
      '-5,-1.5e+30,-9223372036854775808,0,true,,,',
    );
  });
});
