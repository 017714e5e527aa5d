/** One socket as inet_diag reports it: struct inet_diag_msg and its attributes. */

import { ipv4FromBe32, ipv6FromWords } from '../model/address.js';
import type { FourTuple } from '../model/four-tuple.js';
import type { SocketMemory } from '../model/socket-memory.js';
import { type SocketRow, type SocketTimer, TIMER_KINDS } from '../model/socket-row.js';
import type { TcpInfo } from '../model/tcp-info.js';
import { stateOfCode, type TcpState } from '../model/tcp-state.js';
import { u64 } from '../model/uint64.js';
import type { UlpInfo } from '../model/ulp-info.js';
import { congestionDetails } from './congestion-info.js';
import { ATTRIBUTE_TYPES, readNumber } from './diag-numbers.js';
import {
  AT,
  ATTRIBUTE,
  ATTRIBUTE_HEADER,
  ATTRIBUTE_TYPE,
  DIAG_MESSAGE_BYTES,
  findAttribute,
  SOCKET_ID_BYTES,
} from './inet-diag-msg.js';
import { nameAt } from './name-text.js';
import { AF_INET6, badDump, endOfMessage, findMessages } from './netlink-messages.js';
import { TcpInfoView } from './tcp-info.js';
import { TCP_INFO_BYTES } from './tcp-info-layout.js';
import { ulpInfo } from './ulp-info.js';

/** INET_ULP_INFO_NAME, nested in INET_DIAG_ULP_INFO. */
const ULP_NAME = 1;
/**
 * Where the payloads of the attributes begin, by type, of the row that was read last, and how many bytes they have; 0 for those that are
 * missing. Rows are read one after the other, so they share one table: its own would cost each row more than its decoding.
 */
const places = new Int32Array(ATTRIBUTE_TYPES);
const lengths = new Int32Array(ATTRIBUTE_TYPES);
const ATTRIBUTES = { places, lengths };
let placedRow = 0;
let rowsMade = 0;
/** An address that is being decoded: netlink does not align it. */
const address = new Uint32Array(4);

/** One message; each field is decoded when it is read. The bytes must not change afterwards. */
export class DiagRow implements SocketRow {
  private readonly serial = ++rowsMade;
  private knownTuple: FourTuple | undefined = undefined;

  constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  get state(): TcpState {
    return stateOfCode(this.view.getUint8(this.at + AT.state)) ?? 'UNCONN';
  }

  get tuple(): FourTuple {
    this.knownTuple ??= this.decodeTuple();
    return this.knownTuple;
  }

  get interfaceIndex(): number {
    return this.u32(AT.interface);
  }

  get cookie(): number {
    return u64(this.view, this.at + AT.cookie);
  }

  get recvQ(): number {
    return this.u32(AT.recvQ);
  }

  get sendQ(): number {
    return this.u32(AT.sendQ);
  }

  get uid(): number {
    return this.u32(AT.uid);
  }

  get inode(): number {
    return this.u32(AT.inode);
  }

  get timer(): SocketTimer {
    return {
      kind: TIMER_KINDS[this.view.getUint8(this.at + AT.timer)] ?? 'unknown',
      expiresMs: this.u32(AT.expires),
      retransmits: this.view.getUint8(this.at + AT.retransmits),
    };
  }

  /** struct inet_diag_sockid: SOCK_DESTROY identifies a socket by it. */
  get socketId(): Uint8Array {
    return new Uint8Array(this.view.buffer, this.view.byteOffset + this.at + AT.localPort, SOCKET_ID_BYTES);
  }

  get info(): TcpInfo | undefined {
    const at = this.find(ATTRIBUTE.info, TCP_INFO_BYTES);
    return at === 0 ? undefined : new TcpInfoView(this.view, at, this.lengthOf(at));
  }

  /** Nine words; what an older kernel leaves out is 0. */
  get memory(): SocketMemory | undefined {
    const at = this.find(ATTRIBUTE.skmem, 4);
    if (at === 0) return undefined;
    const end = at + this.lengthOf(at);
    const word = (index: number) => (at + index * 4 + 4 <= end ? this.view.getUint32(at + index * 4, true) : 0);
    return {
      rmemAlloc: word(0),
      rcvbuf: word(1),
      wmemAlloc: word(2),
      sndbuf: word(3),
      fwdAlloc: word(4),
      wmemQueued: word(5),
      optmem: word(6),
      backlog: word(7),
      drops: word(8),
    };
  }

  get congestion(): string | undefined {
    const at = this.find(ATTRIBUTE.congestion, 1);
    return at === 0 ? undefined : nameAt(this.view, at, this.lengthOf(at));
  }

  get congestionInfo(): Readonly<Record<string, number>> | undefined {
    return congestionDetails(this.view, (type, bytes) => this.find(type, bytes));
  }

  get mark(): number | undefined {
    return this.wordOf(ATTRIBUTE.mark);
  }

  get classId(): number | undefined {
    return this.wordOf(ATTRIBUTE.classId);
  }

  get cgroup(): number | undefined {
    const at = this.find(ATTRIBUTE.cgroup, 8);
    return at === 0 ? undefined : u64(this.view, at);
  }

  get tos(): number | undefined {
    return this.byteOf(ATTRIBUTE.tos);
  }

  get tclass(): number | undefined {
    return this.byteOf(ATTRIBUTE.tclass);
  }

  get shutdown(): number | undefined {
    return this.byteOf(ATTRIBUTE.shutdown);
  }

  get v6only(): boolean | undefined {
    const value = this.byteOf(ATTRIBUTE.v6only);
    return value === undefined ? undefined : value !== 0;
  }

  /** A byte (inet_sk_diag_fill); read wider where it is. */
  get protocol(): number | undefined {
    const at = this.find(ATTRIBUTE.protocol, 1);
    if (at === 0) return undefined;
    return this.lengthOf(at) >= 4 ? this.view.getUint32(at, true) : this.view.getUint8(at);
  }

  get ulp(): string | undefined {
    const outer = this.find(ATTRIBUTE.ulp, ATTRIBUTE_HEADER + 1);
    if (outer === 0) return undefined;
    const at = findAttribute(this.view, outer, outer + this.lengthOf(outer), ULP_NAME, 1);
    return at === 0 ? undefined : nameAt(this.view, at, this.lengthOf(at));
  }

  get ulpInfo(): UlpInfo | undefined {
    const at = this.find(ATTRIBUTE.ulp, ATTRIBUTE_HEADER);
    return at === 0 ? undefined : ulpInfo(this.view, at, at + this.lengthOf(at));
  }

  get sockopt(): number | undefined {
    const at = this.find(ATTRIBUTE.sockopt, 2);
    return at === 0 ? undefined : this.view.getUint16(at, true);
  }

  number(place: number): number {
    if (placedRow !== this.serial) this.placeAttributes();
    return readNumber(this.view, this.at, ATTRIBUTES, place);
  }

  private decodeTuple(): FourTuple {
    const { view, at } = this;
    const localPort = view.getUint16(at + AT.localPort, false);
    const remotePort = view.getUint16(at + AT.remotePort, false);
    if (view.getUint8(at + AT.family) === AF_INET6)
      return { family: 6, localAddr: this.ipv6(AT.local), localPort, remoteAddr: this.ipv6(AT.remote), remotePort };
    const localAddr = ipv4FromBe32(this.u32(AT.local));
    return { family: 4, localAddr, localPort, remoteAddr: ipv4FromBe32(this.u32(AT.remote)), remotePort };
  }

  /** Where the payload of an attribute begins that has `bytes` at least, else 0. */
  private find(type: number, bytes: number): number {
    if (placedRow !== this.serial) this.placeAttributes();
    const at = places[type] ?? 0;
    return at !== 0 && this.lengthOf(at) >= bytes ? at : 0;
  }

  /** One that reaches over the end of the message ends the list. */
  private placeAttributes(): void {
    const { view } = this;
    const end = endOfMessage(view, this.at);
    places.fill(0);
    placedRow = this.serial;
    for (let at = this.at + DIAG_MESSAGE_BYTES; at + ATTRIBUTE_HEADER <= end; ) {
      const length = view.getUint16(at, true);
      if (length < ATTRIBUTE_HEADER || at + length > end) return;
      const type = view.getUint16(at + 2, true) & ATTRIBUTE_TYPE;
      if (type < ATTRIBUTE_TYPES) {
        places[type] = at + ATTRIBUTE_HEADER;
        lengths[type] = length - ATTRIBUTE_HEADER;
      }
      at += (length + 3) & ~3;
    }
  }

  /** Length of the payload at `at`, by the header before it. */
  private lengthOf(at: number): number {
    return this.view.getUint16(at - ATTRIBUTE_HEADER, true) - ATTRIBUTE_HEADER;
  }

  private byteOf(type: number): number | undefined {
    const at = this.find(type, 1);
    return at === 0 ? undefined : this.view.getUint8(at);
  }

  private wordOf(type: number): number | undefined {
    const at = this.find(type, 4);
    return at === 0 ? undefined : this.view.getUint32(at, true);
  }

  private u32(offset: number): number {
    return this.view.getUint32(this.at + offset, true);
  }

  private ipv6(offset: number): string {
    for (let word = 0; word < 4; word++) address[word] = this.u32(offset + 4 * word);
    return ipv6FromWords(address, 0);
  }
}

/**
 * The rows of netlink bytes: answers of sock_diag.
 * @throws SstoryError `bad-dump`, `sock-diag`
 */
export function decodeDiagMessages(bytes: Uint8Array): DiagRow[] {
  return rowsOf(bytes, findMessages(bytes).starts);
}

/**
 * The rows of a file that `ss -D` wrote: the IPv4 dump, the IPv6 dump, or one after the other.
 * @throws SstoryError `bad-dump` also where it is not complete
 */
export function decodeDiagDump(bytes: Uint8Array): DiagRow[] {
  const { starts, done } = findMessages(bytes);
  if (!done) throw badDump(bytes.length === 0 ? 'it is empty' : `it stops at byte ${bytes.length}, before its end`);
  return rowsOf(bytes, starts);
}

/** Rows at known places. */
export function rowsOf(bytes: Uint8Array, starts: readonly number[]): DiagRow[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return starts.map((start) => new DiagRow(view, start));
}

/** The same, one after the other. */
export function* eachRow(bytes: Uint8Array, starts: readonly number[]): Generator<DiagRow> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const start of starts) yield new DiagRow(view, start);
}
