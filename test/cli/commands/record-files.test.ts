import { deepEqual, equal, match } from 'node:assert/strict';
import { chmodSync, chownSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { missing } from '../../lab/privileges.js';
import { MAIN, Recorder, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

const GROUP = 65_534;
const QUICK = ['--source', 'diag', '--netns', 'self', '--no-names'];

describe('the files that record writes', () => {
  const stage = new Stage();
  before(function () {
    if (process.getuid?.() !== 0) missing(this, 'needs root');
  });
  after(() => stage[Symbol.asyncDispose]());

  function modes(path: string): string[] {
    return ['', '-wal', '-shm'].map((end) => {
      const { mode, uid, gid } = statSync(`${path}${end}`);
      return `${(mode & 0o777).toString(8)} ${uid}:${gid}`;
    });
  }

  it('are private to their owner', async () => {
    const path = join(await stage.directory(), 'a.db');
    await using _recorder = await Recorder.start(path, ...QUICK);
    deepEqual(modes(path), Array(3).fill('600 0:0'));
  });

  it('are readable for --group, and for a member of it while the recorder runs', async () => {
    const directory = await stage.directory();
    chmodSync(directory, 0o750);
    chownSync(directory, 0, GROUP);
    const path = join(directory, 'a.db');
    // As a service that recorded without --group before.
    writeFileSync(path, '', { mode: 0o600 });
    await using _recorder = await Recorder.start(path, ...QUICK, '--group', String(GROUP));
    deepEqual(modes(path), Array(3).fill(`640 0:${GROUP}`));
    const member = ['--reuid', '12345', '--regid', String(GROUP), '--clear-groups', process.execPath, MAIN];
    const { stdout } = await execa('setpriv', [...member, 'info', '--db', path]);
    match(stdout, /diag/);
  });

  it('are refused to a group that is unknown', async () => {
    const { exitCode, stderr } = await sstory('record', '--group', 'no-such-group');
    equal(exitCode, 2);
    match(stderr, /no group "no-such-group"/);
  });

  it('are refused where root would write through a symbolic link', async () => {
    const path = join(await stage.directory(), 'a.db');
    writeFileSync(`${path}.real`, '');
    symlinkSync(`${path}.real`, path);
    for (const command of ['record', 'prune', 'migrate']) {
      const { exitCode, stderr } = await sstory(
        command,
        '--db',
        path,
        ...(command === 'prune' ? ['--retain', '1d'] : []),
      );
      equal(exitCode, 1, command);
      match(stderr, /is a symbolic link\n.*name the file that it leads to: --db .*a\.db\.real/);
    }
  });
});
