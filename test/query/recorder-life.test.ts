import { equal } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RecorderProcess, recorderLife } from '../../src/query/recorder-life.js';
import { openForWriting } from '../../src/store/database.js';
import { RunRecord } from '../../src/store/runs.js';
import { BASE_US, LAB_RUN, usAt } from '../lab/history.js';

describe('the life of a recorder', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sstory-life-'));
  after(() => rmSync(directory, { recursive: true }));
  let made = 0;

  const lifeOf = (more: Partial<typeof LAB_RUN>, afterS: number, act: (run: RunRecord) => void = () => undefined) => {
    const database = openForWriting(join(directory, `${++made}.db`));
    act(new RunRecord(database, { ...LAB_RUN, ...more }));
    const { kind } = recorderLife(database, usAt(afterS));
    database.close();
    return kind;
  };
  const everyMinute = { intervalUs: 60_000_000 };

  it('is silent without an update for ten seconds', () => {
    equal(lifeOf({}, 9), 'running');
    equal(lifeOf({}, 11), 'silent');
    equal(
      lifeOf({}, 30, (run) => run.beat(usAt(25))),
      'running',
    );
    equal(lifeOf(everyMinute, 11), 'silent');
  });

  it('is alive while it commits what happened long ago', () => {
    const database = openForWriting(join(directory, `${++made}.db`));
    new RunRecord(database, LAB_RUN);
    database.prepare('INSERT INTO recent (at_us, through_us, changes) VALUES (?, ?, ?)').run(usAt(28), usAt(1), '');
    equal(recorderLife(database, usAt(30)).kind, 'running');
    equal(recorderLife(database, usAt(40)).kind, 'silent');
    database.close();
  });

  it('goes on between the snapshots that are its only updates', () => {
    equal(lifeOf({ ...everyMinute, source: 'diag' }, 100), 'running');
    equal(lifeOf({ ...everyMinute, source: 'diag' }, 200), 'silent');
  });

  it('is silent at once where its process has ended', () => {
    const database = openForWriting(join(directory, `${++made}.db`));
    new RunRecord(database, LAB_RUN);
    const lifeAs = (process: RecorderProcess, afterS: number) =>
      recorderLife(database, usAt(afterS), () => process).kind;
    equal(lifeAs('ended', 0.1), 'silent');
    equal(lifeAs('unknown', 0.1), 'running');
    equal(lifeAs('alive', 9), 'running');
    equal(lifeAs('alive', 11), 'silent');
    database.close();
  });

  it('ends when its row says so', () => {
    equal(
      lifeOf({}, 3, (run) => run.end(BASE_US, 'clean')),
      'ended',
    );
  });
});
