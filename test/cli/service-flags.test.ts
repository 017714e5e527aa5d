import { deepEqual, match } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireRecordFlags } from '../../src/cli/commands/record.js';
import { serviceChecks } from '../../src/cli/service-flags.js';
import { Stage } from '../lab/stage.js';

const PACKAGED = fileURLToPath(new URL('../../../scripts/packaging/sstory.conf', import.meta.url));

describe('the flags of the service', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  async function checked(text: string): Promise<string> {
    const file = join(await stage.directory(), 'sstory.conf');
    writeFileSync(file, text);
    return [...serviceChecks(requireRecordFlags, file)].map(({ ok, detail }) => `${ok} ${detail}`).join();
  }

  it('are those that the package has', () => {
    const [check] = serviceChecks(requireRecordFlags, PACKAGED);
    deepEqual([check?.ok, check?.detail], [true, 'record --retain 7d --max-size 2GB,5%']);
  });

  it('are read as systemd reads them', async () => {
    deepEqual(
      await checked('# a\nRECORD_FLAGS=--retain 1d\nRECORD_FLAGS="--retain 2d  --no-names"\n'),
      'true record --retain 2d --no-names',
    );
    deepEqual(await checked(''), 'true record');
  });

  it('are rejected by name', async () => {
    match(await checked('RECORD_FLAGS=--retian 7d\n'), /^false unknown option '--retian'/);
    match(await checked('RECORD_FLAGS=--retain soon\n'), /^false .*invalid duration "soon"/);
  });

  it('are not there without a service', () => {
    deepEqual([...serviceChecks(requireRecordFlags, '/nonexistent/sstory.conf')], []);
  });
});
