/**
 * How fast the sockets of one moment are found in a history of ten million connections. Inside the process.
 *
 *     node dist/scripts/bench/at.js [--connections 10000000] [--db FILE] [--keep]
 *
 * The database (4 GB) is made in the directory for temporary files unless --db names one that is there; it is removed
 * afterwards unless --keep. The first look at each place is shown separately: SQLite has none of its pages then.
 */
import { existsSync, statSync } from 'node:fs';
import { socketsAt } from '../../src/query/point-in-time.js';
import { recordedSpan } from '../../src/query/span.js';
import { openForReading } from '../../src/store/database.js';
import { median, say } from './figures.js';
import { historyArguments } from './history-arguments.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 9;
const PLACES = [0.35, 0.5, 0.65, 0.8, 0.95, 1];

function elapsed(run: () => number): { ms: number; rows: number } {
  const start = performance.now();
  const rows = run();
  return { ms: performance.now() - start, rows };
}

function make(path: string, connections: number): void {
  const { ms } = elapsed(() => {
    writeLongHistory(path, longHistory(connections), (done) => process.stderr.write(`\r${done} of ${connections} `));
    return 0;
  });
  process.stderr.write('\r');
  say(`${connections} connections written in ${(ms / 1000).toFixed(0)} s, ${statSync(path).size / 1e9} GB`);
}

function measure(path: string): void {
  say('place    sockets   first (ms)   then   with owners and samples: first   then');
  for (const place of PLACES) say(measurePlace(path, place));
}

function measurePlace(path: string, place: number): string {
  const cells = [false, true].map((details) => {
    const database = openForReading(path);
    const span = recordedSpan(database);
    if (span === undefined) throw new Error(`${path} holds no recording`);
    const atUs = Math.floor(span.fromUs + (span.toUs - span.fromUs) * place);
    const look = () => elapsed(() => socketsAt(database, atUs, { details }).length);
    const first = look();
    const then = median(Array.from({ length: ROUNDS }, () => look().ms));
    database.close();
    return { rows: first.rows, text: `${first.ms.toFixed(1).padStart(10)} ${then.toFixed(1).padStart(10)}` };
  });
  return `${String(place * 100).padStart(4)} % ${String(cells[0]?.rows).padStart(9)} ${cells.map(({ text }) => text).join('   ')}`;
}

const { connections, db, keep } = historyArguments();
using directory = new TemporaryDirectory();
if (keep && db === undefined) directory.keep();
const path = db ?? directory.file('past.db');
if (!existsSync(path)) make(path, connections);
measure(path);
if (keep) say(`kept: ${path}`);
