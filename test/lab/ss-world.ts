/**
 * Run in a network namespace of its own (`unshare -n`): makes TCP sockets in many states, runs the real ss with each
 * command line that it reads from stdin (JSON, a list of lists of arguments), and prints what came out as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { libc } from '../../src/sys/libc.js';

export interface SsAnswer {
  readonly code: number;
  readonly stdout: string;
}

const [AF_INET, AF_INET6, SOCK_STREAM, SOCK_NONBLOCK] = [2, 10, 1, 0o4000];
const [SOL_SOCKET, SO_REUSEADDR, SO_BINDTODEVICE, SO_MARK] = [1, 2, 25, 36];
const SHUT_WR = 1;

const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, const uint8_t *, int)');
const listen = libc.func('int listen(int, int)');
const connect = libc.func('int connect(int, const uint8_t *, int)');
const accept = libc.func('int accept(int, void *, void *)');
const shutdown = libc.func('int shutdown(int, int)');
const close = libc.func('int close(int)');
const setsockopt = libc.func('int setsockopt(int, int, int, const uint8_t *, int)');

const int = (value: number) => new Uint8Array(new Int32Array([value]).buffer);

/** struct sockaddr_in or sockaddr_in6; IPv6 addresses are written out in full. */
function sockaddr(address: string, port: number): Uint8Array {
  const bytes = address.includes(':') ? ipv6(address) : Uint8Array.from(address.split('.').map(Number));
  const isV6 = bytes.length === 16;
  const result = new Uint8Array(isV6 ? 28 : 16);
  result.set([isV6 ? AF_INET6 : AF_INET, 0, port >> 8, port & 255]);
  result.set(bytes, isV6 ? 8 : 4);
  return result;
}

function ipv6(address: string): Uint8Array {
  return Uint8Array.from(
    address.split(':').flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 255]),
  );
}

function check(result: number, what: string): number {
  if (result < 0) throw new Error(`${what} failed`);
  return result;
}

interface Options {
  readonly mark?: number;
  readonly device?: string;
  readonly nonblocking?: boolean;
}

function make(address: string, port: number | undefined, options: Options = {}): number {
  const type = SOCK_STREAM | (options.nonblocking ? SOCK_NONBLOCK : 0);
  const fd = check(socket(address.includes(':') ? AF_INET6 : AF_INET, type, 0), 'socket');
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, int(1), 4);
  if (options.mark !== undefined) check(setsockopt(fd, SOL_SOCKET, SO_MARK, int(options.mark), 4), 'SO_MARK');
  const device = new TextEncoder().encode(options.device ?? '');
  if (options.device !== undefined)
    check(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, device.length), 'SO_BINDTODEVICE');
  const local = sockaddr(address, port ?? 0);
  if (port !== undefined) check(bind(fd, local, local.length), `bind to ${address} ${port}`);
  return fd;
}

function listener(address: string, port: number, options: Options = {}): number {
  const fd = make(address, port, options);
  check(listen(fd, 16), 'listen');
  return fd;
}

/** Both ends of a connection; `from` undefined: the kernel chooses the port. */
function connection(
  server: number,
  to: readonly [string, number],
  from: readonly [string, number | undefined],
  options: Options = {},
): [number, number] {
  const client = make(from[0], from[1], options);
  const remote = sockaddr(...to);
  check(connect(client, remote, remote.length), `connect to ${to.join(' ')}`);
  return [client, check(accept(server, null, null), 'accept')];
}

const ANY6 = '0:0:0:0:0:0:0:0';
const ONE6 = '0:0:0:0:0:0:0:1';

function makeSockets(): void {
  const web = listener('127.0.0.1', 80);
  const alt = listener('127.1.2.3', 8080);
  const tls = listener(ONE6, 443);
  const dual = listener(ANY6, 9090);
  listener('0.0.0.0', 22);
  listener('0.0.0.0', 23, { device: 'lo' });
  listener('0.0.0.0', 24, { mark: 0x17 });
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_001]);
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_002], { mark: 0x17 });
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_003], { mark: 0x8000_0001 | 0 });
  connection(web, ['127.0.0.1', 80], ['127.0.0.1', undefined]);
  connection(alt, ['127.1.2.3', 8080], ['127.9.9.9', 2001]);
  connection(tls, [ONE6, 443], [ONE6, 40_006]);
  connection(tls, [ONE6, 443], [ONE6, undefined], { device: 'lo' });
  connection(dual, ['127.0.0.5', 9090], ['127.0.0.6', 40_007]);
  connection(dual, [ONE6, 9090], [ONE6, 40_008]);
  const [half] = connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_009]);
  check(shutdown(half, SHUT_WR), 'shutdown');
  const [first, second] = connection(tls, [ONE6, 443], [ONE6, 40_010]);
  close(first);
  close(second);
  const [third, fourth] = connection(web, ['127.0.0.1', 80], ['127.0.0.1', 40_011]);
  close(third);
  close(fourth);
  for (const to of ['192.0.2.9', '192.0.2.10']) {
    const remote = sockaddr(to, 9200);
    connect(make('192.0.2.1', 40_020, { nonblocking: true }), remote, remote.length);
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
