import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Loss } from '../../src/model/probe-event.js';
import type { Run, RunStart } from '../../src/model/run.js';
import { carriedOver, downtime, stepBetween } from '../../src/recorder/continuation.js';
import { openForWriting } from '../../src/store/database.js';
import { readRuns } from '../../src/store/runs.js';
import { connectionOf, LAB_RUN, sampleOf, usAt, writeHistory } from '../lab/history.js';
import { newDatabases } from '../lab/new-databases.js';

describe('what a run left open', () => {
  const newPath = newDatabases();

  it('was there at its last sample, also in a gap', () => {
    const path = newPath();
    const opened = (id: number) =>
      connectionOf(id, [
        [10, 'SYN-SENT'],
        [11, 'ESTAB'],
      ]);
    writeHistory(path, {
      connections: [opened(1), opened(2)],
      samples: [sampleOf(1, usAt(50)), sampleOf(1, usAt(30))],
      gaps: [{ fromUs: usAt(40), toUs: usAt(60) }],
      endS: 90,
    });
    const database = openForWriting(path);
    const carried = [...carriedOver(database, readRuns(database), LAB_RUN, undefined)];
    deepEqual(
      carried.map(({ connection, evidenceUs }) => [connection.id, evidenceUs]),
      [
        [1, usAt(50)],
        [2, usAt(40)],
      ],
    );
    database.close();
  });
});

describe('the wall clock between two runs', () => {
  const newPath = newDatabases();
  const S = 1_000_000;
  const HOUR = 3_600 * S;
  /** Of ten minutes, in which the clock was stepped by a second; it began 100 s after the boot. */
  const before: Run = {
    ...{ ...LAB_RUN, id: 1, startedUs: usAt(100), clockOffsetUs: usAt(0), lastUs: usAt(701), endedUs: usAt(701) },
    ...{ end: 'clean', clockSteps: [{ atUs: usAt(200), stepUs: S }], behindUs: 0, backlogBytes: 0 },
  };
  /** Begins 30 s later, with the clock stepped by so much. */
  const later = (stepUs: number): RunStart => ({
    ...LAB_RUN,
    startedUs: usAt(731) + stepUs,
    clockOffsetUs: usAt(1) + stepUs,
  });

  it('was stepped where it differs by more than it can have been slewed', () => {
    for (const stepUs of [HOUR, -HOUR, 2 * S, -2 * S])
      deepEqual(stepBetween(before, later(stepUs)), { atUs: usAt(731) + stepUs, stepUs });
    for (const slewUs of [0, 300_000, -300_000]) equal(stepBetween(before, later(slewUs)), undefined);
  });

  it('is not known after a boot, on another host, and without a run before', () => {
    equal(stepBetween(before, { ...later(HOUR), bootId: 'another' }), undefined);
    equal(stepBetween(before, { ...later(HOUR), host: 'another' }), undefined);
    equal(stepBetween(undefined, later(HOUR)), undefined);
  });

  it('leaves a gap up to the start of the run: from the end of the one before, or as long as it was where the clock was stepped back', () => {
    for (const stepUs of [0, HOUR, -HOUR]) {
      const run = later(stepUs);
      const [batch] = downtime(before, run, stepBetween(before, run));
      const [loss] = batch?.losses ?? [];
      ok(batch !== undefined && loss !== undefined);
      const { offsetUs } = batch;
      const wall = ({ fromBootUs, toBootUs }: Loss) => [fromBootUs, toBootUs].map((us) => Math.round(us + offsetUs));
      if (stepUs >= 0) deepEqual(wall(loss), [usAt(701), run.startedUs]);
      else deepEqual([loss.fromBootUs, wall(loss)[1]], [usAt(701) - usAt(1), run.startedUs]);
    }
  });

  it('leaves a gap that does not end before it begins, where the step is not known', () => {
    const run = { ...later(-HOUR), bootId: 'another' };
    const [batch] = downtime(before, run, stepBetween(before, run));
    const [loss] = batch?.losses ?? [];
    equal(loss?.fromBootUs, loss?.toBootUs);
  });

  it('leaves the times of open connections on the clock of the run that opened them', () => {
    const path = newPath();
    writeHistory(path, { connections: [connectionOf(1, [[300, 'ESTAB']])], endS: 701 });
    const database = openForWriting(path);
    const offsetsOf = (stepUs: number) => {
      const run = later(stepUs);
      const carried = [...carriedOver(database, [before], run, stepBetween(before, run))];
      return carried.map(({ offsetUs }) => offsetUs);
    };
    deepEqual([offsetsOf(0), offsetsOf(-HOUR)], [[undefined], [usAt(1)]]);
    database.close();
  });
});
