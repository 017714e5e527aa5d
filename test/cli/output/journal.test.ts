import { equal, match } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('messages in the journal', () => {
  const stage = new Stage();
  let directory = '';
  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  /** What a command writes to a stderr that JOURNAL_STREAM names, or names another file than. */
  function messages(args: readonly string[], isJournal: boolean): string {
    const path = join(directory, 'stderr');
    const fd = openSync(path, 'w');
    const { dev, ino } = fstatSync(fd, { bigint: true });
    const env = { ...process.env, JOURNAL_STREAM: `${dev}:${isJournal ? ino : ino + 1n}` };
    spawnSync(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', fd], env });
    closeSync(fd);
    return readFileSync(path, 'utf8');
  }

  const record = (...more: string[]) => [
    'record',
    '--source',
    'diag',
    '--netns',
    'self',
    '--duration',
    '100ms',
    ...more,
  ];

  it('have their priority: every line of an error, and what goes well', () => {
    const failed = messages(record('--db', join(directory, 'no', 'a.db')), true);
    match(failed, /^<3>sstory: .*no directory.*\n<3> {2}\S.*\n$/);
    const lines = messages(record('--no-names', '--db', join(directory, 'a.db')), true)
      .trimEnd()
      .split('\n');
    equal(
      lines.some((line) => line.startsWith('<6>sstory: recording into ')),
      true,
      lines.join('\n'),
    );
    equal(
      lines.every((line) => /^<[46]>sstory: /.test(line)),
      true,
      lines.join('\n'),
    );
  });

  it('have a warning where something is left out', () => {
    const said = messages(record('--db', join(directory, 'b.db'), '--tee', '/dev/full'), true);
    match(said, /^<[34]>sstory: .*\/dev\/full/m);
  });

  it('have none on another stderr that a journal was inherited beside', () => {
    match(messages(record('--db', join(directory, 'no', 'a.db')), false), /^sstory: /);
  });
});
