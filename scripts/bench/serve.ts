/**
 * How long the answers of `sstory serve` take over a long history. From the request to the last byte, with what else the host does.
 *
 *     node dist/scripts/bench/serve.js [--connections 10000000] [--db FILE] [--keep]
 *
 * The first request comes two seconds after the start. The first answer of each kind reads the database; the others are from a warm
 * server, as a person gets them who scrolls and zooms.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Served } from '../../test/lab/served.js';
import { median, say } from './figures.js';
import { historyArguments } from './history-arguments.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 9;
/** No one opens the address before it is read, milliseconds. */
const OPENED_AFTER_MS = 2_000;
const COLUMNS = 'state,local_addr,local_port,remote_addr,remote_port,owners';

const REQUESTS: readonly (readonly [name: string, path: string])[] = [
  ['info', '/api/info'],
  ['overview, 400 buckets', '/api/overview?buckets=400'],
  ['40 lanes, worst first', '/api/timeline?width=1200&limit=40'],
  ['40 lanes from the middle', '/api/timeline?width=1200&limit=40&offset=50000'],
  ['40 lanes by peer', '/api/timeline?width=1200&limit=40&sort=peer'],
  ['40 lanes of the last hour', '/api/timeline?width=1200&limit=40&from=end-1h'],
  ['40 lanes, dport = :443', '/api/timeline?width=1200&limit=40&filter=dport+%3D+:443'],
  ['40 heat rows by peer', '/api/timeline?width=1200&limit=40&group=peer'],
  ['40 heat rows by name', '/api/timeline?width=1200&limit=40&group=name'],
  ['completion of dst', '/api/complete?filter=dst+'],
  ['one connection', '/api/connection/5000'],
  ['500 lines of the log', '/api/log?limit=500'],
  ['socket table at the end', `/api/ss?at=end&columns=${COLUMNS}`],
  ['the same, first 100 rows', `/api/ss?at=end&columns=${COLUMNS}&limit=100`],
  ['difference of 10 minutes', '/api/diff?first=end-10m&second=end'],
  ['troubles of the last hour', '/api/explain?from=end-1h'],
];

async function elapsedMs(served: Served, path: string): Promise<{ ms: number; bytes: number }> {
  const began = performance.now();
  const { status, body } = await served.get(path);
  if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
  return { ms: performance.now() - began, bytes: body.length };
}

async function measure(served: Served): Promise<void> {
  say('answer                        first (ms)   then (ms)      bytes');
  for (const [name, path] of REQUESTS) {
    const first = await elapsedMs(served, path);
    const others: number[] = [];
    for (let round = 0; round < ROUNDS; round++) others.push((await elapsedMs(served, path)).ms);
    const cells = [first.ms.toFixed(0).padStart(10), median(others).toFixed(0).padStart(11)];
    say(`${name.padEnd(30)}${cells.join(' ')} ${String(first.bytes).padStart(10)}`);
  }
}

const { connections, db, keep } = historyArguments();
using directory = new TemporaryDirectory();
if (keep && db === undefined) directory.keep();
const path = db ?? directory.file('served.db');
if (!existsSync(path)) writeLongHistory(path, longHistory(connections));
await using served = await Served.start(path);
await delay(OPENED_AFTER_MS);
await measure(served);
if (keep) say(`kept: ${path}`);
