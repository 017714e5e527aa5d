/** Decodes the records of bpf/macros.bt. No BigInt: numbers are read as 32-bit words, low word first. */
import { type Family, ipv4FromBe32, ipv6FromBytes } from '../model/address.js';
import type { FourTuple } from '../model/four-tuple.js';
import type { ProbeEvent, Task } from '../model/probe-event.js';
import { stateOfCode, type TcpState } from '../model/tcp-state.js';
import { RECORD_FIELDS } from './program.js';

/** 32-bit words in a record. */
export const RECORD_WORDS = RECORD_FIELDS * 2;

const KIND = {
  transition: 1,
  connect: 2,
  accept: 3,
  retransmit: 4,
  synack: 5,
  resetReceived: 6,
  resetSent: 7,
  error: 8,
};
const FLAG = { done: 1, inProcess: 2, v6: 4, closing: 8 };

/** Word offsets of the fields. */
const AT = {
  nsecs: 0,
  skaddr: 2,
  meta: 4,
  where: 6,
  a: 8,
  b: 10,
  c: 12,
  d: 14,
  task: 16,
  owner: 18,
  cookie: 20,
  x: 22,
  y: 24,
};

export interface RecordContext {
  /** Name of the process, of what the programs wrote into the map of names. */
  readonly commOf: (pid: number) => string;
  /** The kernel's name of a reason for a RST, by number. */
  readonly resetReason: (code: number) => string | undefined;
}

/** The boot time of a record, microseconds. */
export function recordBootUs(words: Uint32Array, base: number): number {
  return number64(words, base + AT.nsecs) / 1000;
}

/** The event of the record at `base` (in words), or undefined where its kind is not known. */
export function decodeRecord(
  words: Uint32Array,
  base: number,
  cpu: number,
  context: RecordContext,
): ProbeEvent | undefined {
  const metaLow = word(words, base + AT.meta);
  const kind = metaLow & 255;
  const flags = metaLow >>> 24;
  const error = word(words, base + AT.meta + 1) & 65_535;
  const where = word(words, base + AT.where);
  const common = {
    bootUs: recordBootUs(words, base),
    cpu,
    skaddr: word(words, base + AT.skaddr) + (word(words, base + AT.skaddr + 1) & 65_535) * 4_294_967_296,
    netns: word(words, base + AT.where + 1),
    tuple: tupleOf(words, base, where >>> 16, where & 65_535, (flags & FLAG.v6) !== 0),
  };
  const oldState = stateOfCode((metaLow >>> 8) & 255);
  switch (kind) {
    case KIND.transition:
      return {
        kind: 'transition',
        ...common,
        oldState: oldState ?? 'UNCONN',
        newState: stateOfCode((metaLow >>> 16) & 255) ?? 'UNCONN',
        error,
        done: (flags & FLAG.done) !== 0,
        cookie: number64(words, base + AT.cookie),
        ...ownerOf(words, base, flags),
        task: (flags & FLAG.closing) === 0 ? taskOf(words, base, context) : undefined,
        inProcess: (flags & FLAG.inProcess) !== 0,
        totals: (flags & FLAG.closing) === 0 ? undefined : totalsOf(words, base),
      };
    case KIND.connect:
    case KIND.accept:
      return callOf(words, base, flags, error, common, context, kind === KIND.connect);
    case KIND.retransmit:
      return { kind: 'retransmit', ...common, segment: segmentOf(oldState), state: oldState, error };
    case KIND.synack:
      return { kind: 'retransmit', ...common, segment: 'SYN-ACK', state: undefined, error };
    case KIND.resetReceived:
    case KIND.resetSent:
      return {
        kind: 'reset',
        ...common,
        direction: kind === KIND.resetSent ? 'sent' : 'received',
        state: oldState,
        reason: error === 0 ? undefined : context.resetReason(error - 1),
        cookie: number64(words, base + AT.cookie),
      };
    case KIND.error:
      return { kind: 'error', ...common, error };
    default:
      return undefined;
  }
}

interface Common {
  readonly bootUs: number;
  readonly cpu: number;
  readonly skaddr: number;
  readonly netns: number;
  readonly tuple: FourTuple;
}

function callOf(
  words: Uint32Array,
  base: number,
  flags: number,
  error: number,
  common: Common,
  context: RecordContext,
  isConnect: boolean,
): ProbeEvent | undefined {
  const task = taskOf(words, base, context);
  if (task === undefined) return undefined;
  const call = { ...common, task, cookie: number64(words, base + AT.cookie), ...ownerOf(words, base, flags) };
  return isConnect ? { kind: 'connect', ...call, result: -error } : { kind: 'accept', ...call };
}

function segmentOf(state: TcpState | undefined): 'SYN' | 'data' {
  return state === 'SYN-SENT' ? 'SYN' : 'data';
}

function tupleOf(words: Uint32Array, base: number, localPort: number, remotePort: number, v6: boolean): FourTuple {
  if (!v6) {
    return {
      family: 4,
      localAddr: ipv4FromBe32(word(words, base + AT.a + 1)),
      localPort,
      remoteAddr: ipv4FromBe32(word(words, base + AT.a)),
      remotePort,
    };
  }
  const family: Family = 6;
  return {
    family,
    localAddr: ipv6At(words, base + AT.a),
    localPort,
    remoteAddr: ipv6At(words, base + AT.c),
    remotePort,
  };
}

function ipv6At(words: Uint32Array, at: number): string {
  return ipv6FromBytes(new Uint8Array(words.buffer, words.byteOffset + at * 4, 16));
}

function taskOf(words: Uint32Array, base: number, { commOf }: RecordContext): Task | undefined {
  const pid = word(words, base + AT.task + 1);
  return pid === 0 ? undefined : { pid, tid: word(words, base + AT.task), comm: commOf(pid) };
}

function ownerOf(words: Uint32Array, base: number, flags: number) {
  const open = (flags & FLAG.closing) === 0;
  return {
    uid: word(words, base + AT.owner + 1),
    fd: word(words, base + AT.owner) - 1,
    inode: open ? number64(words, base + AT.x) : 0,
    cgroup: open ? number64(words, base + AT.y) : 0,
  };
}

function totalsOf(words: Uint32Array, base: number) {
  return {
    bytesSent: number64(words, base + AT.x),
    bytesReceived: number64(words, base + AT.y),
    retransmits: word(words, base + AT.task + 1),
    rttUs: word(words, base + AT.task),
  };
}

function word(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

function number64(words: Uint32Array, at: number): number {
  return word(words, at + 1) * 4_294_967_296 + word(words, at);
}
