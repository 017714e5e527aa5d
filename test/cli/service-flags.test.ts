import { deepEqual, match } from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireRecordFlags } from '../../src/cli/commands/record.js';
import { requireServeFlags } from '../../src/cli/commands/serve.js';
import { requireShipFlags } from '../../src/cli/commands/ship.js';
import { serviceChecks } from '../../src/cli/service-flags.js';
import { Stage } from '../lab/stage.js';

const PACKAGED = fileURLToPath(new URL('../../../scripts/packaging/sstory.conf', import.meta.url));

const ACCEPT = { record: requireRecordFlags, serve: requireServeFlags, ship: requireShipFlags };

describe('the flags of the services', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  async function checked(text: string): Promise<string> {
    const file = join(await stage.directory(), 'sstory.conf');
    writeFileSync(file, text);
    return [...serviceChecks(ACCEPT, file)].map(({ ok, detail }) => `${ok} ${detail}`).join('\n');
  }

  it('are those that the package has', () => {
    deepEqual(
      [...serviceChecks(ACCEPT, PACKAGED)].map(({ name, ok, detail }) => [name, ok, detail]),
      [
        [`${PACKAGED} RECORD_FLAGS`, true, 'record --retain 7d --max-size 2GB,5%'],
        [`${PACKAGED} SERVE_FLAGS`, true, 'serve'],
      ],
    );
  });

  it('are read as systemd reads them', async () => {
    deepEqual(
      await checked('# a\nRECORD_FLAGS=--retain 1d\nRECORD_FLAGS="--retain 2d  --no-names"\n'),
      'true record --retain 2d --no-names\ntrue serve',
    );
    deepEqual(await checked(''), 'true record\ntrue serve');
    deepEqual(
      await checked("SERVE_FLAGS='--listen [::1]:7071 --allow-host a.test'\n"),
      'true record\ntrue serve --listen [::1]:7071 --allow-host a.test',
    );
  });

  it('are rejected by name', async () => {
    match(await checked('RECORD_FLAGS=--retian 7d\n'), /^false unknown option '--retian'/);
    match(await checked('RECORD_FLAGS=--retain soon\n'), /^false .*invalid duration "soon"/);
    match(await checked('SERVE_FLAGS=--lisen 127.0.0.1:1\n'), /\nfalse unknown option '--lisen'/);
    match(await checked('SERVE_FLAGS=--listen nowhere:x\n'), /\nfalse .*invalid address "nowhere:x"/);
    match(await checked('SERVE_FLAGS=help\n'), /\nfalse too many arguments/);
  });

  it('of the shipper are checked where there are any', async () => {
    match(await checked('SHIP_FLAGS=--to dir:/srv/tcp --what all\n'), /\ntrue ship --to dir:\/srv\/tcp --what all$/);
    match(await checked('SHIP_FLAGS=--to dir:tcp\n'), /\nfalse .*"dir:tcp" does not name a whole path/);
    match(await checked('SHIP_FLAGS=--what all\n'), /\nfalse ship where\?/);
    match(await checked('SHIP_FLAGS=--too dir:/srv/tcp\n'), /\nfalse unknown option '--too'/);
  });

  it('are rejected where the page would be open to other hosts without a token', async () => {
    match(await checked('SERVE_FLAGS=--listen 0.0.0.0:7070\n'), /\nfalse .*needs --token-file FILE/);
    match(await checked('SERVE_FLAGS=--metrics 0.0.0.0\n'), /\nfalse .*needs --token-file FILE/);
    match(await checked('SERVE_FLAGS=--listen 0.0.0.0:7070 --token-file /etc/token\n'), /\ntrue serve/);
  });

  it('are not there without a service', () => {
    deepEqual([...serviceChecks(ACCEPT, '/nonexistent/sstory.conf')], []);
  });
});
