import { closeDescriptor, libc } from './libc.js';

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

const socket = libc.func('int socket(int, int, int)');
const connect = libc.func('int connect(int, void *, unsigned int)');

/** Calls connect(2) on a TCP socket so that it fails (EINVAL: the address has no length) before anything is sent or changed; programs that trace it see this IPv4 address. */
export function failToConnect(address: string, port: number): void {
  const fd = Number(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd < 0) return;
  // struct sockaddr_in: the family, the port and the address in network order.
  const bytes = Uint8Array.of(AF_INET, 0, port >>> 8, port & 255, ...address.split('.').map(Number));
  connect(fd, bytes, 0);
  closeDescriptor(fd);
}
