/**
 * How fast `sstory export` writes a large history, and whether its own memory stays flat: each format into a file that is thrown
 * away, rows a second, and the process's anonymous memory at a tenth of the way and at its most. The file that SQLite maps is not
 * counted: it is the page cache's.
 *
 *     node dist/scripts/bench/export.js DB [FORMAT...]
 *
 * DB: a database of many connections; `node dist/scripts/bench/store.js --db FILE --keep` makes one of ten million.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { openForReading } from '../../src/store/database.js';

const SSTORY = new URL('../../../bin/sstory', import.meta.url).pathname;
const SAMPLE_EVERY_MS = 100;

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

/** Anonymous resident memory of a process, bytes (RssAnon of proc_pid_status(5)); undefined once it has ended. */
function anonymousBytes(pid: number): number | undefined {
  try {
    const kib = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

async function bench(path: string, format: string, rows: number, directory: string): Promise<void> {
  const output = join(directory, `export.${format}`);
  const startMs = performance.now();
  const child = execa(process.execPath, [SSTORY, 'export', '--format', format, '--db', path, '-o', output], {
    stdin: 'ignore',
    stderr: 'ignore',
  });
  let running = true;
  void child.finally(() => {
    running = false;
  });
  const samples: number[] = [];
  while (running) {
    const bytes = anonymousBytes(child.pid ?? 0);
    if (bytes !== undefined) samples.push(bytes);
    await delay(SAMPLE_EVERY_MS);
  }
  await child;
  const seconds = (performance.now() - startMs) / 1000;
  const early = Math.max(...samples.slice(0, Math.ceil(samples.length / 10)));
  process.stdout.write(
    `${format.padEnd(8)} ${rows} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)}/s, ` +
      `${megabytes(statSync(output).size)} MB; own memory ${megabytes(early)} MB in the first tenth, ` +
      `${megabytes(Math.max(...samples))} MB at most\n`,
  );
  rmSync(output);
}

const [path, ...formats] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('usage: node dist/scripts/bench/export.js DB [FORMAT...]\n');
  process.exitCode = 2;
} else {
  const database = openForReading(path);
  const { n } = database.prepare('SELECT count(*) AS n FROM connections').get() as { n: number };
  database.close();
  const directory = mkdtempSync(join(tmpdir(), 'sstory-bench-'));
  try {
    for (const format of formats.length > 0 ? formats : ['csv', 'jsonl', 'parquet'])
      await bench(path, format, n, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
