import { deepEqual, equal } from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordServer, runningServers } from '../../src/server/running-servers.js';
import { Stage } from '../lab/stage.js';

describe('the server of a service', () => {
  const stage = new Stage();
  const before = process.env['RUNTIME_DIRECTORY'];
  afterEach(() => {
    if (before === undefined) delete process.env['RUNTIME_DIRECTORY'];
    else process.env['RUNTIME_DIRECTORY'] = before;
  });
  after(() => stage[Symbol.asyncDispose]());

  async function recorded() {
    const directory = await stage.directory();
    chmodSync(directory, 0o750);
    process.env['RUNTIME_DIRECTORY'] = directory;
    return { directory, record: recordServer('/var/lib/h.db', 'http://127.0.0.1:7070/#token=t') };
  }
  const urlsIn = (directory: string) => runningServers([], directory).map(({ url }) => url);

  it('is recorded in the directory that systemd made for it, for its group too', async () => {
    const { directory, record } = await recorded();
    const [name = ''] = readdirSync(directory);
    equal(statSync(join(directory, name)).mode & 0o777, 0o640);
    deepEqual(urlsIn(directory), ['http://127.0.0.1:7070/#token=t']);
    record?.remove();
    deepEqual(urlsIn(directory), []);
  });

  it('is not looked for where others may write', async () => {
    const { directory } = await recorded();
    chmodSync(directory, 0o770);
    deepEqual(urlsIn(directory), []);
  });

  it('is forgotten when its process has ended', async () => {
    const { directory } = await recorded();
    const gone = { pid: 2 ** 22, startTime: '1', file: '/var/lib/h.db', url: 'http://127.0.0.1:1/#token=t' };
    writeFileSync(join(directory, `serve-${gone.pid}.json`), JSON.stringify(gone));
    equal(urlsIn(directory).length, 1);
    equal(readdirSync(directory).length, 1);
  });
});
