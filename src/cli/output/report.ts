import { messageOf, SstoryError } from '../../model/error.js';
import { printableLines } from '../../model/printable.js';
import { isOfTheFile } from '../../store/store-error.js';
import { say, sayError } from './say.js';

/** Reports an error in one line, with a hint; with the stack only for SSTORY_DEBUG=1 or --debug. Returns the exit code. */
export function report(error: unknown): number {
  const debug = process.env['SSTORY_DEBUG'] === '1' || process.argv.includes('--debug');
  if (error instanceof SstoryError) sayError(error);
  else {
    const what = isOfTheFile(error) ? 'the database cannot be used' : 'internal error';
    say(`${what}: ${messageOf(error)} (SSTORY_DEBUG=1 shows the stack)`, process.stderr, 'error');
  }
  if (debug && error instanceof Error) process.stderr.write(`${printableLines(String(error.stack))}\n`);
  return error instanceof SstoryError ? error.exitCode : 1;
}
