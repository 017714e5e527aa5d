import { counted } from '../../model/counted.js';
import { type Finding, findings } from '../../query/verification.js';
import { openForReading } from '../../store/database.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { LineOutput } from '../output/line-output.js';

/** Findings of one kind that are listed; the others are counted. */
const LISTED = 100;

/** `sstory check`: exit code 0 and one line where the database is whole and true to itself; 1 and a list where it is not. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command(
    'check',
    'Verify a database: its pages, its rows without a connection, the order of states, and that no four-tuple is held twice at one time.',
  ).option('--db <file>', 'the database', DEFAULT_DATABASE);
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const { db } = parsed.opts<{ db: string }>();
  const database = openForReading(db);
  const output = new LineOutput(process.stdout);
  const counts = new Map<Finding['check'], number>();
  try {
    // One moment of the file, also while it is recorded into.
    database.exec('BEGIN');
    for (const { check, text } of findingsOf(database)) {
      const count = (counts.get(check) ?? 0) + 1;
      counts.set(check, count);
      if (count <= LISTED) await output.line(`${check}: ${text}`);
    }
    for (const [check, count] of counts) {
      if (count > LISTED) await output.line(`${check}: ${count - LISTED} more`);
    }
    if (counts.size === 0) {
      const sockets = database.prepare('SELECT count(*) FROM socket').pluck().get() as number;
      await output.line(`${db}: ok, ${counted(sockets, 'connection')}`);
    }
    await output.flush();
  } finally {
    database.close();
  }
  return counts.size === 0 ? 0 : 1;
}

/** A file that SQLite cannot read on in is a finding too, not a defect. */
function* findingsOf(database: Parameters<typeof findings>[0]): Generator<Finding> {
  try {
    yield* findings(database);
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB') throw error;
    yield { check: 'integrity', text: (error as Error).message };
  }
}
