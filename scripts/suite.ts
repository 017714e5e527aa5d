/**
 * All tests, as `npm test` runs them after its set-up: those that measure or wait for the kernel, one after the other; beside them, with
 * a low priority, the others in as many processes as there are CPUs, and then those of the page. Its last lines name the tests
 * that failed, with their errors, and the totals of all. `--fast` runs the second part alone.
 *
 * What runs beside a test can disturb it. So files with a failure run once more at the end, with nothing beside them, and that run counts:
 * a test that passes then is named as such.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const TESTS = fileURLToPath(new URL('../test/', import.meta.url));
const MOCHA = fileURLToPath(new URL('../../node_modules/mocha/bin/mocha.js', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../.mocharc.json', import.meta.url));
/** The lines that test/lab/summary-reporter.cjs ends with: a failure has its file, its title, and its error. */
const SUMMARY = /((?:^failed: .*\n)*)^(\d+) passed, (\d+) failed, (\d+) skipped\n/m;

/** The options of .mocharc.json, but for its list of all files. */
const { spec: _, timeout, ...configured } = JSON.parse(readFileSync(CONFIG, 'utf8')) as Record<string, unknown>;
const OPTIONS = [
  '--no-config',
  ...Object.entries(configured).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  ),
];

/** Their tests have the kernel, or the time that something takes, as the other side: they run one after the other. */
const ALONE: ReadonlySet<string> = new Set([
  ...['conformance', 'fuzz', 'kernel', 'names', 'probe', 'recorder', 'snapshot', 'sys', 'tools'],
]);
/** Their tests have Chromium as the other side, which takes all CPUs that it gets: they run after the others that run together. */
const LAST: ReadonlySet<string> = new Set(['web']);

/** The tests that run one after the other leave more than one of two CPUs idle: the others take what is left. */
const BESIDE_NICE = 15;
/** Those may then wait for a CPU for seconds, so their deadlines are this many times longer (test/lab/until.ts). */
const BESIDE_DEADLINES = 3;
/** With more failures than that, it is not what ran beside them. */
const MOST_AGAIN = 10;

interface Result {
  /** A line for each test that failed. */
  readonly failures: readonly string[];
  readonly counts: readonly number[];
  readonly exitCode: number;
}

interface RunOptions {
  readonly flags?: readonly string[];
  readonly nice?: number;
  /** How many times longer than usual the deadlines of the tests are. */
  readonly deadlines?: number;
  readonly write?: (text: string) => void;
}

const filesOf = (directories: readonly string[]) => directories.map((name) => `${TESTS}${name}/**/*.test.js`);

/** Runs files of tests and writes what they print, but for its summary. */
async function run(
  files: readonly string[],
  { flags = [], nice = 0, deadlines = 1, write = (text) => process.stdout.write(text) }: RunOptions = {},
): Promise<Result> {
  const limit = ['--timeout', String(Number(timeout) * deadlines)];
  const mocha = execa(process.execPath, [MOCHA, ...OPTIONS, ...limit, ...flags, ...files], {
    reject: false,
    stdin: 'inherit',
    stderr: 'inherit',
    buffer: false,
    env: { SSTORY_TEST_DEADLINES: String(deadlines) },
  });
  if (nice !== 0 && mocha.pid !== undefined) setPriority(mocha.pid, nice);
  let counts = [0, 0, 0];
  let failures: string[] = [];
  mocha.stdout.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    const found = SUMMARY.exec(text);
    if (found !== null) {
      failures = (found[1] ?? '').split('\n').filter((line) => line !== '');
      counts = found.slice(2).map(Number);
    }
    write(text.replace(SUMMARY, ''));
  });
  const { exitCode = 1 } = await mocha;
  return { failures, counts, exitCode };
}

const directories = readdirSync(TESTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const alone = directories.filter((name) => ALONE.has(name));
const last = directories.filter((name) => LAST.has(name));
const together = directories.filter((name) => !ALONE.has(name) && !LAST.has(name));
const parallel = ['--parallel', '--jobs', String(availableParallelism())];

/** All tests: the others beside those that run one after the other. What the former print comes when the latter are done. */
async function runAll(): Promise<Result> {
  const texts: string[] = [];
  const options = { nice: BESIDE_NICE, deadlines: BESIDE_DEADLINES, write: (text: string) => texts.push(text) };
  const beside = async () => [
    await run(filesOf(together), { ...options, flags: parallel }),
    await run(filesOf(last), options),
  ];
  const [first, others] = await Promise.all([run(filesOf(alone)), beside()]);
  process.stdout.write(texts.join(''));
  return settled([first, ...others]);
}

/** Those that run together, alone: they disturb each other as well. */
async function runFast(): Promise<Result> {
  return settled([await run(filesOf(together), { flags: parallel, deadlines: BESIDE_DEADLINES })]);
}

async function settled(results: readonly Result[]): Promise<Result> {
  const isBroken = results.some(({ counts: [, failed], exitCode }) => exitCode !== 0 && failed === 0);
  return isBroken ? sumOf(results) : runAgain(sumOf(results));
}

function sumOf(results: readonly Result[]): Result {
  return {
    failures: results.flatMap(({ failures }) => failures),
    counts: [0, 1, 2].map((index) => results.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0)),
    exitCode: results.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0,
  };
}

/** The files with a failure, with nothing beside them. */
async function runAgain(all: Result): Promise<Result> {
  const { failures, counts } = all;
  const files = new Set(failures.map((line) => /^failed: (.*?\.test\.js):/.exec(line)?.[1] ?? ''));
  if (failures.length === 0 || failures.length > MOST_AGAIN || files.has('')) return all;
  process.stdout.write(`\nonce more, with nothing beside them: ${[...files].join(', ')}\n`);
  const again = await run([...files]);
  const [passed = 0, failed = 0, skipped = 0] = counts;
  const left = again.counts[1] ?? 0;
  return {
    failures: [...failures.map((line) => line.replace(/^failed/, 'failed beside others')), ...again.failures],
    counts: [passed + Math.max(0, failed - left), left, skipped],
    exitCode: again.exitCode,
  };
}

const { failures, counts, exitCode } = process.argv.includes('--fast') ? await runFast() : await runAll();
const [passed, failed, skipped] = counts;
process.stdout.write(failures.map((line) => `${line}\n`).join(''));
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = exitCode;
