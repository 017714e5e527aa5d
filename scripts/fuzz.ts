/**
 * Fuzzes the readers of what comes from outside, for as long as wanted, each in a process of its own:
 * `node dist/scripts/fuzz.js [--minutes N] [--target NAME ...] [--seed N] [--inputs N]`. The minutes (10) are shared out among the
 * targets. Exit code 1 if any of them failed: the input is printed, and a command that finds it again.
 */
import { parseArgs } from 'node:util';
import { FuzzProcess, failureText } from '../test/fuzz/fuzz-process.js';
import { FUZZ_TARGETS } from '../test/fuzz/targets.js';

const DEFAULT_MINUTES = 10;
/** Seeds of runs that are far from each other: a run uses the seeds after its own. */
const SEED_SPACING = 1_000_000;

const names = Object.keys(FUZZ_TARGETS);
const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    inputs: { type: 'string' },
  },
});
const targets = values.target ?? names;
const unknown = targets.filter((name) => !names.includes(name));
const numbers = [values.minutes, values.seed, values.inputs].filter((text) => text !== undefined).map(Number);
if (unknown.length > 0 || !numbers.every((number) => number >= 0)) {
  process.stderr.write(`fuzz: targets: ${names.join(' ')}; --minutes, --seed and --inputs take a number\n`);
  process.exit(2);
}

const seed = Number(values.seed ?? (Date.now() % 2_000) * SEED_SPACING);
const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
const budget =
  values.inputs === undefined ? { seconds: (minutes * 60) / targets.length } : { inputs: Number(values.inputs) };
process.stdout.write(`seed ${seed}\n`);
for (const target of targets) {
  await using child = new FuzzProcess();
  const { inputs, peakBytes, failure } = await child.fuzz({ ...budget, target, seed });
  const verdict = failure === undefined ? 'passed' : 'FAILED';
  process.stdout.write(
    `${target.padEnd(16)} ${verdict}  ${inputs.toLocaleString('en')} inputs, peak ${(peakBytes / 1e6).toFixed(0)} MB\n`,
  );
  if (failure === undefined) continue;
  process.stdout.write(`${failureText(target, failure)}\n`);
  process.exitCode = 1;
}
