import { statSync } from 'node:fs';
import { usageError } from '../../model/error.js';
import { type ExportOptions, outputFile } from './options.js';

/**
 * An export would replace the file that it reads.
 * @throws SstoryError `own-file` (exit code 2)
 */
export function refuseOwnFile({ db, ...options }: ExportOptions): void {
  const output = outputFile(options);
  const target = output === undefined ? undefined : statSync(output, { throwIfNoEntry: false });
  const source = statSync(db);
  if (target === undefined || target.dev !== source.dev || target.ino !== source.ino) return;
  throw usageError('own-file', `--output ${output} is the database itself`, 'name another file');
}
