import { deepEqual, equal } from 'node:assert/strict';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { answerOfSqlite, type Row } from '../docs/answers.js';
import { recipe } from '../docs/cookbook.js';
import { writeShop } from '../docs/shop.js';
import { query, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const TABLES = ['connections', 'transitions', 'owners', 'events', 'samples', 'snapshots', 'gaps', 'runs', 'names'];

/** Its extensions come from the network when they are first used: not here. */
const OFF_LINE = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

describe('DuckDB', () => {
  const stage = new Stage();
  let directory: string;
  let path: string;
  let duckdb: DuckDBConnection;

  before(async () => {
    directory = await stage.directory();
    path = join(directory, 'shop.db');
    writeShop(path);
    duckdb = await (await DuckDBInstance.create(':memory:', OFF_LINE)).connect();
  });
  after(async () => {
    duckdb.closeSync();
    await stage[Symbol.asyncDispose]();
  });

  const rows = async (sql: string): Promise<Row[]> => {
    const reader = await duckdb.runAndReadAll(sql);
    return reader.getRowObjectsJson().map((row) => JSON.parse(JSON.stringify(row)) as Row);
  };

  describe('on what sstory export wrote as Parquet', () => {
    before(async () => {
      await Promise.all(TABLES.map(exported));
    });

    async function exported(table: string): Promise<void> {
      const file = join(directory, `${table}.parquet`);
      const words = ['--db', path, '--format', 'parquet', '--what', table, '-o', file];
      const { exitCode, stderr } = await sstory('export', ...words);
      equal(exitCode, 0, stderr);
      await duckdb.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet('${file}')`);
    }

    it('has every row of every table', async () => {
      const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ');
      const [expected] = query<Record<string, number>>(path, `SELECT ${counts}`);
      const [found = {}] = await rows(`SELECT ${counts}`);
      deepEqual(Object.fromEntries(Object.entries(found).map(([table, count]) => [table, Number(count)])), expected);
    });

    it('has its own percentiles: those of the cookbook', async () => {
      const found = await rows(`
        SELECT c.remote_addr, quantile_disc(epoch_us(t.at_us - c.opened_us), 0.9)::INTEGER AS p90_us
        FROM connections c JOIN transitions t ON t.connection_id = c.id
        WHERE c.origin = 'connect' AND t.old_state = 'SYN-SENT' AND t.new_state = 'ESTAB'
        GROUP BY ALL ORDER BY c.remote_addr`);
      const expected = await answerOfSqlite(path, recipe('How long do connects take').query);
      deepEqual(
        found,
        expected
          .map(({ remote_addr, p90_us }) => ({ remote_addr, p90_us }))
          .sort((a, b) => String(a.remote_addr).localeCompare(String(b.remote_addr))),
      );
    });

    it('reads times as timestamps', async () => {
      deepEqual(await rows("SELECT (opened_us AT TIME ZONE 'UTC')::VARCHAR AS at FROM connections WHERE id = 1"), [
        { at: '2026-11-18 11:06:41' },
      ]);
    });
  });

  it('attaches the file itself where its sqlite extension is installed', async function () {
    try {
      await duckdb.run('LOAD sqlite');
    } catch {
      process.stderr.write("skipped: DuckDB's sqlite extension is not installed here (INSTALL sqlite fetches it)\n");
      this.skip();
    }
    await duckdb.run(`ATTACH '${path}' AS history (TYPE sqlite, READ_ONLY)`);
    const [found] = await rows('SELECT count(*)::INTEGER AS n FROM history.connections');
    deepEqual(found, query(path, 'SELECT count(*) AS n FROM connections')[0]);
  });
});
