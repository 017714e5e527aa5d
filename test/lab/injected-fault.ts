/** Makes system calls of a running process fail, through strace(1). */
import { execa } from 'execa';
import { outputOf } from './output.js';
import { until } from './until.js';

interface Fault {
  readonly pid: number;
  /** Names of system calls: `pwrite64`. */
  readonly calls: string;
  /** Only those on this file. */
  readonly path: string;
  /** As strace's `inject=` has it: `error=EIO`, `signal=KILL:when=3`. */
  readonly inject: string;
}

/** Begins to inject; ends with the process. To be disposed. */
export async function injectFault({ pid, calls, path, inject }: Fault): Promise<AsyncDisposable> {
  const expression = `inject=${calls}:${inject}`;
  const args = ['-f', '-p', String(pid), '-P', path, '-e', `trace=${calls}`, '-e', expression];
  const child = execa('strace', args, { reject: false, stdin: 'ignore' });
  const said = outputOf(child.stderr);
  await until('strace to attach', () => /attached/.test(said()));
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child;
    },
  };
}
