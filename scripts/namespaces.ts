/**
 * A recorder with many network namespaces: each has a listener and two connected sockets. As root: `node dist/scripts/namespaces.js
 * [--count 1000]`. Prints what the recorder costs with them; exit code 1 if one was not found, dumped, or ended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { outputOf } from '../test/lab/output.js';
import { MAIN, numberOf, Recorder, sstory } from '../test/lab/sstory.js';
import { until } from '../test/lab/until.js';
import { megabytes, say } from './bench/figures.js';
import { residentBytes, runTimeMs } from './bench/process-usage.js';
import { TemporaryDirectory } from './bench/temporary-directory.js';

const SECONDS = 30;

/** Makes them as `ip netns` does, and deletes them when its standard input ends. */
const PROGRAM = `
import ctypes, os, socket, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
names = ['sstory-%d-%d' % (os.getpid(), each) for each in range(int(sys.argv[1]))]
ip = lambda verb: subprocess.run(['ip', '-b', '-'], input=''.join('netns %s %s\\n' % (verb, name) for name in names), text=True, check=True)
ip('add')
made = []
try:
    for name in names:
        fd = os.open('/run/netns/' + name, os.O_RDONLY)
        if libc.setns(fd, 0) != 0: raise OSError(ctypes.get_errno(), 'setns')
        os.system('ip link set lo up')
        server = socket.create_server(('127.0.0.1', 0))
        client = socket.create_connection(server.getsockname())
        made.append((os.fstat(fd).st_ino, server, client, server.accept()[0]))
        os.close(fd)
    print(' '.join(str(each[0]) for each in made), flush=True)
    sys.stdin.read()
finally:
    made.clear()
    ip('del')
`;

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000' } } });
const count = Number(values.count);
using directory = new TemporaryDirectory();
const path = directory.file('namespaces.db');
const holder = execa('python3', ['-c', PROGRAM, String(count)], { reject: false, stdin: 'pipe' });
const inodes = outputOf(holder.stdout);
for (let waits = 0; !inodes().endsWith('\n') && holder.exitCode === null && waits < 600; waits++) await delay(500);
if (!inodes().endsWith('\n')) throw new Error(`the namespaces were not made: ${(await holder).stderr}`);
const list = inodes().trim().split(' ').join(',');
const recorder = await Recorder.start(path, '--source', 'bpf', '--no-names');
const sockets = () => numberOf(path, `SELECT count(*) FROM connections WHERE netns IN (${list}) AND closed_us IS NULL`);
await until('the sockets of all', () => sockets() === 3 * count);
const pid = recorder.pid ?? 0;
const beforeMs = runTimeMs(pid);
await delay(SECONDS * 1_000);
const share = (runTimeMs(pid) - beforeMs) / SECONDS / 1_000;
const everyUs = numberOf(
  path,
  `SELECT avg(next_us) FROM snapshots WHERE netns IN (${list}) AND at_us > (SELECT max(at_us) - 20000000 FROM snapshots)`,
);
say(
  `${count} namespaces, ${sockets()} sockets: ${(share * 100).toFixed(1)} % of a core, ${megabytes(residentBytes(pid) ?? 0)}, a snapshot every ${(everyUs / 1e6).toFixed(1)} s`,
);
holder.stdin.end();
await holder;
const ended = () => numberOf(path, `SELECT count(*) FROM namespaces WHERE netns IN (${list}) AND to_us IS NOT NULL`);
await until('their end', () => ended() === count && sockets() === 0).catch((error: Error) => say(error.message));
const { exitCode, stderr } = await recorder.stop();
const check = await sstory('check', '--db', path);
say(`${ended()} ended, ${sockets()} sockets left open; ${check.stdout.slice(0, 500)}`);
if (exitCode !== 0) say(`${MAIN} record: ${stderr}`);
process.exitCode = exitCode === 0 && ended() === count && sockets() === 0 && check.exitCode === 0 ? 0 : 1;
