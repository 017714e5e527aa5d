/**
 * How fast a history is exported to a recording file and imported again. `node dist/scripts/bench/recording.js [CONNECTIONS]`:
 * 1,000,000 by default. Each round is the command as a user runs it; MB are those of the recording file.
 */
import { rmSync, statSync } from 'node:fs';
import { execa } from 'execa';
import { headerOfRun } from '../../src/recorder/recording-header.js';
import { RecordingWriter } from '../../src/recording-file/recording-writer.js';
import { openForReading } from '../../src/store/database.js';
import { HISTORY_TABLES } from '../../src/store/history-tables.js';
import { CONNECTION_COLUMNS, connectionOfValues, type SocketValues } from '../../src/store/socket-columns.js';
import { MAIN } from '../../test/lab/sstory.js';
import { megabytes, say } from './figures.js';
import { longHistory, writeLongHistory } from './long-history.js';
import { TemporaryDirectory } from './temporary-directory.js';

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
  /** Peak resident set, MB; mapped pages of a database are included. */
  readonly memory: number;
}

async function timed(...args: string[]): Promise<Timed> {
  const started = process.hrtime.bigint();
  const { stderr } = await execa('/usr/bin/time', ['-f', '%M %U %S', process.execPath, MAIN, ...args]);
  const [memory = 0, user = 0, system = 0] = (stderr.split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, cpu: user + system, memory: memory / 1_000 };
}

/** What a tee costs the recorder's own thread: the encoding. Other threads do the rest. */
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
using directory = new TemporaryDirectory();
const from = directory.file('from.db');
const file = directory.file('recording.sst');
const to = directory.file('to.db');
writeLongHistory(from, longHistory(connections));
const rows = rowsOf(from);

function sayRound(what: string, { seconds, cpu, memory }: Timed): void {
  const size = statSync(file).size;
  const rate = Math.round(rows / seconds).toLocaleString('en');
  say(
    `${what}: ${rows.toLocaleString('en')} rows, ${megabytes(size)} in ${seconds.toFixed(1)} s: ` +
      `${rate} rows/s, ${(size / 1e6 / seconds).toFixed(1)} MB/s; ${cpu.toFixed(1)} s of CPU, at most ${memory.toFixed(0)} MB of memory`,
  );
}

say(`the database: ${megabytes(statSync(from).size)}`);
say(`encoding, as record --tee does: ${await encodingCost(from)}`);
for (let round = 0; round < ROUNDS; round++) {
  sayRound('export', await timed('export', '--format', 'recording', '--db', from, '-o', file));
  rmSync(to, { force: true });
  sayRound('import', await timed('import', file, '--db', to));
}
