import { usageError } from '../../model/error.js';

/** `sstory export`: tables and recording files are written by a file each, loaded when needed. */
export async function run(argv: readonly string[]): Promise<number> {
  const format = formatOf(argv);
  switch (format) {
    case undefined:
    case 'csv':
    case 'jsonl':
    case 'parquet':
      return (await import('./table.js')).run(argv);
    case 'recording':
      return (await import('./recording.js')).run(argv);
    default:
      throw usageError('bad-format', `invalid format "${format}"`, 'csv, jsonl, parquet or recording');
  }
}

function formatOf(argv: readonly string[]): string | undefined {
  const joined = argv.find((word) => word.startsWith('--format='));
  if (joined !== undefined) return joined.slice('--format='.length);
  const at = argv.indexOf('--format');
  return at < 0 ? undefined : argv[at + 1];
}
