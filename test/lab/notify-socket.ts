import { closeDescriptor, libc } from '../../src/sys/libc.js';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MOST_BYTES = 4_096;

const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, void *, unsigned int)');
const recv = libc.func('long recv(int, _Out_ void *, size_t, int)');

/** The socket of a service manager: what sd_notify(3) sends to. */
export class NotifySocket {
  private readonly fd = Number(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  private readonly received: string[] = [];

  /** At a path, or at an abstract name that begins with `@`. */
  constructor(readonly name: string) {
    const path = Buffer.from(name.replace(/^@/, '\0'));
    const address = Buffer.concat([Uint8Array.of(AF_UNIX, 0), path]);
    if (bind(this.fd, address, address.length) !== 0) throw new Error(`no socket at ${name}`);
  }

  /** The lines of all notifications so far. */
  lines(): readonly string[] {
    const buffer = Buffer.alloc(MOST_BYTES);
    for (;;) {
      const bytes = Number(recv(this.fd, buffer, MOST_BYTES, MSG_DONTWAIT));
      if (bytes < 0) return this.received;
      this.received.push(...buffer.toString('utf8', 0, bytes).split('\n'));
    }
  }

  close(): void {
    closeDescriptor(this.fd);
  }
}
