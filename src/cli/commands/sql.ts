import { text as readAll } from 'node:stream/consumers';
import { Option } from 'commander';
import { usageError } from '../../model/error.js';
import { SQL_FUNCTIONS } from '../../sql/functions.js';
import { splitStatements } from '../../sql/sql-tokens.js';
import { openForReading } from '../../store/database.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { FORMATS, type Format } from '../sql/answer-format.js';
import { Prompt } from '../sql/prompt.js';
import { QuerySession } from '../sql/query-session.js';

interface SqlOptions {
  readonly db: string;
  readonly format: Format;
}

/** 128 + SIGINT, as a shell has it. */
const INTERRUPTED = 130;

const HELP = `
Without QUERY: a prompt on a terminal, else QUERY is read from standard input. The database is opened for reading only.
docs/schema.md has the tables, docs/cookbook.md questions with their queries. More than SQLite's own functions:

${SQL_FUNCTIONS.map(([call, meaning]) => `  ${call.padEnd(27)} ${meaning}`).join('\n')}
`;

/** `sstory sql`: SQL over the history. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command('sql', 'Ask the history in SQL.')
    .argument('[query]', 'one or more statements, separated by semicolons')
    .option('--db <file>', 'the database', DEFAULT_DATABASE)
    .addOption(new Option('--format <format>', 'how answers are shown').choices(FORMATS).default('table'))
    .addHelpText('after', HELP);
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const { db, format } = parsed.opts<SqlOptions>();
  openForReading(db).close();
  using session = new QuerySession(db, format);
  const [query] = parsed.args;
  if (query === undefined && process.stdin.isTTY) return await new Prompt(db, session).run();
  return await showAll(session, query ?? (await readAll(process.stdin)));
}

async function showAll(session: QuerySession, query: string): Promise<number> {
  const { statements, rest } = splitStatements(query);
  const all = rest === '' ? statements : [...statements, rest];
  if (all.length === 0)
    throw usageError('no-query', 'the query is empty', "try: sstory sql 'SELECT * FROM connections LIMIT 5'");
  const stop = () => session.stop();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  for (const statement of all) {
    if ((await session.show(statement)) === 'stopped') {
      process.stderr.write('sstory: stopped\n');
      return INTERRUPTED;
    }
  }
  return 0;
}
