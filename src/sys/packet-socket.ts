/** Packet sockets through libc (packet(7)). Layouts mirror include/uapi/linux/if_packet.h and filter.h. */
import koffi from 'koffi';
import type { Family } from '../model/address.js';
import { SstoryError } from '../model/error.js';
import { closeDescriptor, describeErrno, errno, libc } from './libc.js';

const AF_PACKET = 17;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
const SO_RCVBUFFORCE = 33;
const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const MSG_DONTWAIT = 0x40;
const SIOCGSTAMPNS = 0x8907;
const POLLIN = 1;
const EPERM = 1;
const EINTR = 4;

/** Ethernet protocol numbers of include/uapi/linux/if_ether.h. */
const ETH_P: Readonly<Record<Family, number>> = { 4: 0x0800, 6: 0x86dd };

/** Kernel memory that may wait to be read. Taken only while packets wait. */
const SOCKET_BUFFER_BYTES = 2_097_152;
/** No packet is longer, but for GSO ones of more than 64 KiB, whose rest is not wanted. */
export const PACKET_BYTES = 65_536;

const socket = libc.func('int socket(int, int, int)');
const recv = libc.func('long recv(int, _Out_ void *, size_t, int)');
const bind = libc.func('int bind(int, void *, unsigned int)');
const setsockopt = libc.func('int setsockopt(int, int, int, void *, unsigned int)');
const getsockopt = libc.func('int getsockopt(int, int, int, _Out_ void *, _Inout_ void *)');
const ioctl = libc.func('int ioctl(int, unsigned long, _Out_ void *)');
const pollFiles = libc.func('int poll(_Inout_ void *, unsigned long, int)');

const SockFprog = koffi.struct({ len: 'uint16', filter: 'void *' });
const attachFilter = libc.func('setsockopt', 'int', ['int', 'int', 'int', koffi.pointer(SockFprog), 'unsigned int']);

const NONE: readonly PacketSocket[] = [];

/** struct sock_filter: one instruction of classic BPF. */
export type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number];

/**
 * Receives the packets of one family that come in on any interface of the network namespace in which it was opened, from
 * the IP header on, as far as its filter lets them through. Bound to one protocol it sees what is received and not what is
 * sent, so a packet over loopback comes once, and sending costs nothing more.
 */
export class PacketSocket {
  private readonly fd: number;
  private readonly stamp = new BigInt64Array(2);

  /** @throws SstoryError `packet-socket` where it is not permitted (CAP_NET_RAW) */
  constructor(family: Family, filter: readonly Instruction[]) {
    // Of protocol 0 it receives nothing yet: the filter is there before the first packet.
    this.fd = Number(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (this.fd < 0) throw failure('opening a packet socket');
    try {
      this.attach(filter);
      this.limitBuffer();
      this.readStamp();
      this.bind(ETH_P[family]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Reads a packet that is there: its length, -1 where none waits (or its interface went down). */
  receiveNow(into: Uint8Array): number {
    for (;;) {
      const length = Number(recv(this.fd, into, into.length, MSG_DONTWAIT));
      if (length >= 0) return length;
      if (errno() !== EINTR) return -1;
    }
  }

  /** When the packet read last came in, by the kernel's wall clock: microseconds since the epoch, undefined where it is not known. */
  readStamp(): number | undefined {
    if (Number(ioctl(this.fd, SIOCGSTAMPNS, this.stamp)) < 0) return undefined;
    const us = Number(this.stamp[0]) * 1e6 + Math.floor(Number(this.stamp[1]) / 1e3);
    return us > 0 ? us : undefined;
  }

  /** How many packets found no room since this was asked last. */
  takeDropped(): number {
    const statistics = new Uint32Array(2);
    if (Number(getsockopt(this.fd, SOL_PACKET, PACKET_STATISTICS, statistics, Uint32Array.of(8))) < 0) return 0;
    return statistics[1] ?? 0;
  }

  close(): void {
    closeDescriptor(this.fd);
  }

  /** What `readable` needs for these sockets. */
  static pollListOf(sockets: readonly PacketSocket[]): Int32Array {
    return Int32Array.from(sockets.flatMap(({ fd }) => [fd, POLLIN]));
  }

  /** Which of the sockets of a list have something to read: one system call for all. */
  static readable(list: Int32Array, sockets: readonly PacketSocket[]): readonly PacketSocket[] {
    if (sockets.length === 0 || Number(pollFiles(list, sockets.length, 0)) <= 0) return NONE;
    return sockets.filter((_, index) => (list[index * 2 + 1] ?? 0) >>> 16 !== 0);
  }

  private attach(filter: readonly Instruction[]): void {
    const program = Buffer.alloc(filter.length * 8);
    filter.forEach(([code, jumpTrue, jumpFalse, k], index) => {
      program.writeUInt16LE(code, index * 8);
      program.writeUInt8(jumpTrue, index * 8 + 2);
      program.writeUInt8(jumpFalse, index * 8 + 3);
      program.writeUInt32LE(k >>> 0, index * 8 + 4);
    });
    const fprog = { len: filter.length, filter: program };
    if (Number(attachFilter(this.fd, SOL_SOCKET, SO_ATTACH_FILTER, fprog, koffi.sizeof(SockFprog))) < 0)
      throw failure('attaching a filter to a packet socket');
  }

  private limitBuffer(): void {
    const size = Int32Array.of(SOCKET_BUFFER_BYTES);
    if (Number(setsockopt(this.fd, SOL_SOCKET, SO_RCVBUFFORCE, size, 4)) < 0)
      setsockopt(this.fd, SOL_SOCKET, SO_RCVBUF, size, 4);
  }

  /** struct sockaddr_ll: family, protocol in network order, interface 0 (all). */
  private bind(protocol: number): void {
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeUInt16BE(protocol, 2);
    if (Number(bind(this.fd, address, address.length)) < 0) throw failure('binding a packet socket');
  }
}

function failure(what: string): SstoryError {
  const code = errno();
  const hint = code === EPERM ? { hint: 'this needs root (CAP_NET_RAW)' } : {};
  return new SstoryError('packet-socket', `${what}: ${describeErrno(code)}`, { cause: code, ...hint });
}
