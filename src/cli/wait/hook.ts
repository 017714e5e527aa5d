import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SstoryError } from '../../model/error.js';
import { say } from '../output/say.js';

/**
 * Runs a shell command with a text on its standard input, and waits for its end. Returns whether it succeeded; a note on stderr
 * reports that it did not.
 */
export async function runHook(command: string, input: string): Promise<boolean> {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'inherit', 'inherit'] });
  // It need not read its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, signal] = await once(child, 'close').catch((cause: Error) => {
    throw new SstoryError('exec', `--exec: /bin/sh cannot be run: ${cause.message}`, { cause });
  });
  if (code === 0) return true;
  say(`--exec: the command ${signal === null ? `exited with ${code}` : `was ended by ${signal}`}`);
  return false;
}
