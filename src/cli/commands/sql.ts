import { text as readAll } from 'node:stream/consumers';
import { Option } from 'commander';
import { usageError } from '../../model/error.js';
import { SQL_FUNCTIONS } from '../../sql/functions.js';
import { splitStatements } from '../../sql/sql-tokens.js';
import { openForReading } from '../../store/database.js';
import { closing } from '../closing.js';
import { declaredCommand } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { say } from '../output/say.js';
import { FORMATS, type Format } from '../sql/answer-format.js';
import { COMMAND_NAMES, dotCommand } from '../sql/dot-commands.js';
import { Prompt } from '../sql/prompt.js';
import { QuerySession } from '../sql/query-session.js';
import { SUMMARIES } from '../summaries.js';

interface SqlOptions {
  readonly db: string;
  readonly format: Format;
  readonly fleet?: string;
}

/** 128 + SIGINT, as in a shell. */
const INTERRUPTED = 130;

const HELP = `
Without QUERY: a prompt on a terminal; otherwise QUERY is read from standard input. QUERY may be one command of the prompt:
.tables, .schema TABLE, .functions, .help. The database is opened read-only.
Tables: docs/schema.md. Queries for common questions: docs/cookbook.md. Functions and tables besides those of SQLite:

${SQL_FUNCTIONS.map(([call, meaning]) => `  ${call.padEnd(27)} ${meaning}`).join('\n')}
`;

/** `sstory sql`: SQL over the history. */
export const run = declaredCommand<SqlOptions>({
  name: 'sql',
  summary: SUMMARIES.sql,
  declare: (parser) =>
    parser
      .argument('[query]', 'one or more statements, separated by semicolons')
      .option('--db <file>', 'the database', DEFAULT_DATABASE)
      .option('--fleet <url>', 'the tables of many hosts in ClickHouse (docs/fleet-tables.md) instead of the database')
      .addOption(new Option('--format <format>', 'how answers are shown').choices(FORMATS).default('table'))
      .addHelpText('after', HELP),
  async run({ db, format, fleet }, [query]) {
    if (fleet !== undefined) return askFleet(fleet, format, query);
    openForReading(db).close();
    using session = new QuerySession(db, format);
    if (query === undefined && process.stdin.isTTY) return await new Prompt(db, session).run();
    const asked = query ?? (await readAll(process.stdin));
    return asked.trim().startsWith('.') ? showDotCommand(db, asked.trim()) : await showAll(session, asked);
  },
});

/**
 * `.tables` and the like, as at the prompt.
 * @throws SstoryError `usage`
 */
function showDotCommand(path: string, line: string): number {
  const [name = ''] = line.split(/[\s;]/);
  if (!COMMAND_NAMES.includes(name)) throw usageError('usage', `no command ${name}`, COMMAND_NAMES.join(' '));
  const database = openForReading(path);
  using _database = closing(database);
  const { text } = dotCommand(database, line);
  if (text !== '') process.stdout.write(`${text}\n`);
  return 0;
}

/** Loaded only where it is needed. Without a prompt: completion and help are those of SQLite. */
async function askFleet(url: string, format: Format, query: string | undefined): Promise<number> {
  if (query === undefined && process.stdin.isTTY)
    throw usageError(
      'no-query',
      'with --fleet a query is needed',
      "sstory sql --fleet URL 'SELECT count() FROM lives'",
    );
  const { FleetQueries } = await import('../sql/fleet-queries.js');
  const statements = statementsIn(query ?? (await readAll(process.stdin)));
  const queries = await FleetQueries.open(url, format);
  try {
    return await showEach(queries, statements);
  } finally {
    await queries.close();
  }
}

async function showAll(session: QuerySession, query: string): Promise<number> {
  return showEach(session, statementsIn(query));
}

function statementsIn(query: string): readonly string[] {
  const { statements, rest } = splitStatements(query);
  const all = rest === '' ? statements : [...statements, rest];
  if (all.length === 0)
    throw usageError('no-query', 'the query is empty', "try: sstory sql 'SELECT * FROM connections LIMIT 5'");
  return all;
}

interface Session {
  show(statement: string): Promise<'done' | 'stopped'>;
  stop(): void;
}

async function showEach(session: Session, all: readonly string[]): Promise<number> {
  const stop = () => session.stop();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  for (const statement of all) {
    if ((await session.show(statement)) === 'stopped') {
      say('stopped');
      return INTERRUPTED;
    }
  }
  return 0;
}
