/**
 * How fast a history of ten million connections is queried. Inside the process, one line a figure, beside its bound.
 *
 *     node dist/scripts/bench/store.js [--connections 10000000] [--db FILE] [--keep]
 *
 * The database (2 GB) is made in the directory for temporary files unless --db names one that is there. Each figure is the
 * least and the median of several rounds on a file in memory, at a high priority (as root), so that other work on the host
 * disturbs it less. At the end a recorder runs (as root) while a query reads the whole table again and again: its gaps are counted.
 */

import { existsSync, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import type Database from 'better-sqlite3';
import { execa } from 'execa';
import { filterOf } from '../../src/cli/history/filter.js';
import { loggedConnectionsInOrder } from '../../src/query/connections-in-order.js';
import { everIn } from '../../src/query/history-filter.js';
import { lastEntries } from '../../src/query/log-backwards.js';
import { socketsAt } from '../../src/query/point-in-time.js';
import { earliestOpeningUs, recordedSpan } from '../../src/query/span.js';
import { openForReading } from '../../src/store/database.js';
import { median, say } from './figures.js';
import { historyArguments } from './history-arguments.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { recordWhileReading } from './record-while-reading.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 15;
const DAY_US = 86_400e6;

function measure(name: string, boundMs: number, look: () => number): void {
  let rows = 0;
  const times = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    rows = look();
    return performance.now() - startMs;
  });
  const least = Math.min(...times);
  say(
    `${name.padEnd(44)} ${least.toFixed(1).padStart(7)} ms least ${median(times).toFixed(1).padStart(7)} ms median ` +
      `${`${rows} rows`.padStart(12)}   bound ${boundMs} ms: ${(least / boundMs).toFixed(2)}`,
  );
}

async function measureAll(database: Database.Database): Promise<void> {
  const span = recordedSpan(database);
  if (span === undefined) throw new Error('the database holds no recording');
  const { fromUs: startUs, toUs: endUs } = span;
  const lengthUs = endUs - startUs;
  for (const share of [0.02, 0.5, 0.98]) {
    const atUs = Math.floor(startUs + lengthUs * share);
    measure(`point in time, ${share * 100} % into the file`, 50, () => socketsAt(database, atUs).length);
  }
  const middle = database.prepare('SELECT * FROM socket WHERE id = (SELECT max(id) / 2 FROM socket)').get() as {
    local_addr: string;
    local_port: number;
    remote_addr: string;
    remote_port: number;
  };
  const { local_addr, local_port, remote_addr, remote_port } = middle;
  const tuple = everIn(
    await filterOf(database, ['src', `${local_addr}:${local_port}`, 'dst', `${remote_addr}:${remote_port}`]),
  );
  const count = (fromUs: number, toUs: number, condition: typeof tuple) => {
    let connections = 0;
    // What `sstory log` reads.
    for (const _ of loggedConnectionsInOrder(database, fromUs, toUs, { condition })) connections++;
    return connections;
  };
  measure('history of a four-tuple, whole recording', 5, () => count(startUs, endUs, tuple));
  const fromUs = Math.floor(startUs + lengthUs / 2);
  for (const [kind, port] of [
    ['rare', 7_010],
    ['busy', 9_200],
  ] as const) {
    const synSent = everIn(await filterOf(database, ['state', 'syn-sent', 'dport', '=', `:${port}`]));
    measure(`syn-sent history of a ${kind} port, one day`, 50, () => count(fromUs, fromUs + DAY_US, synSent));
  }
  const firstUs = earliestOpeningUs(database) ?? startUs;
  measure('log -n 100 after open', 20, () => lastEntries(database, firstUs, endUs, 100).length);
}

/** The questions of docs/cookbook.md by port, to the stock sqlite3: its start and its output are in the time. */
async function measureSqlite3(file: string): Promise<void> {
  for (const [kind, port] of [
    ['rare', 7_010],
    ['busy', 9_200],
  ] as const) {
    const sql = `SELECT count(*) FROM connections_by_port p JOIN connections c ON c.id = p.connection_id WHERE p.remote_port = ${port}`;
    const times: number[] = [];
    let found = '';
    for (let round = 0; round < ROUNDS; round++) {
      const beganMs = performance.now();
      found = (await execa('sqlite3', ['-readonly', file, sql])).stdout;
      times.push(performance.now() - beganMs);
    }
    say(`sqlite3: connections of a ${kind} port: ${Math.min(...times).toFixed(0)} ms least, ${found} rows`);
  }
}

try {
  setPriority(-15);
} catch {
  say('not root: at the ordinary priority, and nothing is recorded');
}
const { connections, db, keep } = historyArguments();
using directory = new TemporaryDirectory();
if (keep && db === undefined) directory.keep();
const path = db ?? directory.file('past.db');
if (!existsSync(path)) {
  const tookMs = writeLongHistory(path, longHistory(connections));
  say(`${connections} connections written: ${((tookMs * 1000) / connections).toFixed(1)} us each`);
}
say(`${path}: ${(statSync(path).size / 1e9).toFixed(2)} GB`);
const database = openForReading(path);
await measureAll(database);
database.close();
await measureSqlite3(path);
setPriority(0);
if (process.getuid?.() === 0) say(await recordWhileReading(path, directory.file('recorded.db')));
if (keep && db === undefined) say(`kept: ${path}`);
