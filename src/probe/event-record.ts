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
import { RECORD_FIELDS } from './program.js';

/** 32-bit words in a record. */
export const RECORD_WORDS = RECORD_FIELDS * 2;

const FLAG = { done: 1, inProcess: 2, v6: 4, closing: 8 };

/** Word offsets of the fields. */
const NSECS = 0;
const SKADDR = 2;
const META = 4;
const WHERE = 6;
const LOCAL = 8;
const REMOTE = 12;
const TASK = 16;
const OWNER = 18;
const COOKIE = 20;
const X = 22;
const Y = 24;

export interface RecordContext {
  /** Name of the process, of what the programs wrote into the map of names. */
  readonly commOf: (pid: number) => string;
  /** The kernel's name of a reason for a RST, by number. */
  readonly resetReason: (code: number) => string | undefined;
}

/** The time of the record at `base` (in words), boot clock microseconds. */
export function bootUsOfRecord(words: Uint32Array, base: number): number {
  return numberAt(words, base + NSECS) / 1000;
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
  /** Looked up at once: the map of names goes with bpftrace. */
  private readonly comm: string | undefined;

  constructor(
    protected readonly words: Uint32Array,
    protected readonly base: number,
    protected readonly context: RecordContext,
  ) {
    const pid = this.has(FLAG.closing) ? 0 : this.word(TASK + 1);
    this.comm = pid === 0 ? undefined : context.commOf(pid);
  }

  get bootUs(): number {
    return bootUsOfRecord(this.words, this.base);
  }

  get skaddr(): number {
    return numberOfWords(this.word(SKADDR), this.word(SKADDR + 1) & 65_535);
  }

  get netns(): number {
    return this.word(WHERE + 1);
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
      const localAddr = ipv4FromBe32(this.word(LOCAL + 1));
      return { family: 4, localAddr, localPort, remoteAddr: ipv4FromBe32(this.word(LOCAL)), remotePort };
    }
    return { family: 6, localAddr: this.ipv6(LOCAL), localPort, remoteAddr: this.ipv6(REMOTE), remotePort };
  }

  get uid(): number {
    return this.word(OWNER + 1);
  }

  get fd(): number {
    return this.word(OWNER) - 1;
  }

  get inode(): number {
    return this.has(FLAG.closing) ? 0 : this.number(X);
  }

  get cgroup(): number {
    return this.has(FLAG.closing) ? 0 : this.number(Y);
  }

  protected get currentTask(): Task {
    return { pid: this.word(TASK + 1), tid: this.word(TASK), comm: this.comm ?? '' };
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
    return this.has(FLAG.closing) || this.word(TASK + 1) === 0 ? undefined : this.currentTask;
  }

  get totals(): SocketTotals | undefined {
    if (!this.has(FLAG.closing)) return undefined;
    return {
      bytesSent: this.number(X),
      bytesReceived: this.number(Y),
      retransmits: this.word(TASK + 1),
      rttUs: this.word(TASK),
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
