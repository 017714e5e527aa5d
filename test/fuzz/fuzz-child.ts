/** The process that fuzzes: it can be killed where an input hangs, and its memory is its own. */
import { openSync, writeSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import fc from 'fast-check';
import { dieWithParent } from '../../src/sys/parent-death.js';
import type { FuzzMessage, FuzzOrder } from './fuzz-messages.js';
import { inputs } from './mutation.js';
import type { FuzzTarget } from './target.js';
import { FUZZ_TARGETS } from './targets.js';

/** The fast-check runs of one seed; the next ones have the next seed. */
const INPUTS_A_SEED = 100;
/** Shrinking an input that is slow takes long. */
const LONGEST_BATCH_MS = 30_000;
const REPORT_EVERY_MS = 200;
const LONGEST_MS = 1_000;
/** Outside of the heap, for one input: arrays whose length was read from it. */
const MOST_ALLOCATED_BYTES = 64 << 20;

function send(message: FuzzMessage): void {
  process.send?.(message);
}

/** Reads inputs, checks what each took, and reports that it works. */
class Watch {
  count = 0;
  private reportMs = 0;
  private readonly trace: number;

  constructor(
    private readonly target: FuzzTarget,
    inputFile: string,
  ) {
    this.trace = openSync(inputFile, 'w', 0o600);
  }

  async read(input: Buffer): Promise<void> {
    this.note(input);
    this.count++;
    const startMs = performance.now();
    const cpu = process.cpuUsage();
    const outside = getHeapStatistics().external_memory;
    await this.target.read(input);
    const allocated = getHeapStatistics().external_memory - outside;
    if (allocated > MOST_ALLOCATED_BYTES) throw new Error(`allocated ${allocated} bytes`);
    // The time on a clock alone would blame an input for what else this host does.
    if (performance.now() - startMs < LONGEST_MS) return;
    const { user, system } = process.cpuUsage(cpu);
    if (user + system > LONGEST_MS * 1_000) throw new Error(`took ${(user + system) / 1_000} ms of CPU`);
  }

  report(): void {
    this.reportMs = performance.now();
    send({ kind: 'progress', inputs: this.count, peakBytes: process.resourceUsage().maxRSS * 1_024 });
  }

  /** Its length is before it: what an earlier input left behind it is no part of it. */
  private note(input: Buffer): void {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(input.length);
    writeSync(this.trace, Buffer.concat([length, input]), 0, input.length + 4, 0);
    if (performance.now() - this.reportMs > REPORT_EVERY_MS) this.report();
  }
}

async function run({ target: name, seed, inputs: most = Number.POSITIVE_INFINITY, seconds, ...files }: FuzzOrder) {
  const make = FUZZ_TARGETS[name];
  if (make === undefined) throw new Error(`no target "${name}"`);
  const target = await make(files.directory);
  const watch = new Watch(target, files.inputFile);
  const property = fc.asyncProperty(inputs(target), (input) => watch.read(input));
  const endMs = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000;
  for (let batch = seed; watch.count < most && performance.now() < endMs; batch++) {
    const numRuns = Math.min(INPUTS_A_SEED, most - watch.count);
    const result = await fc.check(property, { seed: batch, numRuns, interruptAfterTimeLimit: LONGEST_BATCH_MS });
    if (!result.failed) continue;
    const [input = Buffer.alloc(0)] = result.counterexample ?? [];
    send({ kind: 'failed', seed: batch, input: input.toString('base64'), error: textOf(result.errorInstance) });
    return;
  }
  await target.end?.();
  watch.report();
  send({ kind: 'passed' });
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

dieWithParent();
process.on('message', (order: FuzzOrder) => {
  run(order).catch((error: unknown) => send({ kind: 'failed', seed: order.seed, input: '', error: textOf(error) }));
});
