import { equal, match } from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { VERSION } from '../../src/sys/version.js';
import { Stage } from '../lab/stage.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SQLITE = 'node_modules/better-sqlite3/build/Release';
/** Of `npm ci`: what the first one of this host fetched is in npm's cache. */
const QUIETLY = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

describe('what npm pack makes', () => {
  const stage = new Stage();
  let tree = '';

  before(async function () {
    this.timeout(300_000);
    const directory = await stage.directory();
    await execa('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', directory], { cwd: ROOT });
    await execa('tar', ['-xzf', join(directory, `sstory-${VERSION}.tgz`), '-C', directory]);
    tree = join(directory, 'package');
    // The locked versions. Its install scripts would compile better-sqlite3 for minutes: scripts/test-fresh.sh has them run.
    copyFileSync(join(ROOT, 'package-lock.json'), join(tree, 'package-lock.json'));
    await execa('npm', ['ci', '--omit=dev', '--ignore-scripts', ...QUIETLY], { cwd: tree });
    // Only Node 20 needs what is compiled.
    if (!existsSync(join(ROOT, SQLITE))) return;
    mkdirSync(join(tree, SQLITE), { recursive: true });
    copyFileSync(join(ROOT, SQLITE, 'better_sqlite3.node'), join(tree, SQLITE, 'better_sqlite3.node'));
  });
  after(() => stage[Symbol.asyncDispose]());

  async function installed(...args: string[]): Promise<string> {
    const { stdout } = await execa(join(tree, 'bin/sstory'), args, { cwd: tree });
    return stdout;
  }

  it('runs with the packages that it depends on, and no other', async () => {
    equal(await installed('--version'), `sstory ${VERSION}`);
    await installed('record', '--db', 'a.db', '--source', 'diag', '--netns', 'self', '--duration', '100ms');
    match(
      await installed('sql', '--db', 'a.db', '--format', 'csv', 'SELECT count(*) AS runs FROM runs'),
      /^runs\s+1$/m,
    );
    match(await installed('ss', '-tan'), /^State/);
  });

  it('has the completions, and the BPF programs', async () => {
    match(await installed('completion', 'bash'), /complete .*sstory/);
    await execa('test', ['-s', join(tree, 'bpf/macros.bt')]);
    await execa('test', ['-s', join(tree, 'dist/web/index.html')]);
  });
});
