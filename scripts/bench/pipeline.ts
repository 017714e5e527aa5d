/**
 * What the pipeline itself costs, without a kernel. Records of a churn of loopback connections, as the programs write them, go
 * through decoding, ordering, correlation and SQLite: CPU microseconds a connection, by stage, and transitions a second.
 * `node dist/scripts/bench/pipeline.js [CONNECTIONS]`
 */
import { statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { ProbeBatch } from '../../src/model/probe-event.js';
import { Correlator } from '../../src/pipeline/correlator.js';
import { RECORD_WORDS } from '../../src/probe/event-record.js';
import { RecordOrder } from '../../src/probe/record-order.js';
import { openForWriting } from '../../src/store/database.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { say } from './figures.js';
import { TemporaryDirectory } from './temporary-directory.js';

setFlagsFromString('--no-parallel-scavenge'); // as the recorder does
const CONNECTIONS = Number(process.argv[2] ?? 200_000);
/** What a drain finds: a fifth of a second of a churn of 7,500 connections a second. */
const PER_DRAIN = 1_500;
const PORTS = 28_232;
const [KIND_TRANSITION, KIND_ACCEPT] = [1, 3];
const [ESTAB, SYN_SENT, SYN_RECV, FIN_WAIT_1, FIN_WAIT_2, UNCONN, CLOSE_WAIT, LAST_ACK, LISTEN] = [
  1, 2, 3, 4, 5, 7, 8, 9, 10,
];
const [DONE, IN_PROCESS, CLOSING] = [1, 2, 8];
const SERVER_PORT = 9000;
const LOOPBACK = 0x0100007f;
/** Records of one connection: five transitions at each end, and the accept. */
const RECORDS = 11;
/** What is written of it: TIME-WAIT, which no record reports, is entered and left as well. */
const TRANSITIONS = 11;
const CONTEXT = { commOf: () => 'churn', resetReason: () => undefined };

let sequence = 0;
let bootNs = 1e12;

interface Side {
  readonly skaddr: number;
  readonly localPort: number;
  readonly remotePort: number;
  readonly pid: number;
}

function put(words: Uint32Array, at: number, kind: number, side: Side, from: number, to: number, flags: number): void {
  bootNs += 3_000;
  const { skaddr, localPort, remotePort, pid } = side;
  const closing = (flags & CLOSING) !== 0;
  const base = at * RECORD_WORDS;
  words[base] = bootNs % 2 ** 32;
  words[base + 1] = Math.floor(bootNs / 2 ** 32);
  words[base + 2] = skaddr % 2 ** 32;
  words[base + 3] = Math.floor(skaddr / 2 ** 32);
  words[base + 4] = (kind | (from << 8) | (to << 16) | (flags << 24)) >>> 0;
  words[base + 6] = ((localPort << 16) | remotePort) >>> 0;
  words[base + 7] = 4_026_531_840;
  words[base + 8] = LOOPBACK;
  words[base + 9] = LOOPBACK;
  words[base + 16] = closing ? 120 : pid;
  words[base + 17] = closing ? 0 : pid;
  words[base + 18] = kind === KIND_ACCEPT ? 7 : 0;
  words[base + 19] = 1000;
  words[base + 22] = closing ? 1 : 0;
  words[base + 24] = closing ? 1 : 0;
}

/** The records of a batch, in order of time: the connections of a batch follow one another, each within about 30 microseconds. */
function recordsOf(first: number, count: number): Uint32Array {
  const words = new Uint32Array(count * RECORDS * RECORD_WORDS);
  for (let i = 0; i < count; i++) {
    const port = 32_768 + ((first + i) % PORTS);
    const slot = (first + i) % 64;
    const client = { skaddr: 0x880000000000 + slot * 4096, localPort: port, remotePort: SERVER_PORT, pid: 4242 };
    const server = { skaddr: 0x890000000000 + slot * 4096, localPort: SERVER_PORT, remotePort: port, pid: 4242 };
    const at = i * RECORDS;
    put(words, at, KIND_TRANSITION, client, UNCONN, SYN_SENT, IN_PROCESS);
    put(words, at + 1, KIND_TRANSITION, server, LISTEN, SYN_RECV, 0);
    put(words, at + 2, KIND_TRANSITION, client, SYN_SENT, ESTAB, 0);
    put(words, at + 3, KIND_TRANSITION, server, SYN_RECV, ESTAB, 0);
    put(words, at + 4, KIND_ACCEPT, server, 0, 0, IN_PROCESS);
    put(words, at + 5, KIND_TRANSITION, client, ESTAB, FIN_WAIT_1, IN_PROCESS);
    put(words, at + 6, KIND_TRANSITION, server, ESTAB, CLOSE_WAIT, 0);
    put(words, at + 7, KIND_TRANSITION, client, FIN_WAIT_1, FIN_WAIT_2, 0);
    put(words, at + 8, KIND_TRANSITION, server, CLOSE_WAIT, LAST_ACK, IN_PROCESS);
    put(words, at + 9, KIND_TRANSITION, client, FIN_WAIT_2, UNCONN, DONE | CLOSING);
    put(words, at + 10, KIND_TRANSITION, server, LAST_ACK, UNCONN, CLOSING);
  }
  return words;
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

using directory = new TemporaryDirectory();
const path = directory.file('pipeline.db');
const database = openForWriting(path);
const writer = new HistoryWriter(database);
const correlator = new Correlator({ firstId: 1, tracing: true });
const order = new RecordOrder(bootNs / 1000, CONTEXT);

let made = 0;
const started = performance.now();
let generatorMs = 0;
for (let first = 0; first < CONNECTIONS; first += PER_DRAIN) {
  const count = Math.min(PER_DRAIN, CONNECTIONS - first);
  const startMs = performance.now();
  const words = recordsOf(first, count);
  generatorMs += performance.now() - startMs;
  const slices = timed('order', () => {
    order.begin(words);
    for (let i = 0; i < count * RECORDS; i++) order.add(0, ++sequence, i);
    order.expect(0, sequence);
    return order.endPass(bootNs / 1000 + 1)[Symbol.iterator]();
  });
  for (;;) {
    const { value: slice, done } = timed('decode', () => slices.next());
    if (done === true) break;
    const batch: ProbeBatch = { kind: 'probe', ...slice, offsetUs: 1.7e15 };
    const history = timed('correlate', () => correlator.accept(batch));
    timed('write', () => writer.write(history, 1.7e15 + bootNs / 1000));
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
