/**
 * All tests, as `npm test` runs them after its set-up: first those that measure or wait for the kernel, one after the other, then the
 * others in as many processes as there are CPUs. Its last line has the totals of both. `--fast` runs the second part alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const TESTS = fileURLToPath(new URL('../test/', import.meta.url));
const MOCHA = fileURLToPath(new URL('../../node_modules/mocha/bin/mocha.js', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../.mocharc.json', import.meta.url));
/** The line that test/lab/summary-reporter.cjs ends with. */
const TOTALS = /^(\d+) passed, (\d+) failed, (\d+) skipped\n/m;

/** Those of .mocharc.json, which names all files. */
const { spec: _, ...configured } = JSON.parse(readFileSync(CONFIG, 'utf8')) as Record<string, unknown>;
const OPTIONS = [
  '--no-config',
  ...Object.entries(configured).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  ),
];

/** Their tests have the kernel, or the time that something takes, as the other side: they run alone. */
const ALONE: ReadonlySet<string> = new Set([
  ...['conformance', 'fuzz', 'kernel', 'names', 'probe', 'recorder', 'snapshot', 'sys', 'tools', 'web'],
]);

interface Result {
  readonly counts: readonly number[];
  readonly exitCode: number;
}

/** Runs the tests of directories and passes on what they print, but for their totals. */
async function run(directories: readonly string[], ...flags: readonly string[]): Promise<Result> {
  const files = directories.map((name) => `${TESTS}${name}/**/*.test.js`);
  const mocha = execa(process.execPath, [MOCHA, ...OPTIONS, ...flags, ...files], {
    reject: false,
    stdin: 'inherit',
    stderr: 'inherit',
    buffer: false,
  });
  let counts = [0, 0, 0];
  mocha.stdout.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    const found = TOTALS.exec(text);
    if (found !== null) counts = found.slice(1).map(Number);
    process.stdout.write(text.replace(TOTALS, ''));
  });
  const { exitCode = 1 } = await mocha;
  return { counts, exitCode };
}

const directories = readdirSync(TESTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const alone = process.argv.includes('--fast')
  ? { counts: [], exitCode: 0 }
  : await run(directories.filter((name) => ALONE.has(name)));
const together = await run(
  directories.filter((name) => !ALONE.has(name)),
  ...['--parallel', '--jobs', String(availableParallelism())],
);
const [passed = 0, failed = 0, skipped = 0] = together.counts.map((count, index) => count + (alone.counts[index] ?? 0));
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = alone.exitCode || together.exitCode;
