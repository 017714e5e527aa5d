/**
 * What the pipeline itself costs, without a kernel. Records of a churn of loopback connections, as the programs write them, go
 * through decoding, ordering, correlation and SQLite: CPU microseconds a connection, by stage, and transitions a second.
 * `node dist/scripts/bench/pipeline.js [CONNECTIONS]`
 */
import { statSync } from 'node:fs';
import type { ProbeBatch } from '../../src/model/probe-event.js';
import { snapshotOf } from '../../src/model/snapshot-rows.js';
import { Correlator } from '../../src/pipeline/correlator.js';
import { eventOfRecord } from '../../src/probe/event-record.js';
import {
  ADDRESSES,
  FLAG,
  LONGEST_RECORD,
  META,
  moreAt,
  NSECS,
  recordWords,
  SKADDR,
  WHERE,
} from '../../src/probe/record-layout.js';
import { RecordMerge } from '../../src/probe/record-merge.js';
import { RecordSink } from '../../src/probe/record-sink.js';
import { openForWriting } from '../../src/store/database.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { collectYoung } from '../../src/sys/scheduling.js';
import { say } from './figures.js';
import { TemporaryDirectory } from './temporary-directory.js';

collectYoung(); // as the recorder does
const CONNECTIONS = Number(process.argv[2] ?? 200_000);
/** What a drain finds: a fifth of a second of a churn of 7,500 connections a second. */
const PER_DRAIN = 1_500;
const PORTS = 28_232;
const CPUS = 4;
const [KIND_TRANSITION, KIND_ACCEPT, LAST_KIND] = [1, 3, 8];
const [ESTAB, SYN_SENT, SYN_RECV, FIN_WAIT_1, FIN_WAIT_2, UNCONN, CLOSE_WAIT, LAST_ACK, LISTEN] = [
  1, 2, 3, 4, 5, 7, 8, 9, 10,
];
const SERVER_PORT = 9000;
const LOOPBACK = 0x0100007f;
const NETNS = 4_026_531_840;
const OFFSET_US = 1.7e15;
const UID = 1000;
const PID = 4242;
/** Thread and process, descriptor + 1, inode, cgroup, and `churn`, as they lie in the record. */
const OWNER = [PID, PID, 8, 0, 0, 0, 0, 0, 0x72756863, 0x6e, 0, 0];
/** Round-trip time, retransmissions, bytes. */
const TOTALS = [120, 0, 1, 0, 1, 0];
/** Records of one connection: five transitions at each end, and the accept. */
const RECORDS = 11;
/** What is written of it: TIME-WAIT, which no record reports, is entered and left as well. */
const TRANSITIONS = 11;
/** Words of a CPU's share of a drain: a power of two, as a ring is. */
const RING_WORDS = 2 ** Math.ceil(Math.log2((PER_DRAIN / CPUS + 1) * RECORDS * LONGEST_RECORD));
const CONTEXT = { resetReason: () => undefined };

let bootNs = 1e12;

interface Side {
  readonly skaddr: number;
  readonly localPort: number;
  readonly remotePort: number;
}

/** What lies in the ring of a CPU. */
class Ring {
  readonly words = new Uint32Array(RING_WORDS);
  used = 0;

  put(kind: number, { skaddr, localPort, remotePort }: Side, from: number, to: number, flags: number): void {
    bootNs += 3_000;
    const { words, used } = this;
    const meta = (kind | (from << 8) | (to << 16) | (flags << 24)) >>> 0;
    const count = recordWords(meta);
    words.fill(0, used, used + count);
    words[used + NSECS] = bootNs % 2 ** 32;
    words[used + NSECS + 1] = Math.floor(bootNs / 2 ** 32);
    words[used + SKADDR] = skaddr % 2 ** 32;
    words[used + SKADDR + 1] = Math.floor(skaddr / 2 ** 32);
    words[used + META] = meta;
    words[used + META + 1] = UID << 16;
    words[used + WHERE] = ((localPort << 16) | remotePort) >>> 0;
    words[used + WHERE + 1] = NETNS;
    words[used + ADDRESSES] = LOOPBACK;
    words[used + ADDRESSES + 1] = LOOPBACK;
    const more = used + moreAt(meta);
    if ((flags & FLAG.totals) !== 0) words.set(TOTALS, more);
    if ((flags & FLAG.owner) !== 0) words.set(OWNER, more);
    this.used += count;
  }
}

/** Fills the rings with a drain's records: the connections follow one another, each within about 30 microseconds and on one CPU. */
function fill(rings: readonly Ring[], first: number, count: number): void {
  for (const ring of rings) ring.used = 0;
  for (let i = 0; i < count; i++) {
    const ring = rings[i % CPUS] as Ring;
    const port = 32_768 + ((first + i) % PORTS);
    const slot = (first + i) % 64;
    const client = { skaddr: 0x880000000000 + slot * 4096, localPort: port, remotePort: SERVER_PORT };
    const server = { skaddr: 0x890000000000 + slot * 4096, localPort: SERVER_PORT, remotePort: port };
    ring.put(KIND_TRANSITION, client, UNCONN, SYN_SENT, FLAG.inProcess | FLAG.owner);
    ring.put(KIND_TRANSITION, server, LISTEN, SYN_RECV, 0);
    ring.put(KIND_TRANSITION, client, SYN_SENT, ESTAB, 0);
    ring.put(KIND_TRANSITION, server, SYN_RECV, ESTAB, 0);
    ring.put(KIND_ACCEPT, server, 0, 0, FLAG.inProcess | FLAG.owner);
    ring.put(KIND_TRANSITION, client, ESTAB, FIN_WAIT_1, FLAG.inProcess);
    ring.put(KIND_TRANSITION, server, ESTAB, CLOSE_WAIT, 0);
    ring.put(KIND_TRANSITION, client, FIN_WAIT_1, FIN_WAIT_2, 0);
    ring.put(KIND_TRANSITION, server, CLOSE_WAIT, LAST_ACK, FLAG.inProcess);
    ring.put(KIND_TRANSITION, client, FIN_WAIT_2, UNCONN, FLAG.done | FLAG.totals);
    ring.put(KIND_TRANSITION, server, LAST_ACK, UNCONN, FLAG.totals);
  }
}

/** The records of a ring as the thread that reads it hands them over. */
function runOf({ words, used }: Ring, sink: RecordSink): Uint32Array {
  for (let at = 0; at < used; ) {
    const count = recordWords(words[at + META] ?? 0);
    sink.add(words, at, RING_WORDS - 1, count);
    at += count;
  }
  return sink.take() ?? new Uint32Array();
}

/** A recorder meets records of every kind: V8 then compiles what they share for all of them. */
function meetAllKinds(): void {
  const ring = new Ring();
  const side = { skaddr: 0x870000000000, localPort: 1, remotePort: SERVER_PORT };
  for (let kind = KIND_TRANSITION; kind <= LAST_KIND; kind++) {
    ring.used = 0;
    ring.put(kind, side, 0, 0, FLAG.owner);
    for (let count = 0; count < 1_000; count++) eventOfRecord(ring.words, 0, CONTEXT);
  }
}

const spent = new Map<string, number>();
/** Runs a stage and adds up its CPU time, garbage collection included. */
function timed<T>(stage: string, work: () => T): T {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  spent.set(stage, (spent.get(stage) ?? 0) + user + system);
  return result;
}

meetAllKinds();
using directory = new TemporaryDirectory();
const path = directory.file('pipeline.db');
const database = openForWriting(path);
const writer = new HistoryWriter(database);
const correlator = new Correlator({ firstId: 1, tracing: true });
const rings = Array.from({ length: CPUS }, () => new Ring());
const sinks = rings.map((_, cpu) => new RecordSink(cpu, bootNs / 1000));
const merge = new RecordMerge(CONTEXT, bootNs / 1000);

// Two complete dumps: how often they come is known, so ends of TIME-WAITs are written when these begin.
for (const startBootUs of [bootNs / 1000 - 2_000_000, bootNs / 1000 - 1_000_000]) {
  const dump = snapshotOf([], { netns: NETNS, startBootUs, endBootUs: startBootUs + 100, offsetUs: OFFSET_US });
  writer.write(correlator.accept(dump), OFFSET_US + startBootUs);
}

let made = 0;
const started = performance.now();
let generatorMs = 0;
for (let first = 0; first < CONNECTIONS; first += PER_DRAIN) {
  const count = Math.min(PER_DRAIN, CONNECTIONS - first);
  const startMs = performance.now();
  fill(rings, first, count);
  generatorMs += performance.now() - startMs;
  const slices = timed('order', () => {
    rings.forEach((ring, cpu) => {
      merge.add(runOf(ring, sinks[cpu] as RecordSink));
    });
    return merge.slices(bootNs / 1000 + 1)[Symbol.iterator]();
  });
  for (;;) {
    const { value: slice, done } = timed('decode', () => slices.next());
    if (done === true) break;
    const batch: ProbeBatch = { kind: 'probe', ...slice, offsetUs: OFFSET_US };
    const history = timed('correlate', () => correlator.accept(batch));
    timed('write', () => writer.write(history, OFFSET_US + bootNs / 1000));
  }
  made += count;
}
timed('close', () => database.close());
const seconds = (performance.now() - started - generatorMs) / 1000;

let total = 0;
for (const [stage, us] of spent) {
  total += us;
  say(`${stage.padEnd(18)} ${(us / made).toFixed(1)} us CPU a connection`);
}
say(`${'all'.padEnd(18)} ${(total / made).toFixed(1)} us CPU a connection`);
say(
  `transitions/s      ${Math.round((made * TRANSITIONS) / seconds)} (wall), ${Math.round((made * TRANSITIONS * 1e6) / total)} (CPU)`,
);
say(`bytes a socket     ${Math.round(statSync(path).size / made / 2)}`);
say(`peak memory        ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
