import { ok } from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { NotifySocket } from '../../lab/notify-socket.js';
import { MAIN } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

describe('record, as a service', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('notifies when it records, while it does, and when it stops', async () => {
    const directory = await stage.directory();
    const socket = new NotifySocket(join(directory, 'notify'));
    const args = ['record', '--db', join(directory, 'a.db'), '--source', 'diag', '--netns', 'self', '--no-names'];
    const recorder = execa(process.execPath, [MAIN, ...args], {
      env: { NOTIFY_SOCKET: socket.name, WATCHDOG_USEC: '100000' },
    });
    const received = (line: string) => socket.lines().includes(line);
    await until('READY', () => received('READY=1'));
    ok(!received('STOPPING=1'));
    await until('a ping', () => received('WATCHDOG=1'));
    recorder.kill('SIGTERM');
    await recorder;
    ok(received('STOPPING=1'));
    socket.close();
  });
});
