import { deepEqual, equal, match } from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { SUMMARIES } from '../../src/cli/summaries.js';
import { VERSION } from '../../src/sys/version.js';
import { missing } from '../lab/privileges.js';
import { Stage } from '../lab/stage.js';

const SCRIPT = fileURLToPath(new URL('../../../scripts/package.sh', import.meta.url));

describe('the Debian package', () => {
  const stage = new Stage();
  let directory = '';
  let deb = '';
  let tree = '';

  before(async function () {
    if (!existsSync('/usr/bin/dpkg-deb')) missing(this, 'needs dpkg-deb');
    directory = await stage.directory();
    // This Node, for which better-sqlite3 is compiled already.
    await execa('bash', [SCRIPT, '--quick', '--node', process.execPath, '--out', directory]);
    const { stdout: name } = await execa('ls', [directory]);
    deb = join(directory, name);
    tree = join(directory, 'tree');
    await execa('dpkg-deb', ['--extract', deb, tree]);
  });
  after(() => stage[Symbol.asyncDispose]());

  async function installed(...args: string[]): Promise<string> {
    const { stdout } = await execa(join(tree, 'usr/bin/sstory'), args, { env: { PATH: '/usr/bin:/bin' } });
    return stdout;
  }

  it('runs where it is unpacked, with the Node that it ships', async () => {
    equal(await installed('--version'), `sstory ${VERSION}`);
  });

  it('has the code that its Node compiles from the files of the commands', async () => {
    const lib = join(tree, 'usr/lib/sstory');
    const script = `const [, load, file] = process.argv;
      process.argv = ['node', 'sstory', '--version'];
      console.log(require(load).load(file).script.cachedDataRejected);`;
    const files = [join(lib, 'bin/load.js'), join(lib, 'dist/run/sstory.cjs')];
    const { stdout } = await execa(join(lib, 'node'), ['-e', script, ...files]);
    match(stdout, /^false$/m);
    deepEqual(
      Object.keys(SUMMARIES).filter((name) => !existsSync(join(lib, `dist/run/${name}.cjs.code`))),
      [],
    );
  });

  it('has what records and what queries, with their native parts', async () => {
    const path = join(directory, 'a.db');
    await installed('record', '--db', path, '--source', 'diag', '--netns', 'self', '--duration', '100ms');
    match(await installed('sql', '--db', path, '--format', 'csv', 'SELECT count(*) AS runs FROM runs'), /^runs\s+1$/m);
  });

  it('has what its unit starts, its man page, completions and flags', () => {
    const unit = readFileSync(join(tree, 'lib/systemd/system/sstory-record.service'), 'utf8');
    const [, program = ''] = /^ExecStart=(\S+)/m.exec(unit) ?? [];
    equal(statSync(join(tree, program)).mode & 0o111, 0o111);
    const files = [
      'etc/sstory.conf',
      'usr/share/man/man1/sstory.1.gz',
      'usr/share/bash-completion/completions/sstory',
      'usr/share/zsh/vendor-completions/_sstory',
      'usr/share/fish/vendor_completions.d/sstory.fish',
    ];
    deepEqual(
      files.filter((file) => !existsSync(join(tree, file))),
      [],
    );
  });

  it('lists the licence of everything that it ships', () => {
    const copyright = readFileSync(join(tree, 'usr/share/doc/sstory/copyright'), 'utf8');
    match(copyright, /^ better-sqlite3 \S+ MIT$/m);
    equal(/unknown/.test(copyright), false);
  });

  it('gives everything to root, and lets nobody else write', async () => {
    const { stdout } = await execa('dpkg-deb', ['--contents', deb]);
    const others = stdout
      .split('\n')
      .filter((line) => !/ root\/root /.test(line) || /^[-d].{4}w|^[-d].{7}w/.test(line));
    deepEqual(others, []);
  });

  it('has maintainer scripts that a shell can read', async () => {
    const control = join(directory, 'control');
    await execa('dpkg-deb', ['--control', deb, control]);
    for (const name of ['postinst', 'prerm', 'postrm']) await execa('sh', ['-n', join(control, name)]);
    equal(readFileSync(join(control, 'conffiles'), 'utf8'), '/etc/sstory.conf\n');
  });
});
