/** The notification protocol of service managers, sd_notify(3): datagrams of NAME=VALUE lines to a Unix socket. */
import { closeDescriptor, describeErrno, errno, libc } from './libc.js';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** struct sockaddr_un of include/uapi/linux/un.h: the family, then the path. */
const PATH_OFFSET = 2;
const PATH_BYTES = 108;

const socket = libc.func('int socket(int, int, int)');
const sendto = libc.func('long sendto(int, void *, size_t, int, void *, unsigned int)');

/** The manager that started this process and waits for its notifications. */
export class ServiceManager {
  private constructor(
    private readonly address: Uint8Array,
    /** The longest time between two calls of `alive`, milliseconds; undefined where the manager does not watch. */
    readonly watchdogMs: number | undefined,
  ) {}

  /** Undefined where no manager waits: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as systemd sets them. */
  static of(env: Readonly<Record<string, string | undefined>>, pid = process.pid): ServiceManager | undefined {
    const address = socketAddress(env['NOTIFY_SOCKET'] ?? '');
    if (address === undefined) return undefined;
    const forOther = env['WATCHDOG_PID'] !== undefined && Number(env['WATCHDOG_PID']) !== pid;
    const timeoutUs = forOther ? 0 : Number(env['WATCHDOG_USEC'] ?? 0);
    return new ServiceManager(address, timeoutUs > 0 ? timeoutUs / 1000 : undefined);
  }

  ready(): void {
    this.send('READY=1');
  }

  /** `status`: a line for `systemctl status`. */
  alive(status: string): void {
    this.send(`WATCHDOG=1\nSTATUS=${status.replaceAll('\n', ' ')}`);
  }

  stopping(): void {
    this.send('STOPPING=1');
  }

  /** A manager that cannot be reached is no reason to stop recording: what went wrong is returned. */
  private send(text: string): string | undefined {
    const fd = Number(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (fd < 0) return describeErrno(errno());
    const bytes = Buffer.from(text);
    const sent = Number(
      sendto(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, this.address, this.address.length),
    );
    const failure = sent < 0 ? describeErrno(errno()) : undefined;
    closeDescriptor(fd);
    return failure;
  }
}

/** A path, or an abstract name after `@`; undefined for what is neither, such as vsock addresses. */
function socketAddress(name: string): Uint8Array | undefined {
  const path = Buffer.from(name);
  if (!/^[/@]./s.test(name) || path.length >= PATH_BYTES) return undefined;
  if (name.startsWith('@')) path[0] = 0;
  const address = Buffer.alloc(PATH_OFFSET + path.length);
  address.writeUInt16LE(AF_UNIX);
  path.copy(address, PATH_OFFSET);
  return address;
}
