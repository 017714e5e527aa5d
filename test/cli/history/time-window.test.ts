import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { sstory } from '../../lab/sstory.js';

describe('--since and --until', () => {
  const directory = mkdtempSync(join(tmpdir(), 'sstory-window-'));
  const db = join(directory, 'history.db');
  const at = (seconds: number) => `@${usAt(seconds) / 1e6}`;
  before(() =>
    writeHistory(db, {
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [20, 'UNCONN'],
        ]),
      ],
      endS: 100,
    }),
  );
  after(() => rmSync(directory, { recursive: true }));

  for (const command of ['log', 'timeline', 'replay', 'names', 'export']) {
    for (const words of [
      ['--since', at(200)],
      ['--until', at(-10)],
    ]) {
      it(`${command} ${words[0]}: what lies outside the recording is not empty, it is unknown`, async () => {
        const { exitCode, stdout, stderr } = await sstory(command, ...words, '--db', db);
        deepEqual([exitCode, stdout], [1, '']);
        match(stderr, /lies outside the recording\n {2}recorded is 2026-\S+ \S+ to 2026-/);
      });
    }
  }

  it('say what is not recorded of the window', async () => {
    const { exitCode, stdout, stderr } = await sstory('log', '--since', at(-3_600), '--db', db);
    equal(exitCode, 0);
    equal(stdout.split('\n').length, 2, stdout);
    match(stderr, /^sstory: nothing is recorded from before 2026-\S+ \S+$/);
  });

  it('that end before they begin are refused', async () => {
    const { exitCode, stderr } = await sstory('log', '--since', at(20), '--until', at(10), '--db', db);
    equal(exitCode, 2);
    match(stderr, /is later than --until/);
  });
});
