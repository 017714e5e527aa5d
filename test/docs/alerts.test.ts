import { deepEqual, equal } from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { missing } from '../lab/privileges.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('docs/alerts.yml', () => {
  for (const words of [
    ['check', 'rules', 'docs/alerts.yml'],
    ['test', 'rules', 'test/docs/alerts.test.yml'],
  ]) {
    it(`passes promtool ${words.slice(0, 2).join(' ')}`, async function () {
      const { exitCode, stdout, stderr, code } = await execa('promtool', words, { cwd: ROOT, reject: false });
      if (code === 'ENOENT') missing(this, 'needs promtool (scripts/setup.sh test installs it)');
      equal(exitCode, 0, `${stdout}\n${stderr}`);
      deepEqual(stderr, '');
    });
  }
});
