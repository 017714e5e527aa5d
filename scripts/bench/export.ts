/**
 * How fast `sstory export` writes a large history, and whether its own memory stays flat. Each format goes into a file that is
 * deleted: rows a second, and the process's anonymous memory in the first tenth and at its most. The file that SQLite maps is
 * not counted: it belongs to the page cache.
 *
 *     node dist/scripts/bench/export.js DB [FORMAT...]
 *
 * DB: a database of many connections; `node dist/scripts/bench/store.js --db FILE --keep` makes one of ten million.
 */
import { rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { openForReading } from '../../src/store/database.js';
import { megabytes, say } from './figures.js';
import { anonymousBytes } from './process-usage.js';
import { SSTORY } from './programs.js';
import { TemporaryDirectory } from './temporary-directory.js';

const SAMPLE_EVERY_MS = 100;

async function bench(path: string, format: string, rows: number, directory: TemporaryDirectory): Promise<void> {
  const output = directory.file(`export.${format}`);
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
  say(
    `${format.padEnd(8)} ${rows} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)}/s, ` +
      `${megabytes(statSync(output).size)}; own memory ${megabytes(early)} in the first tenth, ` +
      `${megabytes(Math.max(...samples))} at most`,
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
  using directory = new TemporaryDirectory();
  for (const format of formats.length > 0 ? formats : ['csv', 'jsonl', 'parquet']) {
    await bench(path, format, n, directory);
  }
}
