import { deepEqual, equal, match } from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { openForWriting } from '../../src/store/database.js';
import { writeHistory } from '../lab/history.js';
import { requireRoot } from '../lab/privileges.js';
import { MAIN } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const NOBODY = 65_534;
const HINT = '  as root or its owner; or as one of the group that sstory record --group GROUP lets read it';

describe('a database that its reader may not open', function () {
  this.timeout(60_000);
  let stage: Stage;
  let directory: string;
  let path: string;
  beforeEach(async function () {
    requireRoot(this);
    stage = new Stage();
    directory = await stage.directory();
    chmodSync(directory, 0o755);
    path = join(directory, 'a.db');
    writeHistory(path, {});
  });
  afterEach(() => stage?.[Symbol.asyncDispose]());

  /** What another user reads. */
  async function asNobody(...words: string[]): Promise<{ exitCode: number | undefined; lines: string[] }> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...words, '--db', path], {
      ...{ reject: false, uid: NOBODY, gid: NOBODY, cwd: '/' },
    });
    return { exitCode, lines: `${stdout}${stderr}`.split('\n') };
  }

  it('is named with permission denied, and who may', async () => {
    const refused = { exitCode: 1, lines: [`sstory: cannot open ${path}: permission denied`, HINT] };
    for (const words of [['log'], ['check'], ['ss', '--at', '-1s'], ['sql', 'SELECT 1']])
      deepEqual(await asNobody(...words), refused, words.join(' '));
    deepEqual(await asNobody('status'), {
      exitCode: 3,
      lines: [`UNKNOWN: cannot open ${path}: permission denied`],
    });
    deepEqual(await asNobody('prune', '--retain', '1d'), {
      exitCode: 1,
      lines: [`sstory: cannot open ${path}: permission denied`, '  as root or its owner: others may not write it'],
    });
  });

  it('is not called missing where its directory is closed', async () => {
    chmodSync(directory, 0o700);
    deepEqual((await asNobody('log')).lines, [`sstory: cannot open ${path}: permission denied`, HINT]);
  });

  it('is named with the file beside it that is closed', async () => {
    const database = openForWriting(path);
    database.exec('CREATE TABLE beside (x)');
    chmodSync(path, 0o644);
    const { exitCode, lines } = await asNobody('log');
    database.close();
    equal(exitCode, 1);
    match(lines[0] ?? '', /^sstory: cannot open .*a\.db-(wal|shm): permission denied$/);
  });
});
