import { deepEqual, equal, match } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { versionIn } from '../../../src/cli/ss/installed-ss.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';

describe('the ss that is installed', () => {
  const stage = new Stage();
  let directory: string;
  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  /** The header of a listing next to an ss that answers -V with this text; without one where undefined. */
  async function header(answer: string | undefined, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const place = await stage.directory();
    if (answer !== undefined) writeFileSync(join(place, 'ss'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    const options = { env: { PATH: place, ...env }, extendEnv: false, cwd: directory, shell: false };
    const { stdout } = await execa(process.execPath, [MAIN, '-tn', 'sport', '=', ':1'], options);
    return stdout.split('\n')[0] ?? '';
  }

  it('decides what is printed', async () => {
    match(await header('ss utility, iproute2-6.1.0'), /Process$/);
    for (const answer of ['ss utility, iproute2-6.15.0', 'ss utility, iproute2-7.3.0', undefined, 'sstory 0.1.0']) {
      match(await header(answer), /Peer Address:Port *$/, answer);
    }
  });

  it('decides whether COLUMNS is the width, outside a terminal', async () => {
    const width = async (answer: string, columns: string) => (await header(answer, { COLUMNS: columns })).length;
    const natural = (await header('ss utility, iproute2-7.3.0')).length;
    equal(await width('ss utility, iproute2-7.3.0', '120'), 120);
    equal(await width('ss utility, iproute2-7.3.0', ' +120x'), 120);
    for (const columns of ['', '0', '-120', 'wide']) {
      equal(await width('ss utility, iproute2-7.3.0', columns), natural, columns);
    }
    equal(await width('ss utility, iproute2-6.1.0', '120'), (await header('ss utility, iproute2-6.1.0')).length);
  });

  it('has its release in its answer to -V', () => {
    deepEqual(versionIn('ss utility, iproute2-6.1.0'), [6, 1]);
    deepEqual(versionIn('ss utility, iproute2-7.10.0, libbpf 1.5'), [7, 10]);
    deepEqual(versionIn('ss utility, iproute2-ss170905'), [4, 0]);
    equal(versionIn(''), undefined);
  });
});
