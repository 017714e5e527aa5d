import { equal } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { missing } from '../lab/privileges.js';

const unitNamed = (name: string) =>
  fileURLToPath(new URL(`../../../scripts/packaging/${name}.service`, import.meta.url));
/** Tenths: of 100, where a service without any restriction has 96. */
const MOST_EXPOSURE = 39;

for (const name of ['sstory-record', 'sstory-serve', 'sstory-ship']) {
  it(`${name}.service has an exposure of at most ${MOST_EXPOSURE} tenths by systemd-analyze security`, async function () {
    const args = ['security', '--no-pager', '--offline=true', `--threshold=${MOST_EXPOSURE}`, unitNamed(name)];
    const { exitCode, stdout, stderr, code } = await execa('systemd-analyze', args, { reject: false });
    if (code === 'ENOENT') missing(this, 'needs systemd-analyze (scripts/setup.sh test installs it)');
    equal(exitCode, 0, `${stdout}\n${stderr}`);
  });
}
