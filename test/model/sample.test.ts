import { deepEqual } from 'node:assert/strict';
import { infoOfSample, SAMPLE_COLUMNS, type SampleRow, sampleOf } from '../../src/model/sample.js';
import { socketMemoryOf, socketMemoryText } from '../../src/model/socket-memory.js';

const MEMORY = {
  ...{ rmemAlloc: 1, rcvbuf: 131_072, wmemAlloc: 2, sndbuf: 46_080, fwdAlloc: 3 },
  ...{ wmemQueued: 4, optmem: 5, backlog: 6, drops: 7 },
};
const INFO = {
  rttUs: 101,
  rttvarUs: 102,
  rtoUs: 103,
  sndCwnd: 104,
  sndSsthresh: 105,
  sndMss: 106,
  unacked: 107,
  lost: 108,
  totalRetrans: 109,
  bytesSent: 110,
  bytesAcked: 111,
  bytesReceived: 112,
  minRttUs: 113,
  deliveryRate: 114,
};
const ROW = {
  recvQ: 8,
  sendQ: 9,
  timer: { kind: 'on', expiresMs: 200, retransmits: 2 },
  congestion: 'cubic',
  memory: MEMORY,
  info: INFO,
} as const;

describe('a sample of a socket', () => {
  const sample = sampleOf(5, 1_000, ROW);

  it('has a field for each column, and no other', () => {
    deepEqual(Object.keys(sample).toSorted(), SAMPLE_COLUMNS.map(({ field }) => field).toSorted());
  });

  it('keeps each field of tcp_info in its own column', () => {
    const row = Object.fromEntries(SAMPLE_COLUMNS.map(({ column, field }) => [column, sample[field] ?? null]));
    deepEqual(infoOfSample(row as unknown as SampleRow), INFO);
  });

  it('leaves undefined what the kernel did not report', () => {
    const bare = sampleOf(5, 1_000, { ...ROW, info: undefined, memory: undefined, congestion: undefined });
    const known = Object.entries(bare).flatMap(([field, value]) => (value === undefined ? [] : [field]));
    deepEqual(known, ['connectionId', 'atUs', 'recvQ', 'sendQ', 'timer', 'timerMs', 'retrans']);
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
