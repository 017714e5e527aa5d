import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { ServiceManager } from '../../src/sys/notify.js';
import { NotifySocket } from '../lab/notify-socket.js';
import { Stage } from '../lab/stage.js';

describe('the service manager', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  function notified(name: string): readonly string[] {
    const socket = new NotifySocket(name);
    const manager = ServiceManager.of({ NOTIFY_SOCKET: name });
    manager?.ready();
    manager?.alive('recording,\n3 sockets');
    manager?.stopping();
    const lines = socket.lines();
    socket.close();
    return lines;
  }
  const ALL = ['READY=1', 'WATCHDOG=1', 'STATUS=recording, 3 sockets', 'STOPPING=1'];

  it('is notified at a path', async () => deepEqual(notified(join(await stage.directory(), 'notify')), ALL));

  it('is notified at an abstract name', () => deepEqual(notified(`@sstory-test-${process.pid}`), ALL));

  it('that went away is not missed', () => ServiceManager.of({ NOTIFY_SOCKET: '/nonexistent/notify' })?.ready());

  it('is not there without a socket, or with one of another family', () => {
    for (const name of [undefined, '', 'vsock:2:1234', `/${'a'.repeat(108)}`])
      equal(ServiceManager.of({ NOTIFY_SOCKET: name }), undefined);
  });

  it('watches only the process that it names', () => {
    const env = { NOTIFY_SOCKET: '@a', WATCHDOG_USEC: '120000000' };
    equal(ServiceManager.of(env)?.watchdogMs, 120_000);
    equal(ServiceManager.of({ ...env, WATCHDOG_PID: '7' }, 7)?.watchdogMs, 120_000);
    equal(ServiceManager.of({ ...env, WATCHDOG_PID: '8' }, 7)?.watchdogMs, undefined);
    equal(ServiceManager.of({ NOTIFY_SOCKET: '@a' })?.watchdogMs, undefined);
  });
});
