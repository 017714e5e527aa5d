import { deepEqual, equal, match } from 'node:assert/strict';
import { join } from 'node:path';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('--since and --until', () => {
  const stage = new Stage();
  let db: string;
  const at = (seconds: number) => `@${usAt(seconds) / 1e6}`;
  before(async () => {
    db = join(await stage.directory(), 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [20, 'UNCONN'],
        ]),
      ],
      endS: 100,
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const command of ['log', 'timeline', 'replay', 'names', 'export', 'count']) {
    for (const words of [
      ['--since', at(200)],
      ['--until', at(-10)],
    ]) {
      it(`${command} ${words[0]}: a time outside the recorded time is an error, not an empty answer`, async () => {
        const { exitCode, stdout, stderr } = await sstory(command, ...words, '--db', db);
        deepEqual([exitCode, stdout], [1, '']);
        match(stderr, /is outside the recorded time\n {2}recorded: 2026-\S+ \S+ to 2026-/);
      });
    }
  }

  it('say what is not recorded of the window', async () => {
    const { exitCode, stdout, stderr } = await sstory('log', '--since', at(-3_600), '--db', db);
    equal(exitCode, 0);
    equal(stdout.split('\n').length, 2, stdout);
    match(stderr, /^sstory: nothing is recorded before 2026-\S+ \S+$/);
  });

  it('that end before they begin are refused', async () => {
    const { exitCode, stderr } = await sstory('log', '--since', at(20), '--until', at(10), '--db', db);
    equal(exitCode, 2);
    match(stderr, /is later than --until/);
  });
});
