/**
 * The records of bpf/macros.bt, read where they lie: an event is a view of a record, and a field that is not read is never
 * decoded. Most transitions are only asked for their socket and their states. No BigInt: numbers are read as 32-bit
 * words, low word first.
 */
import { ipv4FromBe32, ipv6FromWords } from '../model/address.js';
import type { FourTuple } from '../model/four-tuple.js';
import type { ProbeEvent, SocketTotals, Task } from '../model/probe-event.js';
import { stateOfCode, type TcpState } from '../model/tcp-state.js';
import { TextCache } from '../model/text-cache.js';
import { numberOfWords } from '../model/uint64.js';
import { ADDRESSES, COOKIE, FLAG, META, moreAt, recordNs, SKADDR, WHERE } from './record-layout.js';

/** Offsets of the owner, after the addresses. */
const TASK = 0;
const FD = 2;
const INODE = 4;
const CGROUP = 6;
const NAME = 8;

/** TASK_COMM_LEN of include/linux/sched.h. */
const COMM_BYTES = 16;
/** Names of processes, as ps shows them; bytes that are no UTF-8 become replacement characters. */
const COMMS = new TextCache(COMM_BYTES / 4, 256, (words, at) => {
  const bytes = Buffer.from(words.buffer, words.byteOffset + at * 4, COMM_BYTES);
  const length = bytes.indexOf(0);
  return bytes.toString('utf8', 0, length < 0 ? COMM_BYTES : length);
});

/** Offsets of the totals. */
const RTT = 0;
const RETRANSMITS = 1;
const BYTES_SENT = 2;
const BYTES_RECEIVED = 4;

export interface RecordContext {
  /** The kernel's name of a reason for a RST, by number. */
  readonly resetReason: (code: number) => string | undefined;
}

/** By the number of the kind in `$meta`. */
const KINDS = [
  undefined,
  'transition',
  'connect',
  'accept',
  'retransmit',
  'retransmit',
  'reset',
  'reset',
  'error',
] as const satisfies (ProbeEvent['kind'] | undefined)[];
const [SYN_ACK, RESET_SENT] = [5, 7];

/** The event of the record at `base` (in words), or undefined where its kind is not known. `words` must not change afterwards. */
export function eventOfRecord(words: Uint32Array, base: number, context: RecordContext): ProbeEvent | undefined {
  const event = new EventRecord(words, base, context);
  // It has what the events of each kind have.
  return event.kind === undefined ? undefined : (event as unknown as ProbeEvent);
}

/** A number of two words, low word first. */
function numberAt(words: Uint32Array, at: number): number {
  return numberOfWords(words[at] ?? 0, words[at + 1] ?? 0);
}

/** The events of all kinds: V8 knows where the fields of one class are, and has to search them in many. */
class EventRecord {
  constructor(
    private readonly words: Uint32Array,
    private readonly base: number,
    private readonly context: RecordContext,
  ) {}

  get kind() {
    return KINDS[this.code];
  }

  private get code(): number {
    return this.word(META) & 255;
  }

  get bootUs(): number {
    return recordNs(this.words, this.base) / 1000;
  }

  get skaddr(): number {
    return numberOfWords(this.word(SKADDR), this.word(SKADDR + 1) & 65_535);
  }

  get netns(): number {
    return this.word(WHERE + 1);
  }

  get ports(): number {
    return this.word(WHERE) | 0;
  }

  get cookie(): number {
    return this.number(COOKIE);
  }

  get error(): number {
    return this.word(META + 1) & 65_535;
  }

  get tuple(): FourTuple {
    const where = this.word(WHERE);
    const localPort = where >>> 16;
    const remotePort = where & 65_535;
    if (!this.has(FLAG.v6)) {
      const localAddr = ipv4FromBe32(this.word(ADDRESSES + 1));
      return { family: 4, localAddr, localPort, remoteAddr: ipv4FromBe32(this.word(ADDRESSES)), remotePort };
    }
    const at = this.base + ADDRESSES;
    const localAddr = ipv6FromWords(this.words, at);
    return { family: 6, localAddr, localPort, remoteAddr: ipv6FromWords(this.words, at + 4), remotePort };
  }

  get uid(): number {
    return (this.word(META + 1) >>> 16) + (this.word(SKADDR + 1) >>> 16) * 65_536;
  }

  get fd(): number {
    return this.has(FLAG.owner) ? this.more(FD) - 1 : -1;
  }

  get inode(): number {
    return this.has(FLAG.owner) ? this.moreNumber(INODE) : 0;
  }

  get cgroup(): number {
    return this.has(FLAG.owner) ? this.moreNumber(CGROUP) : 0;
  }

  /** None where the current task is not the owner, or is a kernel thread. */
  get task(): Task | undefined {
    if (!this.has(FLAG.owner)) return undefined;
    const pid = this.more(TASK + 1);
    return pid === 0 ? undefined : { pid, tid: this.more(TASK), comm: this.comm };
  }

  private get comm(): string {
    return COMMS.at(this.words, this.base + this.moreAt + NAME);
  }

  get state(): TcpState | undefined {
    return stateOfCode(this.firstByte);
  }

  get oldState(): TcpState {
    return this.state ?? 'UNCONN';
  }

  get newState(): TcpState {
    return stateOfCode((this.word(META) >>> 16) & 255) ?? 'UNCONN';
  }

  get result(): number {
    return -this.error;
  }

  get softError(): number {
    return this.firstByte;
  }

  get done(): boolean {
    return this.has(FLAG.done);
  }

  get inProcess(): boolean {
    return this.has(FLAG.inProcess);
  }

  get onInterface(): boolean {
    return this.has(FLAG.onInterface);
  }

  get totals(): SocketTotals | undefined {
    if (!this.has(FLAG.totals)) return undefined;
    return {
      bytesSent: this.moreNumber(BYTES_SENT),
      bytesReceived: this.moreNumber(BYTES_RECEIVED),
      retransmits: this.more(RETRANSMITS),
      rttUs: this.more(RTT),
    };
  }

  get segment(): 'SYN' | 'SYN-ACK' | 'data' {
    if (this.code === SYN_ACK) return 'SYN-ACK';
    return this.state === 'SYN-SENT' ? 'SYN' : 'data';
  }

  get direction(): 'sent' | 'received' {
    return this.code === RESET_SENT ? 'sent' : 'received';
  }

  /** Of a RST that was sent. The field holds the reason plus one: 0 is a kernel that gives none. */
  get reason(): string | undefined {
    return this.code === RESET_SENT && this.error !== 0 ? this.context.resetReason(this.error - 1) : undefined;
  }

  /** A state, or the errno of an ICMP error. */
  private get firstByte(): number {
    return (this.word(META) >>> 8) & 255;
  }

  private has(flag: number): boolean {
    return ((this.word(META) >>> 24) & flag) !== 0;
  }

  private word(at: number): number {
    return this.words[this.base + at] ?? 0;
  }

  private number(at: number): number {
    return numberAt(this.words, this.base + at);
  }

  /** Where the totals or the owner begin. */
  private get moreAt(): number {
    return moreAt(this.word(META));
  }

  private more(at: number): number {
    return this.word(this.moreAt + at);
  }

  private moreNumber(at: number): number {
    return this.number(this.moreAt + at);
  }
}
