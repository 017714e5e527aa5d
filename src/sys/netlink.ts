/** Netlink sockets through libc. Layouts mirror include/uapi/linux/netlink.h. */
import { SstoryError } from '../model/error.js';
import { closeDescriptor, describeErrno, errno, libc } from './libc.js';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_NETNS_COOKIE = 71;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;
const SIOCGIFNAME = 0x8910;
/** struct ifreq of include/uapi/linux/if.h: the name, then the index. */
const IFREQ_BYTES = 40;
const IFREQ_INDEX = 16;
const EPERM = 1;
const EINTR = 4;
const EAGAIN = 11;
const ENOBUFS = 105;

/** The kernel fills at most 32 KiB a burst of messages (netlink_dump). */
export const BURST_BYTES = 65_536;
const SOCKET_BUFFER_BYTES = 4_194_304;

const socket = libc.func('int socket(int, int, int)');
const send = libc.func('long send(int, void *, size_t, int)');
const recv = libc.func('long recv(int, _Out_ void *, size_t, int)');
const bind = libc.func('int bind(int, void *, unsigned int)');
const setsockopt = libc.func('int setsockopt(int, int, int, void *, unsigned int)');
const ioctl = libc.func('int ioctl(int, unsigned long, _Inout_ void *)');
const getsockopt = libc.func('int getsockopt(int, int, int, _Out_ void *, _Inout_ void *)');

/** A system call on a netlink socket that failed. */
export class NetlinkError extends SstoryError {
  constructor(
    what: string,
    readonly errno: number,
  ) {
    const hint = errno === EPERM ? { hint: 'this needs root (CAP_NET_ADMIN)' } : {};
    super('netlink', `${what}: ${describeErrno(errno)}`, { cause: errno, ...hint });
  }

  /** The kernel dropped messages because they were not read fast enough. */
  get overrun(): boolean {
    return this.errno === ENOBUFS;
  }

  get notPermitted(): boolean {
    return this.errno === EPERM;
  }
}

/** A NETLINK_SOCK_DIAG socket; it belongs to the network namespace in which it was opened, for good. */
export class NetlinkSocket {
  private readonly fd: number;
  private bound = false;

  constructor() {
    this.fd = Number(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (this.fd < 0) throw new NetlinkError('opening a sock_diag socket', errno());
    const size = Buffer.alloc(4);
    size.writeInt32LE(SOCKET_BUFFER_BYTES);
    if (setsockopt(this.fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4) < 0)
      setsockopt(this.fd, SOL_SOCKET, SO_RCVBUF, size, 4);
  }

  /**
   * Joins a multicast group (SKNLGRP_*); sock_diag asks for no permission. A socket must have a port of its own before: port
   * 0 is the kernel's, which does not send to itself.
   */
  join(group: number): void {
    this.bind();
    const value = Buffer.alloc(4);
    value.writeInt32LE(group);
    if (setsockopt(this.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, value, 4) < 0) {
      throw new NetlinkError(`joining group ${group}`, errno());
    }
  }

  /** The cookie of its network namespace, unique until the host is booted (SO_NETNS_COOKIE, Linux 5.14); undefined on older kernels. */
  netCookie(): number | undefined {
    const cookie = new BigUint64Array(1);
    const failed = Number(getsockopt(this.fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, Uint32Array.of(8))) < 0;
    return failed ? undefined : Number(cookie[0]);
  }

  /** The name of an interface of its network namespace; undefined where it does not exist. */
  interfaceName(index: number): string | undefined {
    const request = Buffer.alloc(IFREQ_BYTES);
    request.writeInt32LE(index, IFREQ_INDEX);
    if (Number(ioctl(this.fd, SIOCGIFNAME, request)) < 0) return undefined;
    return request.toString('utf8', 0, request.indexOf(0));
  }

  send(message: Uint8Array): void {
    if (Number(send(this.fd, message, message.length, 0)) < 0) throw new NetlinkError('asking sock_diag', errno());
  }

  /** Waits for messages and puts them where there is room for BURST_BYTES at least: how many bytes came. */
  receive(into: Uint8Array): number {
    return this.receiveWith(into, 0);
  }

  /** The same with messages that are there already; -1 where there are none. */
  receiveNow(into: Uint8Array): number {
    return this.receiveWith(into, MSG_DONTWAIT);
  }

  close(): void {
    closeDescriptor(this.fd);
  }

  /** struct sockaddr_nl: family, pad, and a port and groups of 0: the kernel chooses a port, once. */
  private bind(): void {
    if (this.bound) return;
    const address = Buffer.alloc(12);
    address.writeUInt16LE(AF_NETLINK);
    if (bind(this.fd, address, address.length) < 0) throw new NetlinkError('binding a sock_diag socket', errno());
    this.bound = true;
  }

  private receiveWith(into: Uint8Array, flags: number): number {
    for (;;) {
      const length = Number(recv(this.fd, into, into.length, flags | MSG_TRUNC));
      if (length > into.length) throw new NetlinkError('a message longer than the buffer', ENOBUFS);
      if (length >= 0) return length;
      const code = errno();
      if (code === EAGAIN) return -1;
      if (code !== EINTR) throw new NetlinkError('reading sock_diag', code);
    }
  }
}
