import { run } from '../../src/cli/ss/command.js';
import { SstoryError } from '../../src/model/error.js';

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What `sstory ss` answers to a command line: the command itself, run in this process, with what it writes caught. One at a time.
 */
export async function answerOf(argv: readonly string[]): Promise<Answer> {
  const written = { stdout: '', stderr: '' };
  const { stdout, stderr } = process;
  const originals = { stdout: stdout.write, stderr: stderr.write };
  const into = (name: keyof typeof written) => (chunk: unknown) => {
    written[name] += String(chunk);
    return true;
  };
  Object.assign(stdout, { write: into('stdout') });
  Object.assign(stderr, { write: into('stderr') });
  try {
    return { code: await run(argv), ...written };
  } catch (error) {
    // As main.ts does: anything else is a defect, and fails the test.
    if (!(error instanceof SstoryError)) throw error;
    return { code: error.exitCode, ...written, stderr: `${written.stderr}${error.message}` };
  } finally {
    Object.assign(stdout, { write: originals.stdout });
    Object.assign(stderr, { write: originals.stderr });
  }
}
