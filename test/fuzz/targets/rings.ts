/** What bpftrace's programs write: memory of rings, and lines. */
import type { RecordContext } from '../../../src/probe/event-record.js';
import { LONGEST_RECORD } from '../../../src/probe/record-layout.js';
import { RecordMerge } from '../../../src/probe/record-merge.js';
import { RecordSink } from '../../../src/probe/record-sink.js';
import { BpfRing, PerfRing, type Ring } from '../../../src/probe/rings.js';
import { recordOfLine } from '../../../src/probe/text-transport.js';
import { KIND, type MadeRecord, numbersOf, STATE, wordsOf } from '../../probe/made-records.js';
import { MadeBpfRing, MadePerfRing, PAGE } from '../../probe/made-rings.js';
import { type FuzzTarget, texts } from '../target.js';

const RING_BYTES = 4_096;
/** What events have, each kind some. */
const FIELDS = [
  ...[
    'kind',
    'bootUs',
    'skaddr',
    'netns',
    'cookie',
    'error',
    'tuple',
    'uid',
    'fd',
    'inode',
    'cgroup',
    'task',
    'totals',
  ],
  ...['state', 'oldState', 'newState', 'done', 'inProcess', 'result', 'segment', 'direction', 'reason'],
];
const CONTEXT: RecordContext = { resetReason: (code) => `reason ${code}` };
const OWNER = { pid: 77, tid: 78, fd: 3, inode: 5_000, cgroup: 9, name: 'java' };
const TOTALS = { retransmits: 1, rttUs: 2, bytesSent: 3, bytesReceived: 4 };

const RECORDS: readonly MadeRecord[] = [
  { kind: KIND.transition, nsecs: 1_000, oldState: STATE.unconnected, newState: STATE.synSent, owner: OWNER },
  { kind: KIND.transition, nsecs: 2_000, oldState: STATE.established, newState: STATE.unconnected, totals: TOTALS },
  { kind: KIND.connect, nsecs: 3_000, owner: OWNER, error: 111 },
  { kind: KIND.accept, nsecs: 4_000, owner: OWNER, addresses: [1n, 2n, 3n, 4n] },
  { kind: KIND.retransmit, nsecs: 5_000 },
  { kind: KIND.synAck, nsecs: 6_000 },
  { kind: KIND.resetReceived, nsecs: 7_000 },
  { kind: KIND.resetSent, nsecs: 8_000, error: 4 },
  { kind: KIND.error, nsecs: 9_000, error: 110, addresses: [1n, 2n, 3n, 4n] },
];

/** What a ring gives is brought into order and decoded. */
function readRing(ring: Ring): void {
  const sink = new RecordSink(0, 0);
  try {
    ring.drain(sink);
  } catch (error) {
    // The thread that reads the rings reports it, and recording ends.
    if (!(error instanceof Error && /^a ring has a record/.test(error.message))) throw error;
  }
  const run = sink.take();
  if (run !== undefined && run.byteLength > RING_BYTES) throw new Error(`${run.byteLength} bytes of records`);
  readRecords(run ?? new Uint32Array());
  sink.takeLosses();
}

function readRecords(run: Uint32Array): void {
  const merge = new RecordMerge(CONTEXT);
  merge.add(run);
  for (const { events } of merge.slices(Number.POSITIVE_INFINITY))
    for (const event of events) for (const field of FIELDS) Reflect.get(event, field);
  if (merge.waitingBytes !== 0) throw new Error(`${merge.waitingBytes} bytes were not delivered`);
}

/** The data of a ring, from the first record to where it is written next. */
function samplesOf(made: { write(record: Uint32Array): void; readonly head: number }, data: ArrayBuffer): Uint8Array[] {
  return [RECORDS, ...RECORDS.map((record) => [record])].map((records) => {
    const from = made.head;
    for (const record of records) made.write(wordsOf(record));
    return new Uint8Array(data.slice(PAGE + from, PAGE + made.head));
  });
}

function filled(buffer: ArrayBuffer, input: Buffer): number {
  const length = Math.min(input.length & ~7, RING_BYTES);
  new Uint8Array(buffer, PAGE).set(input.subarray(0, length));
  return length;
}

export function perfRingTarget(): FuzzTarget {
  const made = new MadePerfRing(RING_BYTES);
  return {
    samples: samplesOf(made, made.buffer),
    words: [],
    read(input) {
      const { buffer } = new MadePerfRing(RING_BYTES);
      const ring = new PerfRing(buffer, PAGE, RING_BYTES);
      new BigUint64Array(buffer, 1_024, 1)[0] = BigInt(filled(buffer, input));
      readRing(ring);
    },
  };
}

export function sharedRingTarget(): FuzzTarget {
  const made = new MadeBpfRing(RING_BYTES);
  return {
    samples: samplesOf(made, made.producer),
    words: [],
    read(input) {
      const { consumer, producer } = new MadeBpfRing(RING_BYTES);
      const ring = new BpfRing(consumer, producer, PAGE, RING_BYTES);
      const length = filled(producer, input);
      new BigUint64Array(producer, 0, 1)[0] = BigInt(length);
      readRing(ring);
      const taken = Number(new BigUint64Array(consumer, 0, 1)[0]);
      if (taken > length) throw new Error(`${taken} of ${length} bytes were taken`);
    },
  };
}

/** The lines that bpftrace prints where the rings cannot be read. */
export function lineTarget(): FuzzTarget {
  return {
    samples: texts(
      ...RECORDS.map(
        (record) =>
          `E ${numbersOf(record)
            .map((number) => number.toString(16))
            .join(' ')} .`,
      ),
    ),
    words: [' ', '.', 'ffffffffffffffff', 'E ', ' .', '0', '1'],
    read(input) {
      const words = recordOfLine(input.toString('utf8'));
      if (words === undefined) return;
      if (words.length > LONGEST_RECORD) throw new Error(`a record of ${words.length} words`);
      readRecords(words);
    },
  };
}
