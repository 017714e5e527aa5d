import { usageError } from '../../model/error.js';

/** What the name of the file says where no --format does. */
const FORMAT_OF_ENDING: ReadonlyMap<string | undefined, string> = new Map([
  ['csv', 'csv'],
  ['json', 'jsonl'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['parquet', 'parquet'],
  ['sst', 'recording'],
  ['pftrace', 'perfetto'],
  ['db', 'sqlite'],
  ['sqlite', 'sqlite'],
]);

/** `sstory export`: tables, recording files and traces are written by a file each, loaded when needed. */
export async function run(argv: readonly string[]): Promise<number> {
  const words = withFormat(argv);
  const format = optionValue(words, '--format');
  switch (format) {
    case undefined:
    case 'csv':
    case 'jsonl':
    case 'parquet':
      return (await import('./table.js')).run(words);
    case 'recording':
      return (await import('./recording.js')).run(words);
    case 'perfetto':
      return (await import('./perfetto.js')).run(words);
    case 'sqlite':
      return (await import('./sqlite.js')).run(words);
    default:
      throw usageError(
        'bad-format',
        `invalid format "${format}"`,
        'csv, jsonl, parquet, recording, sqlite or perfetto',
      );
  }
}

/** The words with the format that they ask for; `json` is short for `jsonl`. */
function withFormat(argv: readonly string[]): readonly string[] {
  if (optionValue(argv, '--format') !== undefined) {
    return argv.map((word, index) => {
      if (word === '--format=json') return '--format=jsonl';
      return word === 'json' && argv[index - 1] === '--format' ? 'jsonl' : word;
    });
  }
  const output = optionValue(argv, '--output') ?? optionValue(argv, '-o');
  const format = FORMAT_OF_ENDING.get(/\.(\w+)$/.exec(output ?? '')?.[1]?.toLowerCase());
  return format === undefined ? argv : ['--format', format, ...argv];
}

/** Of an option, as `--name VALUE` or `--name=VALUE`. */
function optionValue(argv: readonly string[], name: string): string | undefined {
  const joined = argv.find((word) => word.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const at = argv.indexOf(name);
  return at < 0 ? undefined : argv[at + 1];
}
