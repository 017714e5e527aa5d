/** `sstory import`: makes a database of files. */
import { usageError } from '../../model/error.js';

const SS_DUMP = '--ss-dump';

/** The command: each kind of file has its own reader, loaded when needed. */
export async function run(argv: readonly string[]): Promise<number> {
  if (argv.some((word) => word === SS_DUMP || word.startsWith(`${SS_DUMP}=`))) {
    return (await import('./ss-dump.js')).run(argv);
  }
  if (argv.length === 0) {
    throw usageError('usage', 'import what?', 'sstory import FILE; sstory import --ss-dump FILE; sstory import --help');
  }
  const answer = await (await import('./recording.js')).run(argv);
  if (!argv.includes('--help') && !argv.includes('-h')) return answer;
  process.stdout.write('\n');
  return (await import('./ss-dump.js')).run(['--help']);
}
