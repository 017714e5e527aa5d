import { closeDescriptor, libc } from './libc.js';

const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;

const socket = libc.func('int socket(int, int, int)');
const connect = libc.func('int connect(int, void *, unsigned int)');

/** What a connect(2) with an address of no length fails with. */
export const EINVAL = 22;

/** Calls connect(2) on a TCP socket so that it fails before anything is sent or changed. */
export function failToConnect(): void {
  const fd = Number(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd < 0) return;
  connect(fd, new Uint8Array(16), 0);
  closeDescriptor(fd);
}
