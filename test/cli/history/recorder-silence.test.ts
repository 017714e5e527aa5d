import { equal } from 'node:assert/strict';
import { recorderLag, recorderSilence } from '../../../src/cli/history/recorder-silence.js';
import type { Run } from '../../../src/model/run.js';
import type { RecorderLife, RecorderProcess } from '../../../src/query/recorder-life.js';
import { LAB_RUN, usAt } from '../../lab/history.js';

function alive(more: Partial<Run> = {}): RecorderLife {
  const run = {
    ...LAB_RUN,
    id: 1,
    lastUs: usAt(10),
    endedUs: undefined,
    end: undefined,
    clockSteps: [],
    behindUs: 0,
    backlogBytes: 0,
    ...more,
  };
  return { kind: 'running', run, process: 'unknown' };
}

describe('a recorder that is behind', () => {
  it('is told with how far', () => {
    equal(recorderLag(alive(), usAt(22)), 'the recorder is 12s behind: it is still working off a burst');
    equal(recorderSilence(alive(), usAt(22)), undefined);
  });

  it('is not one that commits once a second', () => {
    equal(recorderLag(alive(), usAt(12)), undefined);
  });

  it('is not one whose only updates are its snapshots', () => {
    const life = alive({ source: 'diag', intervalUs: 10_000_000 });
    equal(recorderLag(life, usAt(32)), undefined);
    equal(recorderLag(life, usAt(34)), 'the recorder is 24s behind: it is still working off a burst');
  });

  it('is not one that has ended', () => {
    const { run } = alive({ endedUs: usAt(10), end: 'clean' }) as Extract<RecorderLife, { run: Run }>;
    equal(recorderLag({ kind: 'ended', run }, usAt(60)), undefined);
  });
});

describe('a recorder that writes nothing more', () => {
  const silentAs = (process: RecorderProcess) => {
    const { run } = alive() as Extract<RecorderLife, { run: Run }>;
    return recorderSilence({ kind: 'silent', run, process }, usAt(22));
  };

  it('was killed where its process has ended', () => {
    const { pid } = LAB_RUN;
    equal(
      silentAs('ended'),
      `sstory[${pid}] on lab was last alive 12s ago: its process has ended: it was killed, or failed`,
    );
    equal(silentAs('unknown'), `sstory[${pid}] on lab was last alive 12s ago: it was killed, or is stopped`);
  });
});
