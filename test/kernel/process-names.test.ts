/** Names of processes that change, and pids that are used again, faster than events are read. */
import { deepEqual, equal } from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireBpf } from '../lab/privileges.js';
import { query, Recorder } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

/** Ports at which nothing listens. */
const FIRST_PORT = 20_000;
const CONNECTS = 40;

/**
 * The first half of the connects by one process that renames itself before each; the second half by processes that follow each other with
 * one pid (clone3(2) with `set_tid`, Linux 5.5).
 */
const PROGRAM = `
import ctypes, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def connect(i):
    open('/proc/self/comm', 'w').write('name-%d' % i)
    s = socket.socket()
    s.connect_ex(('127.0.0.1', ${FIRST_PORT} + i))
    s.close()
for i in range(${CONNECTS / 2}):
    connect(i)
pid = os.fork()
if pid == 0: os._exit(0)
os.waitpid(pid, 0)
for i in range(${CONNECTS / 2}, ${CONNECTS}):
    tid = (ctypes.c_int * 1)(pid)
    args = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17, 0, 0, 0, ctypes.addressof(tid), 1, 0)
    child = libc.syscall(435, args, 88)
    if child == 0:
        connect(i)
        os._exit(0)
    if child < 0: raise OSError(ctypes.get_errno())
    os.waitpid(child, 0)
`;

describe('the name of a process', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(function () {
    requireBpf(this);
    stage = new Stage();
  });
  after(() => stage?.[Symbol.asyncDispose]());

  it('is that of the moment of each connect, whatever the process or its pid was before and after', async () => {
    const directory = await stage.directory();
    const path = join(directory, 'a.db');
    const program = join(directory, 'connects.py');
    await writeFile(program, PROGRAM);
    const place = await stage.netns();
    const recorder = stage.use(await Recorder.start(path, '--source', 'bpf', '--no-names'));
    await place.run('python3', program);
    await recorder.stop();
    const rows = query<{ port: number; pid: number; comm: string }>(
      path,
      'SELECT remote_port AS port, pid, comm FROM connections WHERE netns = ? AND remote_port >= ? ORDER BY remote_port',
      place.inode,
      FIRST_PORT,
    );
    deepEqual(
      rows.map(({ port, comm }) => [port, comm]),
      Array.from({ length: CONNECTS }, (_, index) => [FIRST_PORT + index, `name-${index}`]),
    );
    equal(new Set(rows.slice(CONNECTS / 2).map(({ pid }) => pid)).size, 1, 'one pid, used again and again');
  });
});
