import type Database from 'better-sqlite3';
import { SstoryError, usageError } from '../../model/error.js';
import { recorderLife } from '../../query/recorder-life.js';
import { openForReading } from '../../store/database.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { filterOf } from '../history/filter.js';
import { recorderSilence } from '../history/recorder-silence.js';
import { isScreen } from '../output/terminal-looks.js';

/** `sstory live`: the socket table as a running recorder sees it change. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command('live', 'Show the socket table as it changes, from a database that is being recorded into.')
    .argument('[filter...]', "which sockets, in ss's filter language")
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .option('--json', 'each change as one JSON object a line, as sstory log -f --json')
    .addHelpText(
      'after',
      '\nNeeds a terminal (? for its keys). As lines: sstory log -f. What was before: sstory replay.',
    );
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const { db, json } = parsed.opts<{ readonly db: string; readonly json?: boolean }>();
  if (json === true) return await changesAsJson(db, parsed.args);
  if (!isScreen(process.stdout) || !process.stdin.isTTY) {
    throw usageError('no-terminal', 'sstory live needs a terminal', 'sstory log -f gives the changes as lines');
  }
  const database = openForReading(db);
  try {
    requireRecorder(database, db);
    const filter = await filterOf(database, parsed.args);
    const { liveTable } = await import('../terminal/live-table.js');
    return await liveTable(database, filter);
  } finally {
    database.close();
  }
}

/** From now on; what was before is told by log. */
async function changesAsJson(db: string, filter: readonly string[]): Promise<number> {
  const database = openForReading(db);
  try {
    requireRecorder(database, db);
  } finally {
    database.close();
  }
  const log = await import('./log.js');
  return await log.run(['-f', '-n', '0', '--json', '--db', db, '--', ...filter]);
}

function requireRecorder(database: Database.Database, file: string): void {
  const nowUs = Date.now() * 1000;
  const silence = recorderSilence(recorderLife(database, nowUs), nowUs);
  if (silence === undefined) return;
  throw new SstoryError('no-recorder', `no recorder is running on ${file}: ${silence}`, {
    hint: `start one: sstory record --db ${file}; what was recorded: sstory replay --db ${file}`,
  });
}
