/**
 * How fast a history goes out as a recording and in again: `node dist/scripts/bench/recording.js [CONNECTIONS]`, 1,000,000 by
 * default. Each round is the command as a user runs it; MB are those of the recording.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { headerOfRun } from '../../src/recorder/recording-header.js';
import { RecordingWriter } from '../../src/recording-file/recording-writer.js';
import { openForReading } from '../../src/store/database.js';
import { HISTORY_TABLES } from '../../src/store/history-tables.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../../src/store/socket-columns.js';
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

interface Timed {
  readonly seconds: number;
  /** Of all its threads, in user and kernel mode, seconds. */
  readonly cpu: number;
  /** The most it had, MB; pages of a database that are mapped are among it. */
  readonly memory: number;
}

async function timed(...args: string[]): Promise<Timed> {
  const started = process.hrtime.bigint();
  const { stderr } = await execa('/usr/bin/time', ['-f', '%M %U %S', process.execPath, MAIN, ...args]);
  const [memory = 0, user = 0, system = 0] = (stderr.split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, cpu: user + system, memory: memory / 1_000 };
}

/** What a tee costs the recorder's own thread: the encoding. The rest is done on others. */
async function encodingCost(path: string): Promise<string> {
  const database = openForReading(path);
  const sample = database
    .prepare(`SELECT ${CONNECTION_COLUMNS} FROM socket LIMIT 100000`)
    .raw()
    .all() as SocketValues[];
  database.close();
  const connections = sample.map((values) => connectionOfValues(values));
  const writer = new RecordingWriter(async () => undefined, headerOfRun(undefined, 'record'));
  const started = process.hrtime.bigint();
  for (const connection of connections) writer.add('connection', connection);
  const microseconds = Number(process.hrtime.bigint() - started) / 1e3;
  await writer.end();
  return `${(microseconds / connections.length).toFixed(1)} us a connection`;
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
  const say = (what: string, { seconds, cpu, memory }: Timed) => {
    const megabytes = statSync(file).size / 1e6;
    const rate = Math.round(rows / seconds).toLocaleString('en');
    process.stdout.write(
      `${what}: ${rows.toLocaleString('en')} rows, ${megabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s: ` +
        `${rate} rows/s, ${(megabytes / seconds).toFixed(1)} MB/s; ${cpu.toFixed(1)} s of CPU, at most ${memory.toFixed(0)} MB of memory\n`,
    );
  };
  process.stdout.write(`the database: ${(statSync(from).size / 1e6).toFixed(0)} MB\n`);
  process.stdout.write(`encoding, as record --tee does: ${await encodingCost(from)}\n`);
  for (let round = 0; round < ROUNDS; round++) {
    say('export', await timed('export', '--format', 'recording', '--db', from, '-o', file));
    rmSync(to, { force: true });
    say('import', await timed('import', file, '--db', to));
  }
} finally {
  rmSync(directory, { recursive: true });
}
