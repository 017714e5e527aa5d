/**
 * `--at` over a long past, inside the process: the sockets of one instant out of a history of ten million connections.
 *
 *     node dist/scripts/bench/at.js [--connections 10000000] [--db FILE] [--keep]
 *
 * The database (4 GB) is made in the directory for temporary files unless --db names one that is there; it is removed
 * afterwards unless --keep. The first look at each place is told apart: SQLite has none of its pages then.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { socketsAt } from '../../src/query/point-in-time.js';
import { recordedSpan } from '../../src/query/span.js';
import { openForReading } from '../../src/store/database.js';
import { longHistory, writeLongHistory } from './long-history.js';

const ROUNDS = 9;
const PLACES = [0.35, 0.5, 0.65, 0.8, 0.95, 1];

const say = (text: string) => process.stdout.write(`${text}\n`);

function elapsed(run: () => number): { ms: number; rows: number } {
  const start = performance.now();
  const rows = run();
  return { ms: performance.now() - start, rows };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

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

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '10000000' },
    db: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const directory = values.db === undefined ? mkdtempSync(join(tmpdir(), 'sstory-at-')) : undefined;
const path = values.db ?? join(directory ?? tmpdir(), 'past.db');
try {
  if (!existsSync(path)) make(path, Number(values.connections));
  measure(path);
} finally {
  if (!values.keep && directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
if (values.keep) say(`kept: ${path}`);
