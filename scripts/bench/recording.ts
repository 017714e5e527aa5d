/**
 * How fast a history goes out as a recording and in again: `node dist/scripts/bench/recording.js [CONNECTIONS]`, 1,000,000 by
 * default. Each round is the command as a user runs it; MB are those of the recording.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { HISTORY_TABLES, openForReading } from '../../src/store/index.js';
import { longHistory, writeLongHistory } from './long-history.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const ROUNDS = 3;

function rowsOf(path: string): number {
  const database = openForReading(path);
  const tables = ['socket', ...Object.values(HISTORY_TABLES)];
  const counts = tables.map((table) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number);
  database.close();
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Seconds, and the most memory it had, MB. */
async function timed(...args: string[]): Promise<{ seconds: number; memory: number }> {
  const started = process.hrtime.bigint();
  const { stderr } = await execa('/usr/bin/time', ['-f', '%M', process.execPath, MAIN, ...args]);
  const memory = Number(stderr.split('\n').at(-1)) / 1_000;
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, memory };
}

const connections = Number(process.argv[2] ?? 1_000_000);
const directory = mkdtempSync(join(tmpdir(), 'sstory-bench-'));
try {
  const [from, file, to] = ['from.db', 'recording.sst', 'to.db'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeLongHistory(from, longHistory(connections), () => undefined);
  const rows = rowsOf(from);
  const say = (what: string, { seconds, memory }: { seconds: number; memory: number }) => {
    const megabytes = statSync(file).size / 1e6;
    const rate = Math.round(rows / seconds).toLocaleString('en');
    process.stdout.write(
      `${what}: ${rows.toLocaleString('en')} rows, ${megabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s: ` +
        `${rate} rows/s, ${(megabytes / seconds).toFixed(1)} MB/s, at most ${memory.toFixed(0)} MB of memory\n`,
    );
  };
  process.stdout.write(`the database: ${(statSync(from).size / 1e6).toFixed(0)} MB\n`);
  for (let round = 0; round < ROUNDS; round++) {
    say('export', await timed('export', '--format', 'recording', '--db', from, '-o', file));
    rmSync(to, { force: true });
    say('import', await timed('import', file, '--db', to));
  }
} finally {
  rmSync(directory, { recursive: true });
}
