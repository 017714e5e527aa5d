/** Socket calls of this process, for tests that need what neither Node nor the actor sets: marks, devices, timers. */
import { libc } from '../../src/sys/libc.js';

const [AF_INET, AF_INET6, SOCK_STREAM, SOCK_NONBLOCK] = [2, 10, 1, 0o4000];
const [SOL_SOCKET, SO_REUSEADDR] = [1, 2];
const [F_SETFD, FD_CLOEXEC] = [2, 1];

const call = {
  socket: libc.func('int socket(int, int, int)'),
  bind: libc.func('int bind(int, const uint8_t *, int)'),
  listen: libc.func('int listen(int, int)'),
  connect: libc.func('int connect(int, const uint8_t *, int)'),
  accept: libc.func('int accept(int, void *, void *)'),
  shutdown: libc.func('int shutdown(int, int)'),
  close: libc.func('int close(int)'),
  send: libc.func('long send(int, const uint8_t *, size_t, int)'),
  recv: libc.func('long recv(int, uint8_t *, size_t, int)'),
  setsockopt: libc.func('int setsockopt(int, int, int, const uint8_t *, int)'),
  fcntl: libc.func('int fcntl(int, int, int)'),
};

/** `[level, option, value]` of setsockopt. */
export type SocketOption = readonly [level: number, option: number, value: number | string];

/** Levels and options of <asm-generic/socket.h>, <netinet/in.h> and <netinet/tcp.h>. */
export const OPTIONS = {
  device: (name: string): SocketOption => [SOL_SOCKET, 25, name],
  keepalive: (): SocketOption => [SOL_SOCKET, 9, 1],
  mark: (mark: number): SocketOption => [SOL_SOCKET, 36, mark],
  priority: (priority: number): SocketOption => [SOL_SOCKET, 12, priority],
  receiveBuffer: (bytes: number): SocketOption => [SOL_SOCKET, 8, bytes],
  tos: (tos: number): SocketOption => [0, 1, tos],
  freebind: (): SocketOption => [0, 15, 1],
  trafficClass: (tclass: number): SocketOption => [41, 67, tclass],
  v6only: (): SocketOption => [41, 26, 1],
  congestion: (name: string): SocketOption => [6, 13, name],
} as const;

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

/** A socket, bound where a port is given (0: the kernel chooses): its descriptor, which children inherit. */
export function makeSocket(
  address: string,
  port?: number,
  options: readonly SocketOption[] = [],
  blocking = true,
): number {
  const type = SOCK_STREAM | (blocking ? 0 : SOCK_NONBLOCK);
  const fd = check(call.socket(address.includes(':') ? AF_INET6 : AF_INET, type, 0), 'socket');
  for (const option of [[SOL_SOCKET, SO_REUSEADDR, 1] as const, ...options]) setOption(fd, option);
  const local = sockaddr(address, port ?? 0);
  if (port !== undefined) check(call.bind(fd, local, local.length), `bind to ${address} ${port}`);
  return fd;
}

/** Sets one option of a socket. */
export function setOption(fd: number, [level, option, value]: SocketOption): void {
  const bytes =
    typeof value === 'string' ? new TextEncoder().encode(value) : new Uint8Array(new Int32Array([value]).buffer);
  check(call.setsockopt(fd, level, option, bytes, bytes.length), `setsockopt ${level} ${option}`);
}

export function listenAt(address: string, port: number, options: readonly SocketOption[] = [], backlog = 16): number {
  const fd = makeSocket(address, port, options);
  check(call.listen(fd, backlog), 'listen');
  return fd;
}

/** Connects; a blocking socket must succeed, another one is on its way. */
export function connectTo(fd: number, address: string, port: number, blocking = true): void {
  const remote = sockaddr(address, port);
  const result = call.connect(fd, remote, remote.length);
  if (blocking) check(result, `connect to ${address} ${port}`);
}

export function acceptAt(fd: number): number {
  return check(call.accept(fd, null, null), 'accept');
}

/** Sends so many zero bytes. */
export function sendBytes(fd: number, count: number): void {
  check(call.send(fd, new Uint8Array(count), count, 0), 'send');
}

/** Takes up to so many bytes out of the receive queue. */
export function receiveBytes(fd: number, count: number): void {
  check(call.recv(fd, new Uint8Array(count), count, 0), 'recv');
}

/** Ends the sending half: FIN. */
export function shutDown(fd: number): void {
  check(call.shutdown(fd, 1), 'shutdown');
}

export function closeSocket(fd: number): void {
  check(call.close(fd), 'close');
}

/** Children that are started from now on do not hold it. */
export function keepFromChildren(fd: number): void {
  check(call.fcntl(fd, F_SETFD, FD_CLOEXEC), 'fcntl');
}
