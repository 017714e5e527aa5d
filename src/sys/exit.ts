import { libc } from './libc.js';

const exit = libc.func('void _exit(int)');

/**
 * Ends the process at once (_exit(2)), with all its threads. Nothing is closed: where a disk failed, SQLite's end would copy a log that
 * may have holes into the file, and delete it. The next start reads that log, and checks it.
 */
export function exitAtOnce(code: number): never {
  exit(code);
  throw new Error('_exit returned');
}
