import { equal } from 'node:assert/strict';
import { RecordStatus } from '../../src/recorder/status.js';

describe('the status line of a recorder', () => {
  const line = (behindUs: number) => new RecordStatus('/nonexistent/host.db', 0).line(new Map(), 1_000, behindUs);

  it('has no word of events that are processed within a second', () => {
    equal(line(400_000), 'no sockets  |  0 transitions/s  |  0 gaps  |  /nonexistent/host.db 0 B');
  });

  it('says how far behind the recorder is', () => {
    equal(line(8_200_000), 'no sockets  |  0 transitions/s  |  0 gaps  |  /nonexistent/host.db 0 B  |  8.2s behind');
  });
});
