import { deepEqual, equal } from 'node:assert/strict';
import type { SocketRow } from '../../src/model/socket-row.js';
import { type DiagRow, decodeDiagMessages } from '../../src/snapshot/diag-row.js';
import { attribute, countedInfo, type SocketFields, socket, words } from './diag-bytes.js';

function decode(fields: SocketFields, ...attributes: readonly Buffer[]): DiagRow {
  const [row] = decodeDiagMessages(socket(fields, ...attributes));
  if (row === undefined) throw new Error('no row');
  return row;
}

const V6 = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1];

describe('struct inet_diag_msg', () => {
  const cases: readonly [title: string, fields: SocketFields, field: keyof SocketRow, expected: unknown][] = [
    ['the state', { state: 8 }, 'state', 'CLOSE-WAIT'],
    ['a state no kernel has yet', { state: 77 }, 'state', 'UNCONN'],
    ['the interface', { interfaceIndex: 3 }, 'interfaceIndex', 3],
    ['a cookie above 2^32', { cookie: 0x0000_0012_3456_789an }, 'cookie', 0x12_3456_789a],
    ['the inode', { inode: 4_294_967_295 }, 'inode', 4_294_967_295],
    ['the user', { uid: 65_534 }, 'uid', 65_534],
    ['the receive queue', { recvQ: 7 }, 'recvQ', 7],
    ['the send queue', { sendQ: 4_000_000_000 }, 'sendQ', 4_000_000_000],
    ['no timer', {}, 'timer', { kind: 'off', expiresMs: 0, retransmits: 0 }],
    [
      'a retransmission timer',
      { timer: 1, expires: 204, retransmits: 3 },
      'timer',
      { kind: 'on', expiresMs: 204, retransmits: 3 },
    ],
    ['a keepalive timer', { timer: 2, expires: 9 }, 'timer', { kind: 'keepalive', expiresMs: 9, retransmits: 0 }],
    ['a TIME-WAIT timer', { timer: 3, expires: 9 }, 'timer', { kind: 'timewait', expiresMs: 9, retransmits: 0 }],
    ['a persist timer', { timer: 4, expires: 9 }, 'timer', { kind: 'persist', expiresMs: 9, retransmits: 0 }],
    ['a timer no kernel has yet', { timer: 9 }, 'timer', { kind: 'unknown', expiresMs: 0, retransmits: 0 }],
    [
      'an IPv4 four-tuple',
      { localPort: 443, remotePort: 51_234, local: [10, 0, 0, 1], remote: [192, 168, 255, 254] },
      'tuple',
      { family: 4, localAddr: '10.0.0.1', localPort: 443, remoteAddr: '192.168.255.254', remotePort: 51_234 },
    ],
    [
      'an IPv6 four-tuple',
      { family: 10, localPort: 1, remotePort: 65_535, local: V6, remote: [] },
      'tuple',
      { family: 6, localAddr: '2001:db8::1', localPort: 1, remoteAddr: '::', remotePort: 65_535 },
    ],
    [
      'a v4-mapped four-tuple',
      { family: 10, localPort: 1, remotePort: 2, local: MAPPED, remote: MAPPED },
      'tuple',
      { family: 6, localAddr: '::ffff:127.0.0.1', localPort: 1, remoteAddr: '::ffff:127.0.0.1', remotePort: 2 },
    ],
  ];
  for (const [title, fields, field, expected] of cases) {
    it(`gives ${title}`, () => deepEqual(decode(fields)[field], expected));
  }
});

describe('inet_diag attributes', () => {
  const cases: readonly [title: string, bytes: Buffer, field: keyof SocketRow, expected: unknown][] = [
    ['the congestion control', attribute(4, Buffer.from('cubic\0')), 'congestion', 'cubic'],
    ['a name without its zero', attribute(4, Buffer.from('bbr')), 'congestion', 'bbr'],
    ['the type of service', attribute(5, [0x10]), 'tos', 0x10],
    ['the traffic class', attribute(6, [0xb8]), 'tclass', 0xb8],
    ['what is shut down', attribute(8, [2]), 'shutdown', 2],
    ['MPTCP', attribute(10, words(262)), 'protocol', 262],
    ['TCP', attribute(10, [6]), 'protocol', 6],
    ['a socket for IPv6 alone', attribute(11, [1]), 'v6only', true],
    ['a socket for both families', attribute(11, [0]), 'v6only', false],
    ['the mark', attribute(15, words(0xffff_fffe)), 'mark', 0xffff_fffe],
    ['the traffic control class', attribute(17, words(0x1_0002)), 'classId', 0x1_0002],
    ['the cgroup', attribute(21, words(5, 1)), 'cgroup', 4_294_967_301],
    ['the socket options', attribute(22, [0x02, 0x05]), 'sockopt', 0x0502],
    ['the upper layer', attribute(19 | 0x8000, attribute(1, Buffer.from('tls\0'))), 'ulp', 'tls'],
    ['an upper layer without a name', attribute(19, attribute(2, [0, 0, 0, 0])), 'ulp', undefined],
    [
      'the memory',
      attribute(7, words(1, 2, 3, 4, 5, 6, 7, 8, 9)),
      'memory',
      {
        rmemAlloc: 1,
        rcvbuf: 2,
        wmemAlloc: 3,
        sndbuf: 4,
        fwdAlloc: 5,
        wmemQueued: 6,
        optmem: 7,
        backlog: 8,
        drops: 9,
      },
    ],
    [
      'BBR',
      attribute(16, words(1, 2, 3, 4, 5)),
      'congestionInfo',
      { bw: 8_589_934_593, min_rtt: 3, pacing_gain: 4, cwnd_gain: 5 },
    ],
    [
      'DCTCP',
      attribute(9, words(0x0002_0001, 3, 4, 5)),
      'congestionInfo',
      { enabled: 1, ce_state: 2, alpha: 3, ab_ecn: 4, ab_tot: 5 },
    ],
    ['Vegas', attribute(3, words(1, 2, 3, 4)), 'congestionInfo', { enabled: 1, rttcnt: 2, rtt: 3, minrtt: 4 }],
  ];
  for (const [title, bytes, field, expected] of cases) {
    it(`give ${title}`, () => deepEqual(decode({}, attribute(99, [1, 2, 3]), bytes)[field], expected));
    it(`do not invent ${title}`, () => equal(decode({}, attribute(99, [1, 2, 3]))[field], undefined));
  }

  it('of older kernels leave the end of the memory out', () => {
    equal(decode({}, attribute(7, words(1, 2, 3, 4, 5, 6, 7, 8))).memory?.drops, 0);
  });
  it('that are too short are not there', () => {
    equal(decode({}, attribute(15, [1, 2])).mark, undefined);
    equal(decode({}, attribute(2, countedInfo(100))).info, undefined);
  });
  it('that reach over the end of their message are not there', () => {
    const bytes = socket({}, attribute(4, Buffer.from('cubic\0')));
    bytes.writeUInt16LE(400, 16 + 72);
    equal(decodeDiagMessages(bytes)[0]?.congestion, undefined);
  });
});

describe('struct tcp_info', () => {
  /** Every byte is its offset: a 32-bit word at 68 reads 0x47464544. */
  const word = (offset: number) => Buffer.from([offset, offset + 1, offset + 2, offset + 3]).readUInt32LE();
  const info = (length: number) => decode({}, attribute(2, countedInfo(length))).info;

  const fields = {
    rtoUs: 8,
    sndMss: 16,
    unacked: 24,
    lost: 32,
    retrans: 36,
    lastDataSentMs: 44,
    pmtu: 60,
    rttUs: 68,
    rttvarUs: 72,
    sndSsthresh: 76,
    sndCwnd: 80,
    totalRetrans: 100,
    segsOut: 136,
    notsentBytes: 144,
    minRttUs: 148,
    dataSegsOut: 156,
    delivered: 192,
    dsackDups: 216,
    sndWnd: 228,
    rcvWnd: 232,
    rehash: 236,
  } as const;
  for (const [name, offset] of Object.entries(fields)) {
    it(`has ${name} at ${offset}`, () => equal(info(248)?.[name as keyof typeof fields], word(offset)));
  }

  it('packs window scales and flags into bytes 6 and 7', () => {
    const bytes = countedInfo(240);
    bytes[6] = 0xa7;
    bytes[7] = 0b101;
    const decoded = decode({}, attribute(2, bytes)).info;
    deepEqual([decoded?.sndWscale, decoded?.rcvWscale], [7, 10]);
    deepEqual([decoded?.deliveryRateAppLimited, decoded?.fastopenClientFail], [true, 2]);
  });
  it('reads 64 bits', () => {
    const bytes = countedInfo(240);
    bytes.set(words(1, 2), 200);
    equal(decode({}, attribute(2, bytes)).info?.bytesSent, 8_589_934_593);
  });
  it('ends where the kernel ends it', () => {
    const old = info(104);
    deepEqual(
      [old?.totalRetrans, old?.pacingRate, old?.bytesAcked, old?.rehash],
      [word(100), undefined, undefined, undefined],
    );
    const half = info(204);
    deepEqual([half?.deliveredCe, half?.bytesSent], [word(196), undefined]);
  });
});
