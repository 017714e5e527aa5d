import { deepEqual, equal } from 'node:assert/strict';
import { infoOfSample, SAMPLE_COLUMNS, type SampleRow, SETTING_COLUMNS, sampleOf } from '../../src/model/sample.js';
import { AGO, INFO as INFO_COLUMNS, INFO_SETTINGS } from '../../src/model/sample-columns.js';
import { socketMemoryOf, socketMemoryText } from '../../src/model/socket-memory.js';
import type { TcpInfo } from '../../src/model/tcp-info.js';

const MEMORY = {
  ...{ rmemAlloc: 1, rcvbuf: 131_072, wmemAlloc: 2, sndbuf: 46_080, fwdAlloc: 3 },
  ...{ wmemQueued: 4, optmem: 5, backlog: 6, drops: 7 },
};
const MPTCP = {
  ...{ flags: 1, remoteToken: 2, localToken: 3, remoteId: 4, localId: 5 },
  ...{ mapSubflowSequence: 6, sequenceOffset: 7, mapLength: 8 },
};
/** Each field of tcp_info with a value of its own. */
const INFO = Object.fromEntries(
  [...INFO_COLUMNS, ...AGO, ...INFO_SETTINGS].map(({ of }, index) => [of, 101 + index]),
) as unknown as TcpInfo;
const ROW = {
  recvQ: 8,
  sendQ: 9,
  timer: { kind: 'on', expiresMs: 200, retransmits: 2 },
  congestion: 'bbr',
  congestionInfo: { bw: 1, min_rtt: 2, pacing_gain: 3, cwnd_gain: 4 },
  memory: MEMORY,
  info: { ...INFO, deliveryRateAppLimited: true },
  inode: 0,
  interfaceIndex: 1,
  v6only: true,
  shutdown: 2,
  mark: 3,
  tos: 4,
  tclass: 5,
  classId: 6,
  sockopt: 7,
  protocol: 262,
  ulp: 'mptcp',
  ulpInfo: { tls: undefined, mptcp: { ...MPTCP, mapSequence: 2n ** 63n } },
} as const;
const TIME = { atUs: 1_000, changedMs: 3, dueMs: 10_000 };

describe('a sample of a socket', () => {
  const sample = sampleOf(5, TIME, ROW, 'lo');
  const columns = [...SAMPLE_COLUMNS, ...SETTING_COLUMNS];
  const row = Object.fromEntries(columns.map(({ column, field }) => [column, sample[field] ?? null]));

  it('has a field for each column, and no other', () => {
    deepEqual(Object.keys(sample).toSorted(), columns.map(({ field }) => field).toSorted());
  });

  it('has the value of each column', () => {
    const missing = columns.filter(({ field }) => sample[field] === undefined).map(({ column }) => column);
    deepEqual(missing, []);
  });

  it('keeps each field of tcp_info in its own column', () => {
    deepEqual(infoOfSample(row as unknown as SampleRow), { ...INFO, deliveryRateAppLimited: true });
  });

  it('keeps each word of the socket memory in its own column', () => {
    const { rmemAlloc, rcvbuf, wmemAlloc, sndbuf, fwdAlloc, wmemQueued, optmem, backlog, drops } = sample;
    deepEqual({ rmemAlloc, rcvbuf, wmemAlloc, sndbuf, fwdAlloc, wmemQueued, optmem, backlog, drops }, MEMORY);
  });

  it('knows no limit of a rate that is not limited', () => {
    const { pacingRate } = sampleOf(5, TIME, { ...ROW, info: { ...INFO, pacingRate: 2 ** 64 } });
    equal(pacingRate, undefined);
  });

  it('leaves undefined what the kernel did not report', () => {
    const { recvQ, sendQ, timer } = ROW;
    const bare = sampleOf(5, TIME, { recvQ, sendQ, timer });
    const known = Object.entries(bare).flatMap(([field, value]) => (value === undefined ? [] : [field]));
    deepEqual(known, ['connectionId', 'atUs', 'changedMs', 'dueMs', 'recvQ', 'sendQ', 'timer', 'timerMs', 'retrans']);
  });
});

describe('socket memory', () => {
  it('is written as ss writes it, and read back', () => {
    const text = 'r1,rb131072,t2,tb46080,f3,w4,o5,bl6,d7';
    deepEqual(socketMemoryText(MEMORY), text);
    deepEqual(socketMemoryOf(text), MEMORY);
  });

  it('is 0 where a word is missing', () => {
    deepEqual(socketMemoryOf('rb4096').drops, 0);
  });
});
