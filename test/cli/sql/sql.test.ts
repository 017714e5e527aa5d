import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

import { MAIN, type Outcome, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';
import { writeSmallHistory } from '../../sql/asked.js';

const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';

describe('sstory sql', () => {
  const stage = new Stage();
  let directory: string;
  let path: string;
  const sql = (...words: string[]): Promise<Outcome> => sstory('sql', '--db', path, ...words);
  before(async () => {
    directory = await stage.directory();
    path = join(directory, 'history.db');
    writeSmallHistory(path);
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
  });

  it('prints the notes of a query on stderr', async () => {
    match((await sql('SELECT * FROM sockets_at(5)')).stderr, /^sstory: sockets_at.*outside the recorded time/);
  });

  it('runs a command of the prompt', async () => {
    match((await sql('.tables')).stdout, /^bound {2}connections {2}/);
    match((await sql('.schema gaps;')).stdout, /^id .*\nfrom_us /);
    const { exitCode, stdout, stderr } = await sql('.indices');
    deepEqual([exitCode, stdout], [2, '']);
    match(stderr, /^sstory: no command \.indices\n {2}\.help \.tables/);
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

  it('refuses what would write, also as a second statement, with exit code 1', async () => {
    const outcome = await sql('SELECT 1 AS x; DELETE FROM socket');
    equal(outcome.exitCode, 1);
    match(outcome.stdout, /1/);
    match(outcome.stderr, /^sstory: sstory sql is read-only: DELETE is refused\n/);
  });

  describe('errors', () => {
    it('end the command with exit code 1 and no stack', async () => {
      const outcome = await sql('SELECT nosuch');
      deepEqual([outcome.exitCode, outcome.stdout], [1, '']);
      doesNotMatch(outcome.stderr, /^\s+at |internal error/m);
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
    await type('.schema\r', /gaps \(id, from_us, to_us, cpu, lost, reason, scope\)/);
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
    child.stdin.write('exit\r');
    equal((await child).exitCode, 0);
    match(readFileSync(join(directory, 'sstory', 'sql_history'), 'utf8'), /^SELECT 6 \* 7 AS answer;$/m);
  });
});
