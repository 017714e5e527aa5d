/**
 * What the samples of busy long-lived sockets take on disk: bytes a sample, how often each socket is sampled, megabytes a day.
 * Run as root: `node dist/scripts/bench/samples.js [SOCKETS [SECONDS]]`.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { Database } from '../../src/store/sqlite.js';
import { Recorder } from '../../test/lab/sstory.js';
import { megabytes, say } from './figures.js';
import { runTimeMs } from './process-usage.js';
import { HOLD, inNewNetns } from './programs.js';
import { TemporaryDirectory } from './temporary-directory.js';

const DAY_SECONDS = 86_400;

const sockets = Number(process.argv[2] ?? 5_000);
/** The interval between two samples grows with the first of them: what lasts comes after some minutes. */
const seconds = Number(process.argv[3] ?? 600);

interface Figures {
  readonly bytesEach: number;
  /** Between two samples of a socket, as the last of them have it. */
  readonly intervalMs: number;
  /** In the last two intervals. */
  readonly perSecond: number;
}

function figuresOf(path: string): Figures {
  const database = new Database(path, { readonly: true });
  try {
    return database
      .prepare<[], Figures>(
        `WITH last AS (SELECT at_us, due_ms FROM sample WHERE due_ms > 0 ORDER BY at_us DESC LIMIT 1)
         SELECT due_ms AS intervalMs,
           (SELECT count(*) FROM sample s WHERE s.at_us > last.at_us - 2000 * due_ms) * 500.0 / due_ms AS perSecond,
           (SELECT sum(pgsize) FROM dbstat WHERE name IN ('sample', 'settings', 'settings_by_hash')) * 1.0 /
             (SELECT count(*) FROM sample) AS bytesEach
         FROM last`,
      )
      .get() as Figures;
  } finally {
    database.close();
  }
}

using directory = new TemporaryDirectory();
const path = directory.file('samples.db');
const holder = execa(...inNewNetns(HOLD, sockets, 'busy'), { reject: false });
await once(holder.stdout, 'data');
const recorder = await Recorder.start(path, '--source', 'bpf', '--no-names');
await delay((seconds / 2) * 1_000);
const cpuMs = runTimeMs(recorder.pid ?? 0);
await delay((seconds / 2) * 1_000);
const share = (runTimeMs(recorder.pid ?? 0) - cpuMs) / (seconds * 500);
await recorder.stop();
holder.stdin.end();
await holder;
const { bytesEach, intervalMs, perSecond } = figuresOf(path);
say(
  `${sockets} busy sockets: ${bytesEach.toFixed(0)} bytes a sample, ${perSecond.toFixed(1)} samples/s, ` +
    `each socket every ${(intervalMs / 1_000).toFixed(0)} s, ` +
    `${megabytes(bytesEach * perSecond * DAY_SECONDS)} a day; the recorder uses ${(share * 100).toFixed(1)} % of a core`,
);
