/**
 * The records of bpf/macros.bt, read where they lie: an event is a view of a record, and a field that is not read is never
 * decoded. Most transitions are only asked for their socket and their states. No BigInt: numbers are read as 32-bit
 * words, low word first.
 */
import { ipv4FromBe32, ipv6FromBytes } from '../model/address.js';
import type { FourTuple } from '../model/four-tuple.js';
import type {
  AcceptEvent,
  ConnectEvent,
  ErrorEvent,
  ProbeEvent,
  ResetEvent,
  RetransmitEvent,
  SocketTotals,
  Task,
  TransitionEvent,
} from '../model/probe-event.js';
import { stateOfCode, type TcpState } from '../model/tcp-state.js';
import { numberOfWords } from '../model/uint64.js';
import { CommCache } from './comm-cache.js';
import { ADDRESSES, COOKIE, FLAG, META, moreAt, recordNs, SKADDR, WHERE } from './record-layout.js';

/** Offsets of the owner, after the addresses. */
const TASK = 0;
const FD = 2;
const INODE = 4;
const CGROUP = 6;
const NAME = 8;
const COMMS = new CommCache();

/** Offsets of the totals. */
const RTT = 0;
const RETRANSMITS = 1;
const BYTES_SENT = 2;
const BYTES_RECEIVED = 4;

export interface RecordContext {
  /** The kernel's name of a reason for a RST, by number. */
  readonly resetReason: (code: number) => string | undefined;
}

/** The event of the record at `base` (in words), or undefined where its kind is not known. `words` must not change afterwards. */
export function eventOfRecord(words: Uint32Array, base: number, context: RecordContext): ProbeEvent | undefined {
  const Kind = KINDS[(words[base + META] ?? 0) & 255];
  return Kind === undefined ? undefined : new Kind(words, base, context);
}

/** A number of two words, low word first. */
function numberAt(words: Uint32Array, at: number): number {
  return numberOfWords(words[at] ?? 0, words[at + 1] ?? 0);
}

class EventRecord {
  constructor(
    protected readonly words: Uint32Array,
    protected readonly base: number,
    protected readonly context: RecordContext,
  ) {}

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
    const localAddr = this.ipv6(ADDRESSES);
    return { family: 6, localAddr, localPort, remoteAddr: this.ipv6(ADDRESSES + 4), remotePort };
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

  protected get currentTask(): Task {
    return { pid: this.more(TASK + 1), tid: this.more(TASK), comm: this.comm };
  }

  private get comm(): string {
    return COMMS.at(this.words, this.base + this.moreAt + NAME);
  }

  protected get firstState(): TcpState | undefined {
    return stateOfCode((this.word(META) >>> 8) & 255);
  }

  protected has(flag: number): boolean {
    return ((this.word(META) >>> 24) & flag) !== 0;
  }

  protected word(at: number): number {
    return this.words[this.base + at] ?? 0;
  }

  protected number(at: number): number {
    return numberAt(this.words, this.base + at);
  }

  /** Where the totals or the owner begin. */
  private get moreAt(): number {
    return moreAt(this.word(META));
  }

  protected more(at: number): number {
    return this.word(this.moreAt + at);
  }

  protected moreNumber(at: number): number {
    return this.number(this.moreAt + at);
  }

  private ipv6(at: number): string {
    return ipv6FromBytes(new Uint8Array(this.words.buffer, this.words.byteOffset + (this.base + at) * 4, 16));
  }
}

class TransitionRecord extends EventRecord implements TransitionEvent {
  get kind() {
    return 'transition' as const;
  }

  get oldState(): TcpState {
    return this.firstState ?? 'UNCONN';
  }

  get newState(): TcpState {
    return stateOfCode((this.word(META) >>> 16) & 255) ?? 'UNCONN';
  }

  get done(): boolean {
    return this.has(FLAG.done);
  }

  get inProcess(): boolean {
    return this.has(FLAG.inProcess);
  }

  get task(): Task | undefined {
    // None: a kernel thread.
    return this.has(FLAG.owner) && this.more(TASK + 1) !== 0 ? this.currentTask : undefined;
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
}

class ConnectRecord extends EventRecord implements ConnectEvent {
  get kind() {
    return 'connect' as const;
  }

  get task(): Task {
    return this.currentTask;
  }

  get result(): number {
    return -this.error;
  }

  get softError(): number {
    return (this.word(META) >>> 8) & 255;
  }
}

class AcceptRecord extends EventRecord implements AcceptEvent {
  get kind() {
    return 'accept' as const;
  }

  get task(): Task {
    return this.currentTask;
  }
}

class RetransmitRecord extends EventRecord implements RetransmitEvent {
  get kind() {
    return 'retransmit' as const;
  }

  get segment(): 'SYN' | 'SYN-ACK' | 'data' {
    return this.state === 'SYN-SENT' ? 'SYN' : 'data';
  }

  get state(): TcpState | undefined {
    return this.firstState;
  }
}

class SynAckRecord extends RetransmitRecord {
  override get segment() {
    return 'SYN-ACK' as const;
  }
}

class ResetReceivedRecord extends EventRecord implements ResetEvent {
  get kind() {
    return 'reset' as const;
  }

  get direction(): 'sent' | 'received' {
    return 'received';
  }

  get state(): TcpState | undefined {
    return this.firstState;
  }

  get reason(): string | undefined {
    return undefined;
  }
}

class ResetSentRecord extends ResetReceivedRecord {
  override get direction() {
    return 'sent' as const;
  }

  /** The field holds the reason plus one: 0 is a kernel that gives none. */
  override get reason(): string | undefined {
    return this.error === 0 ? undefined : this.context.resetReason(this.error - 1);
  }
}

class ErrorRecord extends EventRecord implements ErrorEvent {
  get kind() {
    return 'error' as const;
  }
}

/** By the number of the kind in `$meta`. */
const KINDS = [
  undefined,
  TransitionRecord,
  ConnectRecord,
  AcceptRecord,
  RetransmitRecord,
  SynAckRecord,
  ResetReceivedRecord,
  ResetSentRecord,
  ErrorRecord,
] as const;
