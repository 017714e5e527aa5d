/** Text in SQL: how it is taken apart and checked, and what the process that runs queries makes of it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SstoryError } from '../../../src/model/error.js';
import { QueryRunner } from '../../../src/sql/query-runner.js';
import { prepareReading } from '../../../src/sql/read-only.js';
import { explained } from '../../../src/sql/sql-error.js';
import { splitStatements, sqlTokens, stringValue } from '../../../src/sql/sql-tokens.js';
import { openForReading } from '../../../src/store/database.js';
import { writeSmallHistory } from '../../sql/asked.js';
import { accepted, type FuzzTarget, texts } from '../target.js';

const NOW_US = 1_795_003_600_000_000;
/** A query may take as long as it likes: people stop it with Ctrl-C. */
const STOP_AFTER_MS = 300;
const MOST_ROWS = 2_000;

const SAMPLES = texts(
  'SELECT count(*) FROM connections',
  "SELECT comm, remote_addr, iso(opened_us) FROM ss('state syn-sent dst :9200') ORDER BY opened_us",
  "SELECT state, count(*) FROM sockets_at('10 min ago') GROUP BY state",
  "SELECT state_at(id, ts('end-1h')), name_at(remote_addr, opened_us), dur(closed_us - opened_us) FROM connections",
  'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10) SELECT n, iso(n * 1000000) FROM c -- end',
  "VALUES (1, 'it''s', x'00ff', NULL), (9223372036854775807, 1e999, \"x\", [y]);",
  'PRAGMA table_info(connections)',
  'EXPLAIN QUERY PLAN SELECT * FROM transitions WHERE connection_id = 1 /* comment */',
  "SELECT 1; SELECT inet_in(remote_addr, '10.0.0.0/8') FROM connections",
  "ATTACH 'other.db' AS other; VACUUM INTO 'copy.db'; PRAGMA query_only = OFF; DELETE FROM socket",
);
const WORDS = [
  ...[
    'SELECT',
    ' FROM ',
    'WITH',
    'VALUES',
    'EXPLAIN ',
    'PRAGMA ',
    'ATTACH ',
    'VACUUM INTO ',
    'DELETE FROM ',
    'UPDATE ',
  ],
  ...[
    "'",
    '"',
    '`',
    '[',
    ']',
    '--',
    '/*',
    '*/',
    ';',
    '(',
    ')',
    ',',
    '.',
    '?',
    '@a',
    ':b',
    '$c',
    '\0',
    'x',
    '=',
    'main.',
  ],
  ...[
    'ts(',
    'iso(',
    'dur(',
    'ss(',
    'sockets_at(',
    'state_at(',
    'query_only',
    'journal_mode',
    'json(',
    'NULL',
    '1e999',
    '-1',
  ],
  ...[
    'load_extension(',
    'randomblob(9)',
    'RETURNING *',
    '\n',
    '𝒳',
    'é',
    '\ufeff',
    ' OR ',
    ' NOT ',
    '9223372036854775807',
  ],
];

/** SQLite's own errors have a code. */
const isSqliteError = (error: unknown) => error instanceof Error && 'code' in error && !(error instanceof SstoryError);

export function statementTarget(directory: string): FuzzTarget {
  const path = join(directory, 'history.db');
  writeSmallHistory(path);
  const database = openForReading(path);
  return {
    samples: SAMPLES,
    words: WORDS,
    async read(input) {
      const text = input.toString('utf8');
      checkTokens(text);
      const { statements, rest } = splitStatements(text);
      for (const statement of [...statements, rest].filter((each) => each !== '').slice(0, 20)) {
        try {
          await accepted(['read-only', 'sql'], () => prepareReading(database, statement));
        } catch (error) {
          if (!isSqliteError(error)) throw error;
          explained(database, statement, error);
        }
      }
    },
    end: () => void database.close(),
  };
}

function checkTokens(text: string): void {
  let end = 0;
  for (const token of sqlTokens(text)) {
    if (token.start < end || text.slice(token.start, token.end) !== token.text)
      throw new Error('a token is not in its place');
    end = token.end;
    if (token.kind === 'string') stringValue(token);
  }
}

/** The input, and what SQLite keeps beside a database that is open. */
const OWN_FILES: ReadonlySet<string> = new Set(['input', 'history.db-wal', 'history.db-shm']);

/** Files, and what the database holds: neither may change. */
function contentOf(directory: string): string {
  const hash = createHash('sha256')
    .update(readFileSync(join(directory, 'history.db')))
    .digest('hex');
  return [
    ...readdirSync(directory)
      .filter((name) => !OWN_FILES.has(name))
      .sort(),
    hash,
  ].join(' ');
}

export function sqlTarget(directory: string): FuzzTarget {
  writeSmallHistory(join(directory, 'history.db'));
  const cwd = process.cwd();
  process.chdir(directory);
  const runner = new QueryRunner(join(directory, 'history.db'));
  let before: string | undefined;

  async function run(statement: string): Promise<void> {
    const stop = setTimeout(() => runner.stop(), STOP_AFTER_MS);
    let count = 0;
    const rows = (more: readonly unknown[]) => {
      count += more.length;
      if (count > MOST_ROWS) runner.stop();
    };
    try {
      await runner.run(statement, NOW_US, { columns: () => undefined, rows, note: () => undefined });
    } catch (error) {
      // Every error of a query is one that a person can read, unless it ended the process.
      if (!(error instanceof SstoryError) || error.code === 'query-process') throw error;
    } finally {
      clearTimeout(stop);
    }
  }

  return {
    samples: SAMPLES,
    words: WORDS,
    async read(input) {
      if (before === undefined) {
        await run('SELECT 1');
        before = contentOf(directory);
      }
      const { statements, rest } = splitStatements(input.toString('utf8'));
      for (const statement of [...statements, rest].filter((each) => each !== '').slice(0, 5)) await run(statement);
    },
    end() {
      runner[Symbol.dispose]();
      process.chdir(cwd);
      const after = contentOf(directory);
      if (before !== undefined && after !== before) throw new Error(`files changed: ${before}, then ${after}`);
    },
  };
}
