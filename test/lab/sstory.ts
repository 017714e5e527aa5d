import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { Database } from '../../src/store/sqlite.js';
import type { Netns } from './netns.js';
import { deadlineMs } from './until.js';

/** What users start. */
export const MAIN = fileURLToPath(new URL('../../../bin/sstory', import.meta.url));

// It starts the files of dist/run: made again where the sources were compiled since, so that no test runs what was.
execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/programs.js', import.meta.url)), '--if-older']);

const STOP_DEADLINE_MS = deadlineMs(10_000);
const RECORD_OPTIONS = { reject: false, stdin: 'ignore' } as const;

export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line to its end. Never fails: look at the exit code. */
export async function sstory(...args: string[]): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], { reject: false });
  return { exitCode, stdout, stderr };
}

/** A running `sstory record`. */
export class Recorder {
  /** Its stderr so far. */
  said = '';

  private constructor(
    readonly path: string,
    private readonly child: ResultPromise<typeof RECORD_OPTIONS>,
  ) {}

  /** Starts it, and waits until it says that it records. */
  static start(path: string, ...args: string[]): Promise<Recorder> {
    return Recorder.run(path, [process.execPath, [MAIN, 'record', '--db', path, ...args]]);
  }

  /** The same inside a network namespace: with `--netns self` it is the recorder of another host. */
  static startIn(netns: Netns, path: string, ...args: string[]): Promise<Recorder> {
    return Recorder.run(path, netns.inside(process.execPath, MAIN, 'record', '--db', path, ...args));
  }

  /** The same by another program, which is given a command line to run. */
  static startUnder(
    [file, before]: readonly [file: string, args: readonly string[]],
    path: string,
    ...args: string[]
  ): Promise<Recorder> {
    return Recorder.run(path, [file, [...before, process.execPath, MAIN, 'record', '--db', path, ...args]]);
  }

  private static async run(path: string, command: readonly [file: string, args: readonly string[]]): Promise<Recorder> {
    const child = execa(...command, RECORD_OPTIONS);
    const recorder = new Recorder(path, child);
    if (await recorder.records()) return recorder;
    const { exitCode, stderr } = await child;
    throw new Error(`sstory record ended with ${exitCode}: ${stderr}`);
  }

  /** True at the line that says it records, false when it ended before. Leaving execa's own iterator early would wait for the end. */
  private records(): Promise<boolean> {
    return new Promise((resolve) => {
      this.child.stderr.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
        if (this.said.includes('recording into')) resolve(true);
      });
      void this.child.then(() => resolve(false));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Its outcome, when it ends by itself. */
  get end(): Promise<Outcome> {
    return this.child.then(({ exitCode, stdout, stderr }) => ({
      exitCode,
      stdout: String(stdout),
      stderr: String(stderr),
    }));
  }

  /** Ctrl-C or another signal that asks it to end, and waits for the end, which must come by itself. */
  async stop(by: 'SIGINT' | 'SIGTERM' = 'SIGINT', withinMs = STOP_DEADLINE_MS): Promise<Outcome> {
    this.child.kill(by);
    const kill = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
    const { exitCode, stdout, stderr, signal } = await this.child;
    clearTimeout(kill);
    if (signal === 'SIGKILL') throw new Error(`sstory record did not end on ${by}: ${stderr}`);
    return { exitCode, stdout: String(stdout), stderr: String(stderr) };
  }

  /** SIGKILL, and waits for the end. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.stop();
  }
}

/** Reads rows of a database that may be being written. */
export function query<Row>(path: string, sql: string, ...parameters: unknown[]): Row[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<unknown[], Row>(sql).all(...parameters);
  } finally {
    database.close();
  }
}

/** The one number that a query selects; 0 where it selects NULL or no row. */
export function numberOf(path: string, sql: string, ...parameters: unknown[]): number {
  const [row] = query<Record<string, number | null>>(path, sql, ...parameters);
  return Object.values(row ?? {})[0] ?? 0;
}
