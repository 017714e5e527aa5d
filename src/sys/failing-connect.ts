import { endianness } from 'node:os';
import { SELF_CHECK } from '../model/self-check.js';
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
  connect(fd, selfCheckAddress(), 0);
  closeDescriptor(fd);
}

/** As `struct sockaddr_in`: the family in the order of the host, port and address in that of the network. */
function selfCheckAddress(): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setUint16(0, AF_INET, endianness() === 'LE');
  bytes.setUint16(2, SELF_CHECK.port);
  for (const [index, byte] of SELF_CHECK.address.split('.').entries()) bytes.setUint8(4 + index, Number(byte));
  return new Uint8Array(bytes.buffer);
}
