import { equal } from 'node:assert/strict';
import type { Gap } from '../../src/model/gap.js';
import { NO_CHANGES } from '../../src/model/history-batch.js';
import { RecordStatus } from '../../src/recorder/status.js';

describe('the status line of a recorder', () => {
  const line = (behindUs: number) => new RecordStatus('/nonexistent/host.db', 0).line(new Map(), 1_000, behindUs);

  it('has no word of events that are processed within a second', () => {
    equal(line(400_000), 'no sockets  |  0 transitions/s  |  no gaps  |  /nonexistent/host.db 0 B');
  });

  it('says how far behind the recorder is', () => {
    equal(line(8_200_000), 'no sockets  |  0 transitions/s  |  no gaps  |  /nonexistent/host.db 0 B  |  8.2s behind');
  });

  it('does not show the known part of a loss as all of it, nor names as events', () => {
    const gap = (lost: number | undefined, scope: Gap['scope'] = 'transitions'): Gap => ({
      ...{ fromUs: 0, toUs: 1, cpu: undefined, reason: 'continuity' },
      ...{ lost, scope },
    });
    const texts = (...gaps: Gap[]) => {
      const status = new RecordStatus('/nonexistent/host.db', 0);
      status.count({ ...NO_CHANGES, gaps });
      return status.gapsText;
    };
    equal(texts(), 'no gaps');
    equal(texts(gap(1), gap(11)), '2 gaps (12 events lost)');
    equal(texts(gap(12), gap(undefined)), '2 gaps (at least 12 events lost)');
    equal(texts(gap(undefined)), '1 gap (unknown number of events lost)');
    equal(texts(gap(300, 'names')), '1 gap');
  });
});
