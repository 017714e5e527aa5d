/**
 * What names cost: a recorder at rest in a namespace of its own, with and without them, in turns; and reading answers.
 * Run as root: `node dist/scripts/bench/names.js [SECONDS]`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { encode } from 'dns-packet';
import { execa } from 'execa';
import { readAnswers } from '../../src/names/dns-answer.js';
import { NameBook } from '../../src/names/name-book.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const ROUNDS = 3;
const WARM_MS = 6_000;
const ANSWERS = 200_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Run time of all threads, by the scheduler: milliseconds. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((tid) => readFileSync(`/proc/${pid}/task/${tid}/schedstat`, 'utf8').split(' ')[0]);
  return times.reduce((sum, ns) => sum + Number(ns), 0) / 1e6;
}

async function idleMs(seconds: number, words: readonly string[]): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'sstory-bench-'));
  const record = ['record', '--db', join(directory, 'a.db'), '--source', 'diag', '--netns', 'self', ...words];
  const child = execa('unshare', ['-n', process.execPath, MAIN, ...record], { reject: false, stdio: 'ignore' });
  try {
    await delay(WARM_MS);
    const pid = child.pid ?? 0;
    const before = cpuMs(pid);
    await delay(seconds * 1000);
    return cpuMs(pid) - before;
  } finally {
    child.kill('SIGINT');
    await child;
    rmSync(directory, { recursive: true });
  }
}

/** Microseconds to read an answer with an alias, and to enter it in the book. */
function answerUs(): number {
  const messages = Array.from({ length: 1_000 }, (_, i) =>
    encode({
      type: 'response',
      questions: [{ name: `h${i}.example.test`, type: 'A' }],
      answers: [
        { type: 'CNAME', name: `h${i}.example.test`, data: 'x.test', ttl: 60 },
        { type: 'A', name: 'x.test', data: `192.0.2.${i % 250}`, ttl: 60 },
      ],
    }),
  );
  const book = new NameBook();
  const startMs = performance.now();
  for (let i = 0; i < ANSWERS; i++)
    for (const answer of readAnswers(messages[i % messages.length] ?? new Uint8Array()) ?? []) book.add(answer, 1, i);
  return ((performance.now() - startMs) * 1000) / ANSWERS;
}

const seconds = Number(process.argv[2] ?? 20);
for (let round = 0; round < ROUNDS; round++) {
  const withNames = await idleMs(seconds, []);
  const without = await idleMs(seconds, ['--no-names']);
  say(`idle, ${seconds} s: ${withNames.toFixed(0)} ms of CPU with names, ${without.toFixed(0)} ms without`);
}
say(`an answer, read and entered: ${answerUs().toFixed(1)} us`);
