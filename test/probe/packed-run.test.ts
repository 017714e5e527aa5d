import { deepEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { packedFacts, packRun, unpackRun } from '../../src/probe/packed-run.js';
import { META, recordNs, recordWords } from '../../src/probe/record-layout.js';
import { KIND, type MadeRecord, STATE, wordsOf } from './made-records.js';

const anyUint = fc.nat({ max: 0xffff_ffff });
const anyWide = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const anyRecord: fc.Arbitrary<MadeRecord> = fc.record(
  {
    kind: fc.integer({ min: 1, max: 8 }),
    nsecs: fc.nat({ max: 2 ** 52 }),
    address: anyWide,
    oldState: fc.integer({ min: 0, max: 12 }),
    newState: fc.integer({ min: 0, max: 12 }),
    error: fc.nat({ max: 65_535 }),
    uid: anyUint,
    netns: anyUint,
    localPort: fc.nat({ max: 65_535 }),
    cookie: fc.nat({ max: 2 ** 52 }),
    addresses: fc.oneof(fc.tuple(anyWide), fc.tuple(anyWide, anyWide, anyWide, anyWide)),
    totals: fc.record({ retransmits: anyUint, rttUs: anyUint, bytesSent: anyUint, bytesReceived: anyUint }),
  },
  { requiredKeys: ['kind'] },
);
const owner = { pid: 4_242, tid: 4_243, fd: 7, inode: 12_345, cgroup: 1, name: 'java' };
const anyRun = fc.array(
  fc.tuple(anyRecord, fc.boolean()).map(([record, owned]) => {
    // The programs report totals and an owner in different records.
    const { totals, ...rest } = record;
    return owned ? { ...rest, owner } : totals === undefined ? rest : { ...rest, totals };
  }),
  { minLength: 1, maxLength: 40 },
);

/** Events of one connection, as a busy host has them. */
function connectionAt(us: number): MadeRecord[] {
  const address = BigInt(0xffff_8881_0000_0000 + (us % 64) * 2_048);
  const common = { kind: KIND.transition, address, netns: 4_026_531_840, cookie: us, remotePort: 443 };
  const states = [STATE.unconnected, STATE.synSent, STATE.established, STATE.finWait2];
  return states.map((newState, step) => ({
    ...common,
    nsecs: (us + step) * 1_000,
    oldState: states[step - 1] ?? STATE.unconnected,
    newState,
    ...(step === 0 ? { owner } : {}),
  }));
}

describe('packed records', () => {
  it('are the same when they are unpacked, whatever they are', () => {
    fc.assert(
      fc.property(anyRun, (records) => {
        const words = wordsOf(...records);
        const packed = packRun(words);
        deepEqual(unpackRun(packed), words);
        let last = 0;
        for (let at = 0; at < words.length; at += recordWords(words[at + META] ?? 0)) last = at;
        const [firstNs, lastNs] = [recordNs(words, 0), recordNs(words, last)];
        deepEqual(packedFacts(packed), { records: records.length, firstNs, lastNs });
      }),
    );
  });

  it('have memory of their own', () => {
    const [first, second] = [wordsOf(...connectionAt(1)), wordsOf(...connectionAt(900))];
    const packed = packRun(first);
    packRun(second);
    deepEqual(unpackRun(packed), first);
  });

  it('take less than half of the memory where connections resemble each other', () => {
    const words = wordsOf(...Array.from({ length: 500 }, (_, index) => connectionAt(1_000 + index * 40)).flat());
    const packed = packRun(words);
    ok(packed.byteLength < words.byteLength / 2, `${packed.byteLength} of ${words.byteLength} bytes`);
  });

  it('also where there are more than ever before', () => {
    const words = wordsOf(...Array.from({ length: 5_000 }, (_, index) => connectionAt(1_000 + index * 40)).flat());
    deepEqual(unpackRun(packRun(words)), words);
  });
});
