/**
 * The protocol of service managers: sd_notify(3), datagrams of NAME=VALUE lines to a Unix socket, and sd_listen_fds(3), descriptors
 * that were given to this process.
 */
import { closeDescriptor, libc } from './libc.js';
import { NativeMemory } from './native-memory.js';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
/** struct sockaddr_un of include/uapi/linux/un.h: the family, then the path. */
const PATH_OFFSET = 2;
const PATH_BYTES = 108;

const SOL_SOCKET = 1;
const SO_SNDTIMEO = 21;
/** What is kept or not must arrive: systemd's queue has room for 512 datagrams, others' for 10. */
const PATIENCE_S = 1;
const SCM_RIGHTS = 1;
/** SCM_MAX_FD of include/net/scm.h: the most descriptors of one datagram. */
const MOST_DESCRIPTORS = 253;
const FIRST_LISTEN_FD = 3;
const F_SETFD = 2;
const FD_CLOEXEC = 1;

const socket = libc.func('int socket(int, int, int)');
const sendto = libc.func('long sendto(int, void *, size_t, int, void *, unsigned int)');
const setsockopt = libc.func('int setsockopt(int, int, int, void *, unsigned int)');
const sendmsg = libc.func('long sendmsg(int, void *, int)');
const fcntl = libc.func('int fcntl(int, int, int)');

/** The manager that started this process and waits for its notifications. */
export class ServiceManager {
  private constructor(
    private readonly address: Uint8Array,
    private given: ReadonlyMap<string, readonly number[]>,
    /** The longest time between two calls of `alive`, milliseconds; undefined where the manager does not watch. */
    readonly watchdogMs: number | undefined,
  ) {}

  /** Undefined where no manager waits: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID as systemd sets them. */
  static of(env: Readonly<Record<string, string | undefined>>, pid = process.pid): ServiceManager | undefined {
    const address = socketAddress(env['NOTIFY_SOCKET'] ?? '');
    if (address === undefined) return undefined;
    const forOther = env['WATCHDOG_PID'] !== undefined && Number(env['WATCHDOG_PID']) !== pid;
    const timeoutUs = forOther ? 0 : Number(env['WATCHDOG_USEC'] ?? 0);
    return new ServiceManager(address, givenDescriptors(env, pid), timeoutUs > 0 ? timeoutUs / 1000 : undefined);
  }

  /** What the manager kept of the process before, by name: the first call gets it, and has to close it. */
  receive(): ReadonlyMap<string, readonly number[]> {
    const { given } = this;
    this.given = new Map();
    return given;
  }

  /**
   * Has the manager keep descriptors for the next process of this service, besides those of the same name. It does where the unit has
   * FileDescriptorStoreMax=; it closes them when the service is stopped, and not when it is restarted.
   */
  keep(name: string, fds: readonly number[]): void {
    // Without FDPOLL=0 it would give up the perf events: one without a buffer of its own is at its end, to poll(2).
    if (fds.length > 0) this.sendPatiently(`FDSTORE=1\nFDNAME=${name}\nFDPOLL=0`, fds.slice(0, MOST_DESCRIPTORS));
  }

  forget(name: string): void {
    this.sendPatiently(`FDSTOREREMOVE=1\nFDNAME=${name}`, []);
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

  /** A manager that cannot be reached is no reason to stop recording. */
  private send(text: string): void {
    withSocket((fd) => {
      const bytes = Buffer.from(text);
      sendto(fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, this.address, this.address.length);
    });
  }

  /** Waits while the queue of the manager is full. */
  private sendPatiently(text: string, fds: readonly number[]): void {
    withSocket((socket) => {
      const patience = new BigInt64Array([BigInt(PATIENCE_S), 0n]);
      setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, patience, patience.byteLength);
      sendmsg(socket, messageWith(fds, Buffer.from(text), this.address), MSG_NOSIGNAL);
    });
  }
}

function withSocket(use: (fd: number) => void): void {
  const fd = Number(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd < 0) return;
  use(fd);
  closeDescriptor(fd);
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

/** struct msghdr, the struct iovec, the struct cmsghdr and the texts that it points to: of socket(7) and cmsg(3), where pointers have 8 bytes. */
function messageWith(fds: readonly number[], text: Uint8Array, address: Uint8Array): Uint8Array {
  const [header, vector, control] = [56, 16, fds.length === 0 ? 0 : 16 + 8 * Math.ceil(fds.length / 2)];
  const memory = new NativeMemory(header + vector + control + text.length + address.length);
  const view = new DataView(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const place = (offset: number) => memory.address + BigInt(offset);
  const [vectorAt, controlAt] = [header, header + vector];
  const textAt = controlAt + control;
  const addressAt = textAt + text.length;
  bytes.fill(0);
  view.setBigUint64(0, place(addressAt), true);
  view.setUint32(8, address.length, true);
  view.setBigUint64(16, place(vectorAt), true);
  view.setBigUint64(24, 1n, true);
  view.setBigUint64(32, place(controlAt), true);
  view.setBigUint64(40, BigInt(control), true);
  view.setBigUint64(vectorAt, place(textAt), true);
  view.setBigUint64(vectorAt + 8, BigInt(text.length), true);
  if (control > 0) {
    view.setBigUint64(controlAt, BigInt(16 + 4 * fds.length), true);
    view.setInt32(controlAt + 8, SOL_SOCKET, true);
    view.setInt32(controlAt + 12, SCM_RIGHTS, true);
  }
  for (const [index, fd] of fds.entries()) view.setInt32(controlAt + 16 + 4 * index, fd, true);
  bytes.set(text, textAt);
  bytes.set(address, addressAt);
  return bytes.subarray(0, header);
}

/** The descriptors that were given to this process, by name, and closed on exec from now on. */
function givenDescriptors(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): ReadonlyMap<string, readonly number[]> {
  const given = new Map<string, number[]>();
  if (Number(env['LISTEN_PID']) !== pid) return given;
  const names = (env['LISTEN_FDNAMES'] ?? '').split(':');
  for (let index = 0; index < Number(env['LISTEN_FDS'] ?? 0); index++) {
    const fd = FIRST_LISTEN_FD + index;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    const name = names[index] ?? '';
    given.set(name, [...(given.get(name) ?? []), fd]);
  }
  return given;
}
