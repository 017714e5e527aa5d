import { deepEqual, equal } from 'node:assert/strict';
import { eventOfRecord, type RecordContext } from '../../src/probe/event-record.js';
import { RECORD_FIELDS } from '../../src/probe/program.js';

/** The values of one record of bpf/macros.bt that differ from 0. */
interface Fields {
  readonly nsecs?: bigint;
  readonly skaddr?: bigint;
  readonly meta: bigint;
  readonly where?: bigint;
  readonly a?: bigint;
  readonly b?: bigint;
  readonly c?: bigint;
  readonly d?: bigint;
  readonly task?: bigint;
  readonly owner?: bigint;
  readonly cookie?: bigint;
  readonly x?: bigint;
  readonly y?: bigint;
}

const ORDER = ['nsecs', 'skaddr', 'meta', 'where', 'a', 'b', 'c', 'd', 'task', 'owner', 'cookie', 'x', 'y'] as const;
const FLAG = { done: 1n, inProcess: 2n, v6: 4n, closing: 8n };
const CONTEXT: RecordContext = {
  commOf: (pid) => (pid === 4242 ? 'java' : ''),
  resetReason: (code) => (code === 2 ? 'NO_SOCKET' : undefined),
};

/** Reads a record that does not lie at the beginning of its buffer. */
function read(fields: Fields) {
  const words = new BigUint64Array(RECORD_FIELDS * 2);
  ORDER.forEach((name, index) => {
    words[RECORD_FIELDS + index] = fields[name] ?? 0n;
  });
  return eventOfRecord(new Uint32Array(words.buffer), RECORD_FIELDS * 2, CONTEXT);
}

/** What an event says, by name. */
function said(event: object | undefined, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, Reflect.get(event ?? {}, name)]));
}

function meta(kind: number, oldState = 0, newState = 0, flags = 0n, error = 0n): bigint {
  return BigInt(kind) | (BigInt(oldState) << 8n) | (BigInt(newState) << 16n) | (flags << 24n) | (error << 32n);
}

const WHERE = (4_026_531_840n << 32n) | (40_000n << 16n) | 9_200n;
/** 10.4.1.80 and 10.0.0.1 as struct sock's skc_addrpair: each lies in network byte order, the remote one first. */
const ADDRPAIR = (0x0100000an << 32n) | 0x5001040an;
const TUPLE = {
  family: 4,
  localAddr: '10.0.0.1',
  localPort: 40_000,
  remoteAddr: '10.4.1.80',
  remotePort: 9_200,
};
const TASK = (4_242n << 32n) | 4_250n;
const JAVA = { pid: 4_242, tid: 4_250, comm: 'java' };
const CALLED = { where: WHERE, a: ADDRPAIR, task: TASK, owner: (1_000n << 32n) | 8n, x: 81_234n, y: 5_678n };
const BY_CALL = { tuple: TUPLE, task: JAVA, fd: 7, uid: 1_000, inode: 81_234, cgroup: 5_678 };

describe('a record', () => {
  const cases: readonly [name: string, fields: Fields, says: Record<string, unknown>][] = [
    [
      'of any kind has time, CPU, socket, netns',
      { nsecs: 7_654_321_987n, skaddr: 0xffff_8881_2345_6780n, meta: meta(4), where: WHERE },
      { bootUs: 7_654_321.987, skaddr: 0x8881_2345_6780, netns: 4_026_531_840 },
    ],
    [
      'of a connect(2) that leaves UNCONN',
      { ...CALLED, meta: meta(1, 7, 2, FLAG.inProcess) },
      {
        kind: 'transition',
        oldState: 'UNCONN',
        newState: 'SYN-SENT',
        inProcess: true,
        done: false,
        totals: undefined,
        ...BY_CALL,
      },
    ],
    [
      'of a connect without connect(2)',
      { ...CALLED, meta: meta(1, 7, 2), owner: 1_000n << 32n },
      { kind: 'transition', fd: -1, uid: 1_000, task: JAVA },
    ],
    [
      'of a transition in softirq names no task',
      { meta: meta(1, 2, 1), where: WHERE, a: ADDRPAIR, cookie: 0x4299en },
      { oldState: 'SYN-SENT', newState: 'ESTAB', task: undefined, inProcess: false, cookie: 272_798, tuple: TUPLE },
    ],
    [
      'of a close carries totals, and no owner',
      {
        meta: meta(1, 1, 7, FLAG.closing, 104n),
        where: WHERE,
        task: (3n << 32n) | 21_500n,
        owner: 1_000n << 32n,
        x: 5_000_000_000n,
        y: 17n,
      },
      {
        newState: 'UNCONN',
        error: 104,
        totals: { bytesSent: 5_000_000_000, bytesReceived: 17, retransmits: 3, rttUs: 21_500 },
        task: undefined,
        inode: 0,
        cgroup: 0,
        fd: -1,
      },
    ],
    [
      'of a close into TIME-WAIT',
      { meta: meta(1, 5, 7, FLAG.closing | FLAG.done) },
      { oldState: 'FIN-WAIT-2', done: true },
    ],
    [
      'of IPv6',
      {
        meta: meta(1, 7, 2, FLAG.v6),
        where: WHERE,
        a: 0x0000_0000_b80d_0120n,
        b: 0x0100_0000_0000_0000n,
        c: 0n,
        d: 0x0100_007f_ffff_0000n,
      },
      {
        tuple: {
          family: 6,
          localAddr: '2001:db8::1',
          localPort: 40_000,
          remoteAddr: '::ffff:127.0.0.1',
          remotePort: 9_200,
        },
      },
    ],
    [
      'of a connect(2) under way',
      { ...CALLED, meta: meta(2, 0, 0, FLAG.inProcess, 115n) },
      { kind: 'connect', result: -115, ...BY_CALL },
    ],
    ['of an accept(2)', { ...CALLED, meta: meta(3, 0, 0, FLAG.inProcess) }, { kind: 'accept', ...BY_CALL }],
    [
      'of a SYN sent again',
      { meta: meta(4, 2), where: WHERE, a: ADDRPAIR },
      { kind: 'retransmit', segment: 'SYN', state: 'SYN-SENT', error: 0, tuple: TUPLE },
    ],
    [
      'of data that could not be sent again',
      { meta: meta(4, 1, 0, 0n, 105n) },
      { kind: 'retransmit', segment: 'data', state: 'ESTAB', error: 105 },
    ],
    ['of a SYN-ACK sent again', { meta: meta(5) }, { kind: 'retransmit', segment: 'SYN-ACK', state: undefined }],
    [
      'of a RST received',
      { meta: meta(6, 1), cookie: 9n },
      { kind: 'reset', direction: 'received', state: 'ESTAB', reason: undefined, cookie: 9 },
    ],
    [
      'of a RST sent for a closed port',
      { meta: meta(7, 0, 0, 0n, 3n), where: WHERE, a: ADDRPAIR },
      { kind: 'reset', direction: 'sent', state: undefined, reason: 'NO_SOCKET', skaddr: 0, tuple: TUPLE },
    ],
    ['of a RST whose reason is new to the kernel', { meta: meta(7, 0, 0, 0n, 999n) }, { reason: undefined }],
    ['of a RST on a kernel that gives no reason', { meta: meta(7, 1) }, { direction: 'sent', reason: undefined }],
    ['of an error', { meta: meta(8, 0, 0, 0n, 111n), where: WHERE }, { kind: 'error', error: 111 }],
  ];
  for (const [name, fields, says] of cases) {
    it(name, () => deepEqual(said(read(fields), ...Object.keys(says)), says));
  }

  it('of a kind that is not known is passed over', () => {
    equal(read({ meta: meta(0) }), undefined);
    equal(read({ meta: meta(77) }), undefined);
  });
});
