/**
 * What it costs to record names. A recorder runs idle in a namespace of its own, with and without them, in turns; and answers
 * are read.
 * Run as root: `node dist/scripts/bench/names.js [SECONDS]`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { encode } from 'dns-packet';
import { execa } from 'execa';
import { readAnswers } from '../../src/names/dns-answer.js';
import { NameBook } from '../../src/names/name-book.js';
import { MAIN } from '../../test/lab/sstory.js';
import { say } from './figures.js';
import { runTimeMs } from './process-usage.js';
import { TemporaryDirectory } from './temporary-directory.js';

const ROUNDS = 3;
const WARM_MS = 6_000;
const ANSWERS = 200_000;

async function idleMs(seconds: number, words: readonly string[]): Promise<number> {
  using directory = new TemporaryDirectory();
  const record = ['record', '--db', directory.file('a.db'), '--source', 'diag', '--netns', 'self', ...words];
  const child = execa('unshare', ['-n', process.execPath, MAIN, ...record], { reject: false, stdio: 'ignore' });
  try {
    await delay(WARM_MS);
    const pid = child.pid ?? 0;
    const before = runTimeMs(pid);
    await delay(seconds * 1000);
    return runTimeMs(pid) - before;
  } finally {
    child.kill('SIGINT');
    await child;
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
