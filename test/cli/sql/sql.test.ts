import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { SstoryError } from '../../../src/model/error.js';
import type { Cell } from '../../../src/sql/cell.js';
import { type Answer, QueryRunner } from '../../../src/sql/query-runner.js';
import { openForWriting } from '../../../src/store/database.js';
import { BASE_US, connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN, type Outcome, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

const NOW_US = BASE_US + 3_600_000_000;
const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';

describe('sstory sql', () => {
  const stage = new Stage();
  let directory: string;
  let path: string;
  const sql = (...words: string[]): Promise<Outcome> => sstory('sql', '--db', path, ...words);
  /** One process for all statements: what the prompt does. */
  let runner: QueryRunner;

  /** What one statement gives: its rows as objects, its notes, and how it fails. */
  const ask = async (query: string) => {
    let names: readonly string[] = [];
    const rows: Record<string, Cell>[] = [];
    const notes: string[] = [];
    const answer: Answer = {
      columns: (columns) => {
        names = columns;
      },
      rows: (more) => {
        rows.push(...more.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null]))));
      },
      note: (text) => {
        notes.push(text);
      },
    };
    const failure = await runner.run(query, NOW_US, answer).then(
      () => '',
      (error: SstoryError) => `${error.message}\n${error.hint}`,
    );
    return { rows, notes, failure };
  };
  const rows = async (query: string) => {
    const answer = await ask(query);
    equal(answer.failure, '');
    return answer.rows;
  };
  const bytes = () => createHash('sha256').update(readFileSync(path)).digest('hex');

  before(async () => {
    directory = await stage.directory();
    path = join(directory, 'history.db');
    runner = new QueryRunner(path);
    writeHistory(path, {
      connections: [
        connectionOf(1, [
          [1, 'SYN-SENT'],
          [1.01, 'ESTAB'],
          [10, 'FIN-WAIT-1'],
          [10.1, 'TIME-WAIT'],
          [70, 'UNCONN'],
        ]),
        connectionOf(
          2,
          [
            [2, 'SYN-SENT'],
            [5, 'UNCONN'],
          ],
          { closeReason: 'timed out' },
        ),
        connectionOf(3, [
          [3, 'SYN-SENT'],
          [3.2, 'ESTAB'],
        ]),
      ],
      gaps: [{ fromUs: usAt(40), toUs: usAt(41) }],
    });
    const database = openForWriting(path);
    database.exec(`INSERT INTO names VALUES ('search.example', '10.0.0.2', ${usAt(0)}, ${usAt(50)}, 'dns', 1, NULL)`);
    database.close();
  });
  after(async () => {
    runner[Symbol.dispose]();
    await stage[Symbol.asyncDispose]();
  });

  describe('its functions', () => {
    const at = (seconds: number) => `ts('@${usAt(seconds) / 1e6}')`;
    const answers: readonly (readonly [string, unknown])[] = [
      [`${at(4)}`, usAt(4)],
      [`ts('end')`, usAt(100)],
      [`ts('end-1m') - ts('start')`, usAt(40) - usAt(0)],
      [`ts(${usAt(4)})`, usAt(4)],
      ['ts(NULL)', null],
      [`iso(${usAt(1.5)})`, '2026-11-18T11:06:41.500000Z'],
      ['iso(NULL)', null],
      ['dur(3400)', '3.4ms'],
      ['dur(-90000000)', '-1m30s'],
      [`inet_in('10.1.2.3', '10.0.0.0/8')`, 1],
      [`inet_in('::1', '10.0.0.0/8')`, 0],
      [`inet_in('2001:db8::7', '2001:db8::/32')`, 1],
      [`state_at(1, ${at(0.5)})`, null],
      [`state_at(1, ${at(1)})`, 'SYN-SENT'],
      [`state_at(1, ${at(10.05)})`, 'FIN-WAIT-1'],
      [`state_at(1, ${at(70)})`, null],
      [`state_at(99, ${at(4)})`, null],
      [`name_at('10.0.0.2', ${at(4)})`, 'search.example'],
      [`name_at('::ffff:10.0.0.2', ${at(4)})`, 'search.example'],
      [`name_at('10.0.0.3', ${at(4)})`, null],
    ];
    for (const [expression, expected] of answers) {
      it(`answers ${expression}`, async () => deepEqual(await rows(`SELECT ${expression} AS x`), [{ x: expected }]));
    }

    it('lists the sockets of a moment: sockets_at(t)', async () => {
      deepEqual(await rows(`SELECT connection_id AS id, state, age_us FROM sockets_at(${at(4)})`), [
        { id: 1, state: 'ESTAB', age_us: 2_990_000 },
        { id: 2, state: 'SYN-SENT', age_us: 2_000_000 },
        { id: 3, state: 'ESTAB', age_us: 800_000 },
      ]);
    });

    it('joins sockets_at(t) for many moments', async () => {
      deepEqual(
        await rows(`WITH m(t) AS (VALUES (${usAt(0)}), (${usAt(4)}), (${usAt(80)}))
          SELECT (SELECT count(*) FROM sockets_at(t)) AS n FROM m`),
        [{ n: 0 }, { n: 3 }, { n: 1 }],
      );
    });

    it("lists the connections that a filter of ss selects: ss('...')", async () => {
      deepEqual(await rows("SELECT id FROM ss('state time-wait dst 10.0.0.0/8:9200')"), [{ id: 1 }]);
      deepEqual(await rows("SELECT a.id FROM ss('sport = :40002') a JOIN ss('dport = :9200') b USING (id)"), [
        { id: 2 },
      ]);
      deepEqual(await rows("SELECT count(*) AS n FROM ss('')"), [{ n: 3 }]);
    });

    it('notes times that were not recorded, and gaps', async () => {
      match((await ask('SELECT * FROM sockets_at(5)')).notes.join(), /outside the recorded time/);
      match((await ask(`SELECT * FROM sockets_at(${usAt(40.5)})`)).notes.join(), /in a gap \(sequence\)/);
      match((await sql('SELECT * FROM sockets_at(5)')).stderr, /^sstory: sockets_at.*outside the recorded time/);
    });
  });

  describe('its formats', () => {
    const query = `SELECT 1 AS a, x'00ff' AS b, NULL AS c, 9007199254740993 AS d, 'x|"y' AS e, 2 AS a`;
    const formats: readonly (readonly [string, string])[] = [
      ['json', '{"a":1,"b":"00ff","c":null,"d":9007199254740993,"e":"x|\\"y","a_2":2}'],
      ['csv', 'a,b,c,d,e,a\n1,00ff,,9007199254740993,"x|""y",2'],
      [
        'markdown',
        '| a | b | c | d | e | a |\n| --- | --- | --- | --- | --- | --- |\n| 1 | 00ff |  | 9007199254740993 | x\\|"y | 2 |',
      ],
      [
        'table',
        'a  b     c                    d  e     a\n-  ----  ----  ----------------  ----  -\n1  00ff  NULL  9007199254740993  x|"y  2',
      ],
    ];
    for (const [format, text] of formats) {
      it(format, async () => equal((await sql('--format', format, query)).stdout, text));
    }

    it('keep what JSON has not on the way from the process that runs the query', async () => {
      const [row] = await rows("SELECT 9e999 AS x, -9223372036854775807 AS y, x'00ff' AS z, 'é😀' AS t");
      deepEqual(row, { x: Infinity, y: -9223372036854775807n, z: Buffer.from([0, 255]), t: 'é😀' });
    });

    it('show terminal codes in data harmlessly', async () => {
      ok(!(await sql("SELECT char(27) || '[2J' AS x")).stdout.includes('\u001b'));
    });

    it('show every row of a large answer', async () => {
      const many = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200000) SELECT i FROM n';
      const { stdout } = await sql('--format', 'csv', many);
      const lines = stdout.split('\n');
      deepEqual([lines.length, lines.at(-1)], [200_001, '200000']);
    });
  });

  describe('what would write, or reach another file', () => {
    const writes: readonly (readonly [string, RegExp])[] = [
      ['DELETE FROM socket', /DELETE is refused/],
      ["INSERT INTO gaps VALUES (1, 1, 1, 1, 1, 'x')", /INSERT is refused/],
      ['/* SELECT */ UPDATE runs SET end = 1', /UPDATE is refused/],
      ['WITH x AS (SELECT 1) DELETE FROM socket', /a statement that writes is refused/],
      ['DROP TABLE runs', /DROP is refused/],
      ['CREATE TEMP TABLE x (y)', /CREATE is refused/],
      ["ATTACH 'other.db' AS other", /ATTACH is refused/],
      ["VACUUM INTO 'copy.db'", /VACUUM is refused/],
      ['BEGIN IMMEDIATE', /BEGIN is refused/],
      ['PRAGMA query_only = OFF', /PRAGMA query_only = off is refused/],
      ['PRAGMA main.journal_mode = DELETE', /journal_mode = delete is refused/],
      ['PRAGMA user_version(7)', /user_version \( 7 \) is refused/],
      ['PRAGMA writable_schema = ON', /is refused/],
      ['PRAGMA wal_checkpoint(TRUNCATE)', /is refused/],
      ["SELECT load_extension('x')", /not authorized/],
    ];
    for (const [query, message] of writes) {
      it(`is refused: ${query}`, async () => {
        const before = bytes();
        match((await ask(query)).failure, message);
        equal(bytes(), before);
      });
    }

    it('is refused also as a second statement, with exit code 1', async () => {
      const outcome = await sql('SELECT 1 AS x; DELETE FROM socket');
      equal(outcome.exitCode, 1);
      match(outcome.stdout, /1/);
      match(outcome.stderr, /^sstory: sstory sql is read-only: DELETE is refused\n/);
    });

    it('leaves no files behind', () => {
      for (const name of ['other.db', 'copy.db']) ok(!existsSync(name) && !existsSync(join(directory, name)));
    });

    it('allows PRAGMAs that only read', async () => {
      equal((await rows('PRAGMA table_info(gaps)')).length, 6);
      ok((await rows('EXPLAIN QUERY PLAN SELECT * FROM connections WHERE id = 1')).length > 0);
    });
  });

  describe('errors', () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      ['SELECT id\nFROM connections WHER id = 1', /near "id": syntax error\nFROM connections WHER id = 1\n {24}\^/],
      ['SELECT remote_prt FROM connections', /no such column: remote_prt\n.*\n.*\^\n {2}did you mean remote_port\?/],
      ['SELECT * FROM conections', /no such table: conections\n.*\n.*\^\n {2}did you mean connections\?/],
      ["SELECT * FROM ss('state bogus')", /unknown TCP state "bogus"/],
      ['SELECT c.id FROM connections c, ss(c.comm)', /the filter of ss\(\) must be a literal in single quotes/],
      ["SELECT ts('bogus')", /invalid time "bogus"/],
      ["SELECT iso('x')", /iso\(\) takes microseconds, not "x"/],
      ['SELECT (1', /incomplete input/],
    ];
    for (const [query, message] of wrong) {
      it(`are reported clearly: ${query}`, async () => {
        match((await ask(query)).failure, message);
      });
    }

    it('end the command with exit code 1 and no stack', async () => {
      const outcome = await sql('SELECT nosuch');
      deepEqual([outcome.exitCode, outcome.stdout], [1, '']);
      doesNotMatch(outcome.stderr, /^\s+at |defect/m);
    });

    it('come with exit code 2 for an unknown format or no query', async () => {
      equal((await sql('--format', 'xml', 'SELECT 1')).exitCode, 2);
      equal((await execa(process.execPath, [MAIN, 'sql', '--db', path], { input: ' ', reject: false })).exitCode, 2);
    });
  });

  it('reads the query from standard input if that is not a terminal', async () => {
    const input = 'SELECT 1 AS a; SELECT 2 AS b';
    const { stdout } = await execa(process.execPath, [MAIN, 'sql', '--db', path, '--format', 'csv'], { input });
    equal(stdout, 'a\n1\nb\n2');
  });

  it('ends quietly when its reader has seen enough', async () => {
    const endless = ENDLESS.replace('max(i)', 'i');
    const { stdout, stderr } = await execa('sh', [
      '-c',
      `"$0" "$1" sql --db "$2" "$3" | head -n 3`,
      process.execPath,
      MAIN,
      path,
      endless,
    ]);
    equal(stdout.split('\n').length, 3);
    equal(stderr, '');
  });

  it('is stopped by Ctrl-C', async () => {
    const child = execa(process.execPath, [MAIN, 'sql', '--db', path, `SELECT 'begun' AS x; ${ENDLESS}`], {
      reject: false,
    });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
    });
    await until('the first answer', () => shown.includes('begun'));
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    equal(exitCode, 130);
    match(stderr, /stopped/);
  });

  it('has a prompt: history, completion, help, and Ctrl-C that stops a query but not the prompt', async () => {
    const command = `'${process.execPath}' '${MAIN}' sql --db '${path}'`;
    const child = execa('script', ['-qec', command, '/dev/null'], {
      env: { XDG_STATE_HOME: directory, TERM: 'xterm' },
      reject: false,
    });
    stage.use({ [Symbol.asyncDispose]: async () => void child.kill() });
    let screen = '';
    child.stdout.on('data', (chunk: Buffer) => {
      screen += chunk.toString();
    });
    /** Types, and waits for what is shown after it. */
    const type = async (text: string, awaited: RegExp) => {
      const from = screen.length;
      child.stdin.write(text);
      await until(
        `${awaited}`,
        () => awaited.test(screen.slice(from)),
        () => screen,
      );
    };
    await until('the prompt', () => screen.includes('sstory> '));
    await type('.schema\r', /gaps \(id, from_us, to_us, cpu, lost, reason\)/);
    await type('.schema gaps\r', /lost +events +exact number/);
    await type('.bogus\r', /no command \.bogus; \.help lists the commands/);
    await type('SELECT count(*)\r', /\.\.\.> /);
    await type('FROM transi', /transi$/);
    await type('\t', /tions/);
    await type(';\r', / {7}9\r\n[\s\S]*sstory> /);
    await type(`${ENDLESS};\r`, /running for .*Ctrl-C stops it/);
    await type('\x03', /stopped[\s\S]*sstory> /);
    await type('SELECT nosuch;\r', /no such column: nosuch[\s\S]*sstory> /);
    await type('.format json\r', /sstory> /);
    await type('SELECT 6 * 7 AS answer;\r', /\{"answer":42\}[\s\S]*sstory> /);
    await type('\x1b[A', /SELECT 6 \* 7 AS answer;/);
    await type('\x03', /sstory> /);
    child.stdin.write('\x04');
    equal((await child).exitCode, 0);
    match(readFileSync(join(directory, 'sstory', 'sql_history'), 'utf8'), /^SELECT 6 \* 7 AS answer;$/m);
  });
});
