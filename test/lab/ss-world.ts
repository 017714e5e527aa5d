/**
 * Run in a network namespace of its own (`unshare -n`): makes TCP sockets in many states, runs the real ss with each
 * command line that it reads from stdin (JSON, a list of lists of arguments), and prints what came out as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  acceptAt,
  closeSocket,
  connectTo,
  listenAt,
  makeSocket,
  OPTIONS,
  type SocketOption,
  shutDown,
} from './socket-calls.js';

export interface SsAnswer {
  readonly code: number;
  readonly stdout: string;
}

/** Both ends of a connection; `from` undefined: the kernel chooses the port. */
function connection(
  server: number,
  to: readonly [string, number],
  from: readonly [string, number | undefined],
  options: readonly SocketOption[] = [],
): [number, number] {
  const client = makeSocket(from[0], from[1], options);
  connectTo(client, ...to);
  return [client, acceptAt(server)];
}

const ANY6 = '0:0:0:0:0:0:0:0';
const ONE6 = '0:0:0:0:0:0:0:1';

function makeSockets(): void {
  const web = listenAt('127.0.0.1', 80);
  const alt = listenAt('127.1.2.3', 8080);
  const tls = listenAt(ONE6, 443);
  const dual = listenAt(ANY6, 9090);
  listenAt('0.0.0.0', 22);
  listenAt('0.0.0.0', 23, [OPTIONS.device('lo')]);
  listenAt('0.0.0.0', 24, [OPTIONS.mark(0x17)]);
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_001]);
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_002], [OPTIONS.mark(0x17)]);
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_003], [OPTIONS.mark(0x8000_0001 | 0)]);
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', undefined]);
  connection(alt, ['127.1.2.3', 8080], ['127.9.9.9', 2001]);
  connection(tls, [ONE6, 443], [ONE6, 40_006]);
  connection(tls, [ONE6, 443], [ONE6, undefined], [OPTIONS.device('lo')]);
  connection(dual, ['127.0.0.5', 9090], ['127.0.0.6', 40_007]);
  connection(dual, [ONE6, 9090], [ONE6, 40_008]);
  const [half] = connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_009]);
  shutDown(half);
  const [first, second] = connection(tls, [ONE6, 443], [ONE6, 40_010]);
  closeSocket(first);
  closeSocket(second);
  const [third, fourth] = connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_011]);
  closeSocket(third);
  closeSocket(fourth);
  for (const to of ['192.0.2.9', '192.0.2.10']) {
    connectTo(makeSocket('192.0.2.1', 40_020, [], false), to, 9200, false);
  }
}

/** Waits until the last packets have arrived, which softirqs may carry late on a busy machine: no state is left that passes by itself. */
function settle(): void {
  const passing = ['state', 'fin-wait-1', 'state', 'last-ack', 'state', 'closing', 'state', 'syn-recv'];
  const end = Date.now() + 20_000;
  while (spawnSync('ss', ['-tanHO', ...passing], { encoding: 'utf8' }).stdout !== '')
    if (Date.now() > end) throw new Error('sockets do not come to rest');
}

function ip(...args: string[]): void {
  execFileSync('ip', args);
}

/** A dead end: 192.0.2.0/24 behind a pair of virtual cables in this namespace, whose far end takes no packet. */
function makeNetwork(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far');
  ip('addr', 'add', '192.0.2.1/24', 'dev', 'near');
  for (const link of ['near', 'far']) ip('link', 'set', link, 'up');
  for (const to of ['192.0.2.9', '192.0.2.10']) ip('neigh', 'add', to, 'lladdr', '02:00:00:00:00:01', 'dev', 'near');
  writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '50000 60999');
}

makeNetwork();
makeSockets();
settle();
const commands = JSON.parse(readFileSync(0, 'utf8')) as readonly (readonly string[])[];
const answers = commands.map((args): SsAnswer => {
  const { status, stdout } = spawnSync('ss', args, { encoding: 'utf8' });
  return { code: status ?? -1, stdout };
});
process.stdout.write(JSON.stringify(answers));
