import { completionValues, isCompletionKind } from '../../query/completion-values.js';
import { openForReading } from '../../store/database.js';
import { DEFAULT_DATABASE } from '../default-database.js';

/**
 * `sstory complete-values KIND [--db FILE]`, for the completions of the shells and in no help: values that the database has, one per line.
 * Silent where that fails.
 */
export async function run([kind, option, file]: readonly string[]): Promise<number> {
  if (!isCompletionKind(kind)) return 0;
  try {
    const database = openForReading(option === '--db' && file !== undefined ? file : DEFAULT_DATABASE);
    try {
      process.stdout.write(
        completionValues(database, kind)
          .map((value) => `${value}\n`)
          .join(''),
      );
    } finally {
      database.close();
    }
  } catch {
    // There is nothing to offer.
  }
  return 0;
}
