/** inet_diag requests and answers. Layouts mirror include/uapi/linux/inet_diag.h and sock_diag.h. */
import { type Family, ipv4FromBe32, ipv6FromBytes } from '../model/address.js';
import { SstoryError } from '../model/error.js';
import type { FourTuple } from '../model/four-tuple.js';
import type { SocketMemory, SocketRow, SocketTimer, TcpInfo } from '../model/snapshot.js';
import { stateOfCode, type TcpState } from '../model/tcp-state.js';
import { decodeTcpInfo, u64 } from './tcp-info.js';

const SOCK_DIAG_BY_FAMILY = 20;
const SOCK_DESTROY = 21;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLM_F_DUMP = 0x300;
const NLM_F_DUMP_INTR = 0x10;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NETLINK_HEADER = 16;
/** struct inet_diag_msg. */
const MESSAGE_BYTES = 72;
const AF: Readonly<Record<Family, number>> = { 4: 2, 6: 10 };
const IPPROTO_TCP = 6;
/** All states: bits 1 - 12. */
export const ALL_STATES = 0x1ffe;
/** INET_DIAG_MEMINFO 1, INFO 2, VEGASINFO 3, CONG 4, TOS 5, TCLASS 6, SKMEMINFO 7, SHUTDOWN 8: bit N - 1 asks for N. */
export const ALL_EXTENSIONS = 0xff;

/** INET_DIAG_INFO: struct tcp_info. */
export const ATTRIBUTE_INFO = 2;

/** Attribute types INET_DIAG_*. */
const ATTRIBUTE = {
  info: ATTRIBUTE_INFO,
  vegas: 3,
  congestion: 4,
  tos: 5,
  tclass: 6,
  skmem: 7,
  shutdown: 8,
  dctcp: 9,
  protocol: 10,
  v6only: 11,
  mark: 15,
  bbr: 16,
  classId: 17,
  ulp: 19,
  cgroup: 21,
  sockopt: 22,
} as const;

export interface DumpRequest {
  readonly family: Family;
  /** Bit mask of states, `1 << code`. */
  readonly states?: number;
  /** Bit mask of extensions, `1 << (INET_DIAG_X - 1)`. */
  readonly extensions?: number;
}

/** The request for a dump: struct nlmsghdr and struct inet_diag_req_v2. */
export function dumpRequest({ family, states = ALL_STATES, extensions = ALL_EXTENSIONS }: DumpRequest): Uint8Array {
  const message = header(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP);
  message.setUint8(16, AF[family]);
  message.setUint8(17, IPPROTO_TCP);
  message.setUint8(18, extensions);
  message.setUint32(20, states, true);
  return new Uint8Array(message.buffer);
}

/** The request to close one socket from outside: SOCK_DESTROY, as `ss -K` sends it. */
export function destroyRequest(row: SocketRow & { readonly socketId: Uint8Array }): Uint8Array {
  const message = header(SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK);
  message.setUint8(16, AF[row.tuple.family]);
  message.setUint8(17, IPPROTO_TCP);
  message.setUint32(20, ALL_STATES, true);
  const bytes = new Uint8Array(message.buffer);
  bytes.set(row.socketId, 24);
  return bytes;
}

function header(type: number, flags: number): DataView {
  const length = NETLINK_HEADER + 56;
  const message = new DataView(new ArrayBuffer(length));
  message.setUint32(0, length, true);
  message.setUint16(4, type, true);
  message.setUint16(6, flags, true);
  message.setUint32(8, 1, true);
  return message;
}

/** Where the messages of an answer lie, and whether it is whole. */
export interface Messages {
  /** Offset of each struct inet_diag_msg, and the end of its attributes. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly done: boolean;
  /** The table changed while it was dumped (NLM_F_DUMP_INTR): it may lack sockets, or have them twice. */
  readonly interrupted: boolean;
}

/**
 * Finds the inet_diag messages in netlink bytes.
 * @throws SstoryError `sock-diag` with the kernel's errno, `bad-dump` where the bytes are no netlink messages
 */
export function findMessages(bytes: Uint8Array): Messages {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts: number[] = [];
  const ends: number[] = [];
  let interrupted = false;
  for (let at = 0; at + NETLINK_HEADER <= bytes.length; ) {
    const length = view.getUint32(at, true);
    if (length < NETLINK_HEADER || at + length > bytes.length)
      throw badDump(`a message at byte ${at} ends outside of it`);
    const type = view.getUint16(at + 4, true);
    if ((view.getUint16(at + 6, true) & NLM_F_DUMP_INTR) !== 0) interrupted = true;
    if (type === NLMSG_DONE) return { starts, ends, done: true, interrupted };
    if (type === NLMSG_ERROR) throwKernelError(view, at, length);
    if (type === SOCK_DIAG_BY_FAMILY || type === SOCK_DESTROY) {
      if (length < NETLINK_HEADER + MESSAGE_BYTES) throw badDump(`a message at byte ${at} is too short`);
      starts.push(at + NETLINK_HEADER);
      ends.push(at + length);
    }
    at += (length + 3) & ~3;
  }
  return { starts, ends, done: false, interrupted };
}

function throwKernelError(view: DataView, at: number, length: number): void {
  const code = length >= NETLINK_HEADER + 4 ? -view.getInt32(at + NETLINK_HEADER, true) : 0;
  if (code !== 0) throw new SstoryError('sock-diag', `sock_diag answered errno ${code}`, { cause: code });
}

function badDump(why: string): SstoryError {
  return new SstoryError('bad-dump', `no sock_diag dump: ${why}`);
}

/** One message, decoded as far as somebody asks. The bytes must not change afterwards. */
export class DiagRow implements SocketRow {
  private attributeOffsets: Int32Array | undefined;

  constructor(
    private readonly view: DataView,
    private readonly at: number,
    private readonly end: number,
  ) {}

  get state(): TcpState {
    return stateOfCode(this.view.getUint8(this.at + 1)) ?? 'UNCONN';
  }

  get tuple(): FourTuple {
    const { view, at } = this;
    const localPort = view.getUint16(at + 4, false);
    const remotePort = view.getUint16(at + 6, false);
    if (view.getUint8(at) !== AF[6]) {
      const localAddr = ipv4FromBe32(view.getUint32(at + 8, true));
      return { family: 4, localAddr, localPort, remoteAddr: ipv4FromBe32(view.getUint32(at + 24, true)), remotePort };
    }
    return { family: 6, localAddr: this.ipv6(8), localPort, remoteAddr: this.ipv6(24), remotePort };
  }

  get interfaceIndex(): number {
    return this.view.getUint32(this.at + 40, true);
  }

  get cookie(): number {
    return u64(this.view, this.at + 44);
  }

  get recvQ(): number {
    return this.view.getUint32(this.at + 56, true);
  }

  get sendQ(): number {
    return this.view.getUint32(this.at + 60, true);
  }

  get uid(): number {
    return this.view.getUint32(this.at + 64, true);
  }

  get inode(): number {
    return this.view.getUint32(this.at + 68, true);
  }

  get timer(): SocketTimer {
    const kind = TIMERS[this.view.getUint8(this.at + 2)] ?? 'unknown';
    return { kind, expiresMs: this.view.getUint32(this.at + 52, true), retransmits: this.view.getUint8(this.at + 3) };
  }

  /** struct inet_diag_sockid: what SOCK_DESTROY names a socket by. */
  get socketId(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at + 4, 48);
  }

  get info(): TcpInfo | undefined {
    return this.attribute(ATTRIBUTE.info, (at, length) => decodeTcpInfo(this.view, at, length));
  }

  get memory(): SocketMemory | undefined {
    return this.attribute(ATTRIBUTE.skmem, (at, length) => {
      const value = (index: number) => (index * 4 + 4 <= length ? this.view.getUint32(at + index * 4, true) : 0);
      return {
        rmemAlloc: value(0),
        rcvbuf: value(1),
        wmemAlloc: value(2),
        sndbuf: value(3),
        fwdAlloc: value(4),
        wmemQueued: value(5),
        optmem: value(6),
        backlog: value(7),
        drops: value(8),
      };
    });
  }

  get congestion(): string | undefined {
    return this.attribute(ATTRIBUTE.congestion, (at, length) => this.text(at, length));
  }

  /** struct tcpvegas_info, tcp_dctcp_info or tcp_bbr_info, by the names that ss prints. */
  get congestionInfo(): Readonly<Record<string, number>> | undefined {
    return (
      this.attribute(ATTRIBUTE.bbr, (at) => ({
        bw: u64(this.view, at),
        min_rtt: this.view.getUint32(at + 8, true),
        pacing_gain: this.view.getUint32(at + 12, true),
        cwnd_gain: this.view.getUint32(at + 16, true),
      })) ??
      this.attribute(ATTRIBUTE.dctcp, (at) => ({
        enabled: this.view.getUint16(at, true),
        ce_state: this.view.getUint16(at + 2, true),
        alpha: this.view.getUint32(at + 4, true),
        ab_ecn: this.view.getUint32(at + 8, true),
        ab_tot: this.view.getUint32(at + 12, true),
      })) ??
      this.attribute(ATTRIBUTE.vegas, (at) => ({
        enabled: this.view.getUint32(at, true),
        rttcnt: this.view.getUint32(at + 4, true),
        rtt: this.view.getUint32(at + 8, true),
        minrtt: this.view.getUint32(at + 12, true),
      }))
    );
  }

  get mark(): number | undefined {
    return this.attribute(ATTRIBUTE.mark, (at) => this.view.getUint32(at, true));
  }

  get classId(): number | undefined {
    return this.attribute(ATTRIBUTE.classId, (at) => this.view.getUint32(at, true));
  }

  get cgroup(): number | undefined {
    return this.attribute(ATTRIBUTE.cgroup, (at) => u64(this.view, at));
  }

  get tos(): number | undefined {
    return this.attribute(ATTRIBUTE.tos, (at) => this.view.getUint8(at));
  }

  get tclass(): number | undefined {
    return this.attribute(ATTRIBUTE.tclass, (at) => this.view.getUint8(at));
  }

  get shutdown(): number | undefined {
    return this.attribute(ATTRIBUTE.shutdown, (at) => this.view.getUint8(at));
  }

  get v6only(): boolean | undefined {
    return this.attribute(ATTRIBUTE.v6only, (at) => this.view.getUint8(at) !== 0);
  }

  get protocol(): number | undefined {
    return this.attribute(ATTRIBUTE.protocol, (at, length) =>
      length >= 4 ? this.view.getUint32(at, true) : this.view.getUint8(at),
    );
  }

  /** INET_ULP_INFO_NAME, the first nested attribute. */
  get ulp(): string | undefined {
    return this.attribute(ATTRIBUTE.ulp, (at, length) => (length > 4 ? this.text(at + 4, length - 4) : undefined));
  }

  get sockopt(): number | undefined {
    return this.attribute(ATTRIBUTE.sockopt, (at) => this.view.getUint16(at, true));
  }

  private attribute<T>(type: number, decode: (at: number, length: number) => T): T | undefined {
    this.attributeOffsets ??= this.findAttributes();
    const at = this.attributeOffsets[type * 2] ?? 0;
    return at === 0 ? undefined : decode(at, this.attributeOffsets[type * 2 + 1] ?? 0);
  }

  /** Offset and length of the payload of each attribute type, 0 for those that are not there. Broken ones end the list. */
  private findAttributes(): Int32Array {
    const found = new Int32Array(64);
    for (let at = this.at + MESSAGE_BYTES; at + 4 <= this.end; ) {
      const length = this.view.getUint16(at, true);
      const type = this.view.getUint16(at + 2, true) & 0x3fff;
      if (length < 4 || at + length > this.end) break;
      if (type < 32 && length - 4 >= (SHORTEST[type] ?? 1)) {
        found[type * 2] = at + 4;
        found[type * 2 + 1] = length - 4;
      }
      at += (length + 3) & ~3;
    }
    return found;
  }

  private ipv6(offset: number): string {
    return ipv6FromBytes(new Uint8Array(this.view.buffer, this.view.byteOffset + this.at + offset, 16));
  }

  private text(at: number, length: number): string {
    const bytes = new Uint8Array(this.view.buffer, this.view.byteOffset + at, length);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
  }
}

/** By idiag_timer. */
const TIMERS: readonly SocketTimer['kind'][] = ['off', 'on', 'keepalive', 'timewait', 'persist'];

/** Bytes that an attribute must have at least to be read, by type. */
const SHORTEST: Readonly<Record<number, number>> = {
  [ATTRIBUTE.info]: 104,
  [ATTRIBUTE.vegas]: 16,
  [ATTRIBUTE.dctcp]: 16,
  [ATTRIBUTE.bbr]: 20,
  [ATTRIBUTE.mark]: 4,
  [ATTRIBUTE.classId]: 4,
  [ATTRIBUTE.cgroup]: 8,
  [ATTRIBUTE.sockopt]: 2,
};

/** The rows of netlink bytes: one answer, or the dump that `ss -D` wrote. */
export function decodeDiagMessages(bytes: Uint8Array): DiagRow[] {
  const { starts, ends } = findMessages(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return starts.map((start, index) => new DiagRow(view, start, ends[index] ?? start));
}
