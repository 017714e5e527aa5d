import { equal, match } from 'node:assert/strict';
import { noRecorder, notNow, recorderLag, recorderSilence } from '../../../src/cli/history/recorder-silence.js';
import type { Run } from '../../../src/model/run.js';
import type { RecorderLife, RecorderProcess } from '../../../src/query/recorder-life.js';
import { LAB_RUN, openRun, usAt } from '../../lab/history.js';

function alive(more: Partial<Run> = {}, process: RecorderProcess = 'unknown'): RecorderLife {
  return { kind: 'running', run: openRun(more), process };
}

describe('a recorder that is behind', () => {
  it('is told with how far', () => {
    const life = alive({ behindUs: 11_000_000 });
    equal(recorderLag(life, usAt(22)), 'the recorder is 12s behind: it is still working off a burst');
    equal(recorderSilence(life, usAt(22)), undefined);
  });

  it('works off a burst only where something waited', () => {
    const behind = 'the recorder is 4s behind';
    equal(recorderLag(alive(), usAt(14)), `${behind}: it may have been killed, or is stopped`);
    equal(recorderLag(alive({}, 'alive'), usAt(14)), `${behind}: it may be waiting for the disk, or is stopped`);
  });

  it('is not one that commits once a second', () => {
    equal(recorderLag(alive(), usAt(12)), undefined);
  });

  it('is not one whose only updates are its snapshots', () => {
    const life = alive({ source: 'diag', intervalUs: 10_000_000 });
    equal(recorderLag(life, usAt(32)), undefined);
    equal(recorderLag(life, usAt(34)), 'the recorder is 24s behind: it may have been killed, or is stopped');
  });

  it('is not one that has ended', () => {
    const { run } = alive({ endedUs: usAt(10), end: 'clean' }) as Extract<RecorderLife, { run: Run }>;
    equal(recorderLag({ kind: 'ended', run }, usAt(60)), undefined);
  });
});

describe('a recorder that writes nothing more', () => {
  const silent = (process: RecorderProcess): RecorderLife => {
    const { run } = alive() as Extract<RecorderLife, { run: Run }>;
    return { kind: 'silent', run, process };
  };
  const silentAs = (process: RecorderProcess) => recorderSilence(silent(process), usAt(22));

  it('is not called killed where its process is alive', () => {
    const words = `sstory[${LAB_RUN.pid}] on lab has not written for 12s: it may be waiting for the disk, or is stopped`;
    equal(silentAs('alive'), words);
    equal(noRecorder(silent('alive'), 'a.db', usAt(22)), `nothing is being written into a.db: ${words}`);
    equal(notNow(silent('alive'), usAt(22)), `NOT NOW: ${words}`);
    match(noRecorder(silent('ended'), 'a.db', usAt(22)) ?? '', /^no recorder is running on a\.db: /);
    match(notNow(silent('unknown'), usAt(22)) ?? '', /^NO RECORDER: /);
  });

  it('was killed where its process has ended', () => {
    const { pid } = LAB_RUN;
    equal(
      silentAs('ended'),
      `sstory[${pid}] on lab was last alive 12s ago: its process has ended: it was killed, or failed`,
    );
    equal(silentAs('unknown'), `sstory[${pid}] on lab was last alive 12s ago: it was killed, or is stopped`);
  });
});
