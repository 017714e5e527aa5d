/**
 * A recorder with many network namespaces: each has a listener and two connected sockets. As root: `node dist/scripts/namespaces.js
 * [--count 1000]`. Prints what the recorder costs with them; exit code 1 if one was not found, dumped, or ended.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { MAIN, numberOf, Recorder, sstory } from '../test/lab/sstory.js';
import { until } from '../test/lab/until.js';
import { megabytes, say } from './bench/figures.js';
import { residentBytes, runTimeMs } from './bench/process-usage.js';
import { TemporaryDirectory } from './bench/temporary-directory.js';

const SECONDS = 30;

/** Each in a process of its own that ends with this one's stdin. */
const PROGRAM = `
import ctypes, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
made = []
for _ in range(int(sys.argv[1])):
    if libc.unshare(CLONE_NEWNET) != 0: raise OSError(ctypes.get_errno(), 'unshare')
    os.system('ip link set lo up')
    server = socket.create_server(('127.0.0.1', 0))
    client = socket.create_connection(server.getsockname())
    made.append((os.open('/proc/self/ns/net', os.O_RDONLY), server, client, server.accept()[0]))
inodes = [str(os.fstat(each[0]).st_ino) for each in made]
print(' '.join(inodes), flush=True)
sys.stdin.read()
`;

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000' } } });
const count = Number(values.count);
using directory = new TemporaryDirectory();
const path = directory.file('namespaces.db');
const holder = execa('python3', ['-c', PROGRAM, String(count)], { reject: false, stdin: 'pipe' });
let inodes = '';
holder.stdout.on('data', (chunk: Buffer) => {
  inodes += chunk.toString();
});
for (let waits = 0; !inodes.endsWith('\n') && holder.exitCode === null && waits < 600; waits++) await delay(500);
if (!inodes.endsWith('\n')) throw new Error(`the namespaces were not made: ${(await holder).stderr}`);
const list = inodes.trim().split(' ').join(',');
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
