import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FuzzMessage, FuzzOrder } from './fuzz-messages.js';

const CHILD = new URL('./fuzz-child.js', import.meta.url);
/** Without a sign of life for so long it hangs. */
const HANG_MS = 20_000;
const HEAP_MEGABYTES = 256;
const MOST_PEAK_BYTES = 512e6;

export interface FuzzReport {
  readonly inputs: number;
  /** Largest resident memory of the process so far, bytes. */
  readonly peakBytes: number;
  readonly failure: FuzzFailure | undefined;
}

export interface FuzzFailure {
  /** What happened. */
  readonly what: string;
  /** With this seed the target fails at its first inputs. */
  readonly seed: number;
  /** The smallest input that was found, or the one at which the process ended. */
  readonly input: Buffer;
}

/** Runs the process that fuzzes. One that failed is replaced by a new one. */
export class FuzzProcess {
  private child: ChildProcess | undefined;

  /** Fuzzes one target. A failure is returned, not thrown. */
  async fuzz(order: Omit<FuzzOrder, 'directory' | 'inputFile'>): Promise<FuzzReport> {
    const directory = mkdtempSync(join(tmpdir(), 'sstory-fuzz-'));
    try {
      return await this.run({ ...order, directory, inputFile: join(directory, 'input') });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  private async run(order: FuzzOrder): Promise<FuzzReport> {
    this.child ??= fork(CHILD, { execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`, '--enable-source-maps'] });
    const { progress, end } = await outcome(this.child, order);
    const { inputs, peakBytes } = progress;
    const failure = failureOf(order, end, peakBytes);
    if (failure !== undefined) await this[Symbol.asyncDispose]();
    return { inputs, peakBytes, failure };
  }
}

type End = Exclude<FuzzMessage, { readonly kind: 'progress' }> | { readonly kind: 'ended'; readonly how: string };

interface Outcome {
  readonly progress: { readonly inputs: number; readonly peakBytes: number };
  readonly end: End;
}

function outcome(child: ChildProcess, order: FuzzOrder): Promise<Outcome> {
  return new Promise((resolve) => {
    let progress = { inputs: 0, peakBytes: 0 };
    const end = (how: End) => {
      clearTimeout(hang);
      child.off('message', onMessage).off('exit', onExit);
      resolve({ progress, end: how });
    };
    const hang = setTimeout(() => end({ kind: 'ended', how: `no answer for ${HANG_MS} ms` }), HANG_MS);
    const onMessage = (message: FuzzMessage) => {
      hang.refresh();
      if (message.kind === 'progress') progress = message;
      else end(message);
    };
    const onExit = (code: number | null, signal: string | null) =>
      end({ kind: 'ended', how: `the process ended: ${signal ?? `exit code ${code}`}` });
    child.on('message', onMessage).on('exit', onExit);
    child.send(order);
  });
}

function failureOf({ seed, inputFile }: FuzzOrder, end: End, peakBytes: number): FuzzFailure | undefined {
  switch (end.kind) {
    case 'failed':
      return { what: end.error, seed: end.seed, input: Buffer.from(end.input, 'base64') };
    case 'ended':
      return { what: end.how, seed, input: lastInput(inputFile) };
    case 'passed':
      if (peakBytes <= MOST_PEAK_BYTES) return undefined;
      return { what: `used ${Math.round(peakBytes / 1e6)} MB of memory`, seed, input: Buffer.alloc(0) };
  }
}

function lastInput(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    return bytes.length < 4 ? Buffer.alloc(0) : bytes.subarray(4, 4 + bytes.readUInt32LE());
  } catch {
    return Buffer.alloc(0);
  }
}

/** A failure as lines: what happened, the input, and how to see it again. */
export function failureText(target: string, { what, seed, input }: FuzzFailure): string {
  return [
    `${target}: ${what}`,
    `input (${input.length} bytes, base64): ${input.toString('base64')}`,
    `as text: ${JSON.stringify(input.toString('utf8').slice(0, 500))}`,
    `again: node dist/scripts/fuzz.js --target ${target} --seed ${seed} --inputs 100`,
  ].join('\n');
}
