import { deepEqual, equal } from 'node:assert/strict';
import { eventOfRecord, type RecordContext } from '../../src/probe/event-record.js';
import { KIND, type MadeRecord, STATE, wordsOf } from './made-records.js';

const CONTEXT: RecordContext = { resetReason: (code) => (code === 2 ? 'NO_SOCKET' : undefined) };

/** Reads a record that begins neither with its words nor with their buffer, between two others. */
function read(record: MadeRecord) {
  const other = wordsOf({
    kind: 77,
    nsecs: 1,
    address: ~0n,
    uid: 0xffff_ffff,
    cookie: 1,
    addresses: [~0n, ~0n, ~0n, ~0n],
  });
  const words = Uint32Array.of(...other, ...other, ...wordsOf(record), ...other);
  return eventOfRecord(words.subarray(other.length), other.length, CONTEXT);
}

/** What an event says, by name. */
function said(event: object | undefined, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, Reflect.get(event ?? {}, name)]));
}

/** 10.4.1.80 and 10.0.0.1 as struct sock's skc_addrpair: each lies in network byte order, the remote one first. */
const IPV4 = { localPort: 40_000, remotePort: 9_200, addresses: [(0x0100000an << 32n) | 0x5001040an] };
const TUPLE = { family: 4, localAddr: '10.0.0.1', localPort: 40_000, remoteAddr: '10.4.1.80', remotePort: 9_200 };
const IPV6 = {
  localPort: 40_000,
  remotePort: 9_200,
  addresses: [0x0000_0000_b80d_0120n, 0x0100_0000_0000_0000n, 0n, 0x0100_007f_ffff_0000n],
};
const TUPLE6 = {
  family: 6,
  localAddr: '2001:db8::1',
  localPort: 40_000,
  remoteAddr: '::ffff:127.0.0.1',
  remotePort: 9_200,
};
const OWNER = { pid: 4_242, tid: 4_250, fd: 7, inode: 81_234, cgroup: 5_678, name: 'java' };
const CALLED = { ...IPV4, uid: 1_000, owner: OWNER, inProcess: true };
const JAVA = { pid: 4_242, tid: 4_250, comm: 'java' };
const BY_CALL = { tuple: TUPLE, task: JAVA, fd: 7, uid: 1_000, inode: 81_234, cgroup: 5_678 };
const TOTALS = { retransmits: 3, rttUs: 21_500, bytesSent: 5_000_000_000, bytesReceived: 17 };
const CLOSES = { kind: KIND.transition, oldState: STATE.established, newState: STATE.unconnected };
const CONNECTS = { kind: KIND.transition, oldState: STATE.unconnected, newState: STATE.synSent };

describe('a record', () => {
  const cases: readonly [name: string, record: MadeRecord, says: Record<string, unknown>][] = [
    [
      'of any kind has time, netns, and the lower 48 bits of the socket',
      { kind: KIND.retransmit, nsecs: 7_654_321_987, address: 0xffff_8881_2345_6780n, netns: 4_026_531_840 },
      { bootUs: 7_654_321.987, skaddr: 0x8881_2345_6780, netns: 4_026_531_840 },
    ],
    [
      'of a connect(2) that leaves UNCONN',
      { ...CALLED, ...CONNECTS },
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
      'of a connect(2) by IPv6',
      { ...CALLED, ...IPV6, ...CONNECTS },
      { kind: 'transition', totals: undefined, ...BY_CALL, tuple: TUPLE6 },
    ],
    [
      'of a connect without connect(2)',
      { ...CALLED, ...CONNECTS, owner: { ...OWNER, fd: -1 } },
      { kind: 'transition', fd: -1, uid: 1_000, task: JAVA },
    ],
    [
      'of a transition in softirq names no task',
      { ...IPV4, kind: KIND.transition, oldState: STATE.synSent, newState: STATE.established, cookie: 0x4299e },
      {
        oldState: 'SYN-SENT',
        newState: 'ESTAB',
        task: undefined,
        totals: undefined,
        fd: -1,
        inode: 0,
        cgroup: 0,
        inProcess: false,
        cookie: 272_798,
        error: 0,
        tuple: TUPLE,
      },
    ],
    [
      'of a cookie and a time of more than 32 bits',
      { kind: KIND.error, nsecs: 5_000_000_000_000_000, cookie: 0x12_3456_789a_bcde },
      { bootUs: 5_000_000_000_000, cookie: 0x12_3456_789a_bcde },
    ],
    [
      'of a close carries totals, and no owner',
      { ...IPV4, ...CLOSES, error: 104, uid: 1_000, totals: TOTALS },
      {
        newState: 'UNCONN',
        error: 104,
        uid: 1_000,
        totals: TOTALS,
        task: undefined,
        inode: 0,
        cgroup: 0,
        fd: -1,
        tuple: TUPLE,
      },
    ],
    [
      'of a close by IPv6 carries the same totals',
      { ...IPV6, ...CLOSES, totals: TOTALS },
      { totals: TOTALS, task: undefined, tuple: TUPLE6 },
    ],
    [
      'of a close into TIME-WAIT',
      { ...CLOSES, oldState: STATE.finWait2, done: true, totals: TOTALS },
      { oldState: 'FIN-WAIT-2', done: true, inProcess: false },
    ],
    [
      'of a connect(2) under way',
      { ...CALLED, kind: KIND.connect, error: 115 },
      { kind: 'connect', result: -115, ...BY_CALL },
    ],
    [
      'of a connect(2) by IPv6 that failed at once',
      { ...CALLED, ...IPV6, kind: KIND.connect, error: 101 },
      { kind: 'connect', result: -101, ...BY_CALL, tuple: TUPLE6 },
    ],
    [
      'of a socket that is bound to an interface',
      { ...IPV4, kind: KIND.transition, newState: STATE.established, onInterface: true },
      { newState: 'ESTAB', onInterface: true, done: false, tuple: TUPLE },
    ],
    ['of an accept(2)', { ...CALLED, kind: KIND.accept }, { kind: 'accept', ...BY_CALL }],
    [
      'of a SYN sent again',
      { ...IPV4, kind: KIND.retransmit, oldState: STATE.synSent },
      { kind: 'retransmit', segment: 'SYN', state: 'SYN-SENT', error: 0, tuple: TUPLE },
    ],
    [
      'of data that could not be sent again',
      { kind: KIND.retransmit, oldState: STATE.established, error: 105 },
      { kind: 'retransmit', segment: 'data', state: 'ESTAB', error: 105 },
    ],
    [
      'of a SYN-ACK sent again',
      { ...IPV6, kind: KIND.synAck },
      { kind: 'retransmit', segment: 'SYN-ACK', state: undefined, tuple: TUPLE6 },
    ],
    [
      'of a RST received',
      { kind: KIND.resetReceived, oldState: STATE.established, cookie: 9 },
      { kind: 'reset', direction: 'received', state: 'ESTAB', reason: undefined, cookie: 9 },
    ],
    [
      'of a RST sent for a closed port',
      { ...IPV4, kind: KIND.resetSent, error: 3 },
      { kind: 'reset', direction: 'sent', state: undefined, reason: 'NO_SOCKET', skaddr: 0, tuple: TUPLE },
    ],
    ['of a RST whose reason is new to the kernel', { kind: KIND.resetSent, error: 999 }, { reason: undefined }],
    [
      'of a RST on a kernel that gives no reason',
      { kind: KIND.resetSent, oldState: STATE.established },
      { direction: 'sent', reason: undefined },
    ],
    ['of an error', { ...IPV4, kind: KIND.error, error: 111 }, { kind: 'error', error: 111, tuple: TUPLE }],
  ];
  for (const [name, record, says] of cases) {
    it(name, () => deepEqual(said(read(record), ...Object.keys(says)), says));
  }

  it('has the whole uid, the upper half beside the address of the socket', () => {
    for (const uid of [0, 65_535, 65_536, 100_999, 4_294_967_294]) {
      const event = read({ ...CALLED, kind: KIND.accept, uid, address: 0xffff_8881_2345_6780n, error: 7 });
      deepEqual(said(event, 'uid', 'skaddr', 'error'), { uid, skaddr: 0x8881_2345_6780, error: 7 });
    }
  });

  it('names the process up to the first zero, with replacements for bytes that are no UTF-8', () => {
    const names: readonly [bytes: string | Uint8Array, comm: string][] = [
      ['', ''],
      ['kworker/0:1', 'kworker/0:1'],
      ['fünfzehn bytes', 'fünfzehn bytes'],
      ['sixteen bytes ..', 'sixteen bytes ..'],
      [Uint8Array.of(0x61, 0xff, 0xc3, 0, 0x62), 'a\ufffd\ufffd'],
      ['\nE 1 2 3', '\nE 1 2 3'],
    ];
    for (const addresses of [IPV4.addresses, IPV6.addresses]) {
      for (const [name, comm] of names) {
        const event = read({ kind: KIND.accept, addresses, owner: { ...OWNER, name } });
        deepEqual(said(event, 'task'), { task: { ...JAVA, comm } });
      }
    }
  });

  it('of a kind that is not known is passed over', () => {
    for (const kind of [0, 9, 77]) equal(read({ kind }), undefined);
  });
});
