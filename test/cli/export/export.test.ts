import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { execa } from 'execa';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { fileReplacedBy } from '../../../src/cli/export/target.js';
import { TIME_COLUMNS } from '../../../src/query/exported-rows.js';
import { openForWriting } from '../../../src/store/database.js';
import { NameWriter } from '../../../src/store/name-writer.js';
import { Pruner } from '../../../src/store/pruner.js';
import { writeCrowd } from '../../lab/crowd.js';
import { connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { SMALL_HEAP } from '../../lab/small-heap.js';
import { MAIN, query, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';

const TABLES = [
  'connections',
  'transitions',
  'owners',
  'events',
  'samples',
  'snapshots',
  'gaps',
  'runs',
  'names',
  'prunings',
] as const;
const ODD_NAME = 'a "quoted", näme\nof two lines';
const FEW = 20_000;
const MANY = 200_000;
/** What ten times the rows may take more of memory, with a small heap: held at once, they are several times as much. */
const MOST_MORE_BYTES = 60e6;

type Row = Readonly<Record<string, string | number | null>>;

const jsonRows = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);

/** What DuckDB answers to a question about a file. */
async function duck(sql: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowObjectsJson() as Row[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Timestamps as microseconds: hyparquet rounds a Date to milliseconds. */
async function parquetRows(file: string): Promise<Row[]> {
  const parsers = { ...DEFAULT_PARSERS, timestampFromMicroseconds: (us: bigint) => us };
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file), parsers });
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
    ),
  );
}

/** What is exported with each row of a table. */
const OF_CONNECTION: Readonly<Record<string, string>> = {
  transitions: `, ${['netns', 'family', 'local_addr', 'local_port', 'remote_addr', 'remote_port']
    .map((column) => `(SELECT ${column} FROM socket WHERE id = connection_id) AS ${column}`)
    .join(', ')}`,
};

describe('sstory export', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;

  before(async () => {
    directory = await stage.directory();
    db = join(directory, 'history.db');
    writeHistory(db, {
      connections: [
        connectionOf(
          1,
          [
            [10, 'SYN-SENT'],
            [14.5, 'UNCONN'],
          ],
          { comm: ODD_NAME, pid: undefined, tid: undefined },
        ),
        connectionOf(
          2,
          [
            [20, 'SYN-SENT'],
            [20.001, 'ESTAB'],
            [50, 'UNCONN'],
          ],
          {
            tuple: { family: 6, localAddr: '::1', localPort: 40_002, remoteAddr: '::1', remotePort: 443 },
          },
        ),
        connectionOf(3, [
          [60, 'SYN-SENT'],
          [61, 'ESTAB'],
        ]),
        connectionOf(4, [
          [1, 'SYN-SENT'],
          [1.5, 'UNCONN'],
        ]),
      ],
      events: [{ connectionId: 1, atUs: usAt(11), kind: 'retransmit', detail: 'SYN' }],
      owners: [{ connectionId: 2, pid: 77, fd: 5, comm: 'child', fromUs: usAt(30), toUs: usAt(45) }],
      gaps: [{ fromUs: usAt(39), toUs: usAt(41) }],
      snapshots: [{ atUs: usAt(30), netns: 1, sockets: 1, tookUs: 50, complete: true }],
    });
    const database = openForWriting(db);
    new NameWriter(database).write([
      {
        name: 'db.test',
        address: '10.0.0.2',
        fromUs: usAt(1),
        toUs: usAt(90),
        source: 'dns',
        netns: 1,
        ended: undefined,
      },
    ]);
    database
      .prepare(
        'INSERT INTO sample (connection_id, at_us, recv_q, send_q, timer, timer_ms, retrans) VALUES (2, ?, 0, 7, 1, 200, 1)',
      )
      .run(usAt(31));
    const pruner = new Pruner(database, { retainUs: usAt(10) - usAt(2), maxBytes: undefined, sparePages: 0 });
    while (!pruner.work(usAt(10), 1_000));
    database.close();
  });
  after(() => stage[Symbol.asyncDispose]());

  const run = (...words: string[]) => sstory('export', '--db', db, ...words);
  const idsOf = async (...words: string[]) => {
    const { stdout, stderr, exitCode } = await run('--format', 'jsonl', ...words);
    equal(exitCode, 0, stderr);
    return jsonRows(stdout).map(({ id }) => id);
  };

  for (const table of TABLES) {
    it(`writes ${table} in all three forms, each row as it is in the database`, async () => {
      const rows = query<Row>(db, `SELECT *${OF_CONNECTION[table] ?? ''} FROM ${table}`);
      ok(rows.length > 0);
      const [lines, csv, parquet] = [
        join(directory, `${table}.jsonl`),
        join(directory, `${table}.csv`),
        join(directory, `${table}.parquet`),
      ];
      for (const [format, file] of [
        ['jsonl', lines],
        ['csv', csv],
        ['parquet', parquet],
      ] as const) {
        const { exitCode, stdout, stderr } = await run('--what', table, '--format', format, '-o', file);
        equal(exitCode, 0, stderr);
        equal(stdout, '');
        match(stderr, new RegExp(`${rows.length} ${rows.length === 1 ? 'row' : 'rows'} in ${file}`));
      }
      deepEqual(jsonRows(readFileSync(lines, 'utf8')), rows);
      deepEqual(await parquetRows(parquet), rows);
      const asDuck = (row: Row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
        );
      const times = Object.keys(rows[0] ?? {}).filter((name) => TIME_COLUMNS.has(name));
      const asIntegers = times.map((name) => `epoch_us("${name}") AS "${name}"`).join(', ');
      deepEqual(
        await duck(`SELECT * ${times.length === 0 ? '' : `REPLACE (${asIntegers})`} FROM '${parquet}'`),
        rows.map(asDuck),
      );
      const csvRows = await duck(
        `SELECT * FROM read_csv('${csv}', all_varchar = true, header = true, delim = ',', quote = '"', nullstr = '')`,
      );
      // A record of CSV is one line, and an empty field is NULL.
      const asCsv = (row: Row) =>
        Object.fromEntries(
          Object.entries(asDuck(row)).map(([name, value]) => [
            name,
            String(value ?? '').replace('\n', '\\x0a') || null,
          ]),
        );
      deepEqual(csvRows, rows.map(asCsv));
    });
  }

  it('has times as timestamps of UTC in Parquet', async () => {
    const file = join(directory, 'times.parquet');
    equal((await run('--what', 'transitions', '-o', file)).exitCode, 0);
    const [row] = await duck(
      `SELECT typeof(at_us) AS type, at_us AT TIME ZONE 'UTC' = '2026-11-18 11:06:54.5' AS is_it
       FROM '${file}' WHERE connection_id = 1 AND new_state = 'UNCONN'`,
    );
    deepEqual(row, { type: 'TIMESTAMP WITH TIME ZONE', is_it: true });
  });

  it('writes times as ISO 8601 on request', async () => {
    const words = ['--what', 'transitions', '--time', 'iso', 'sport', '=', ':40001'];
    const { stdout } = await run(...words);
    deepEqual(stdout.split('\n'), [
      'connection_id,at,not_before,old_state,new_state,source,netns,family,local_addr,local_port,remote_addr,remote_port',
      '1,2026-11-18T11:06:50.000000Z,,UNCONN,SYN-SENT,probe,1,4,10.0.0.1,40001,10.0.0.2,9200',
      '1,2026-11-18T11:06:54.500000Z,,SYN-SENT,UNCONN,probe,1,4,10.0.0.1,40001,10.0.0.2,9200',
    ]);
    equal(jsonRows((await run('--format', 'jsonl', ...words)).stdout)[0]?.['at'], '2026-11-18T11:06:50.000000Z');
  });

  it('knows of every column whether it has a time or a length of time', () => {
    const columns = TABLES.flatMap((table) => query<{ name: string }>(db, `PRAGMA table_xinfo(${table})`));
    const lengths = new Set(
      columns.map(({ name }) => name).filter((name) => name.endsWith('_us') && !TIME_COLUMNS.has(name)),
    );
    deepEqual([...lengths].sort(), [
      'ato_us',
      'behind_us',
      'busy_us',
      'clock_offset_us',
      'interval_us',
      'min_rtt_us',
      'next_us',
      'rcv_rtt_us',
      'rto_us',
      'rtt_us',
      'rttvar_us',
      'rwnd_limited_us',
      'sndbuf_limited_us',
      'took_us',
    ]);
  });

  it("takes ss's filter language, states included", async () => {
    deepEqual(await idsOf('dport', '=', ':9200'), [1, 3]);
    deepEqual(await idsOf('state', 'established'), [2, 3]);
    deepEqual(await idsOf('dst', '[::1]'), [2]);
    const { stdout } = await run('--what', 'transitions', '--format', 'jsonl', 'dport', '=', ':443');
    deepEqual(
      jsonRows(stdout).map((row) => [row['connection_id'], row['new_state']]),
      [
        [2, 'SYN-SENT'],
        [2, 'ESTAB'],
        [2, 'UNCONN'],
      ],
    );
  });

  it('takes a window: what existed, or happened, in it', async () => {
    const iso = (seconds: number) => new Date(usAt(seconds) / 1_000).toISOString();
    deepEqual((await idsOf('--since', iso(12), '--until', iso(25))).sort(), [1, 2]);
    deepEqual(await idsOf('--since', iso(55)), [3]);
    const { stdout } = await run(
      '--what',
      'transitions',
      '--format',
      'jsonl',
      '--since',
      iso(45),
      '--until',
      iso(60.5),
    );
    deepEqual(
      jsonRows(stdout)
        .map((row) => [row['connection_id'], row['new_state']])
        .sort(),
      [
        [2, 'UNCONN'],
        [3, 'SYN-SENT'],
      ],
    );
  });

  it('writes a whole file of every form where nothing is found', async () => {
    const file = join(directory, 'none.parquet');
    equal((await run('--format', 'parquet', '-o', file, 'dport', '=', ':1')).exitCode, 0);
    deepEqual(await parquetRows(file), []);
    deepEqual(await duck(`SELECT count(*)::INT AS count FROM '${file}'`), [{ count: 0 }]);
    match((await run('dport', '=', ':1')).stdout, /^id,netns,[a-z_,]+$/);
    equal((await run('--format', 'jsonl', 'dport', '=', ':1')).stdout, '');
  });

  it('takes the place of an existing file only when it is whole', async () => {
    const file = join(directory, 'there.csv');
    writeFileSync(file, 'before');
    equal((await run('-o', file)).exitCode, 0);
    match(readFileSync(file, 'utf8'), /^id,/);
    deepEqual(
      readdirSync(directory).filter((name) => name.endsWith('.part')),
      [],
    );
  });

  it('writes behind a symbolic link, and to what is no file', async () => {
    const { stdout: csv } = await run('--format', 'csv');
    const inHere = (name: string) => join(directory, name);
    const [real, link, fifo] = [inHere('real.csv'), inHere('link.csv'), inHere('fifo')];
    writeFileSync(real, 'before');
    symlinkSync(real, link);
    equal((await run('--format', 'csv', '-o', link)).exitCode, 0);
    equal(readFileSync(real, 'utf8'), `${csv}\n`);
    equal(readlinkSync(link), real);
    await execa('mkfifo', [fifo]);
    const [read, written] = await Promise.all([execa('cat', [fifo]), run('--format', 'csv', '-o', fifo)]);
    equal(written.exitCode, 0, written.stderr);
    equal(read.stdout, csv);
    ok(statSync(fifo).isFIFO());
    // Not tried with a real one: root can replace it.
    equal(fileReplacedBy('/dev/full'), undefined);
  });

  it('writes to stdout for -, and in the format that the ending of a file names', async () => {
    deepEqual(await run('-o', '-'), await run());
    const file = join(directory, 'by-ending.JSON');
    equal((await run('-o', file, 'sport', '=', ':40001')).exitCode, 0);
    const json = (await run('--format', 'json', 'sport', '=', ':40001')).stdout;
    equal(readFileSync(file, 'utf8').trim(), json);
    equal(jsonRows(json)[0]?.['local_port'], 40_001);
    equal((await run('-o', join(directory, 'x.constructor'))).exitCode, 0);
  });

  it('never takes the place of the database it reads', async () => {
    const { exitCode, stderr } = await run('-o', db);
    equal(exitCode, 2);
    match(stderr, /is the database itself/);
    equal((await sstory('check', '--db', db)).exitCode, 0);
  });

  it('draws no progress bar if stderr is not a terminal', async () => {
    const { stderr } = await run('-o', join(directory, 'quiet.csv'));
    equal(stderr.includes('\r'), false);
  });

  it('names what is wrong with its words, and where it cannot write', async () => {
    for (const [words, code, said] of [
      [['--format', 'xml'], 2, /invalid format "xml"/],
      [['--what', 'socket'], 2, /socket/],
      [['--what', 'gaps', 'dport', '=', ':1'], 2, /rows of gaps do not belong to connections/],
      [['dport', '='], 255, /sstory: /],
      [['--since', 'never'], 2, /never/],
      [['-o', join(directory, 'no', 'such', 'place.csv')], 1, /cannot write .*place\.csv/],
    ] as const) {
      const { exitCode, stderr } = await run(...words);
      equal(exitCode, code, stderr);
      match(stderr, said);
      doesNotMatch(stderr, /\bat .*\.js:/);
    }
  });

  describe('of very many rows', () => {
    let [few, many] = ['', ''];
    before(() => {
      [few, many] = [join(directory, 'few.db'), join(directory, 'many.db')];
      writeCrowd(few, FEW);
      writeCrowd(many, MANY);
    });

    /** The most memory that the export took, bytes; the file that SQLite maps into it left out. */
    async function peakOf(path: string, format: string): Promise<number> {
      const reportPeak = 'process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS))';
      const words = ['export', '--db', path, '--format', format];
      const { stderr, exitCode } = await execa(
        process.execPath,
        [...SMALL_HEAP, '--import', `data:text/javascript,${reportPeak}`, MAIN, ...words],
        { stdout: 'ignore', reject: false },
      );
      equal(exitCode, 0, stderr);
      return Number(/peak (\d+)/.exec(stderr)?.[1]) * 1_024 - statSync(path).size;
    }

    for (const format of ['csv', 'jsonl', 'parquet', 'perfetto']) {
      it(`streams: ten times the rows take hardly more memory as ${format}`, async () => {
        const more = (await peakOf(many, format)) - (await peakOf(few, format));
        ok(more < MOST_MORE_BYTES, `${(more / 1e6).toFixed(0)} MB more`);
      });
    }

    it('writes all of them', async () => {
      const file = join(directory, 'many.parquet');
      equal((await sstory('export', '--db', many, '--format', 'parquet', '-o', file)).exitCode, 0);
      deepEqual(await duck(`SELECT count(*)::INT AS count, sum(id)::BIGINT AS ids FROM '${file}'`), [
        { count: MANY, ids: String((MANY * (MANY + 1)) / 2) },
      ]);
    });

    it('ends quietly when its reader does', async () => {
      const { stdout, stderr, exitCode } = await execa(
        'bash',
        ['-c', '"$0" "$1" export --db "$2" | head -n 2; echo "ended $PIPESTATUS"', process.execPath, MAIN, many],
        { reject: false },
      );
      equal(exitCode, 0);
      match(stdout, /^id,.*\n1,.*\nended 0$/);
      equal(stderr, '');
    });

    it('leaves no file on Ctrl-C, and exits 1', async () => {
      const file = join(directory, 'stopped.csv');
      const child = spawn(process.execPath, [MAIN, 'export', '--db', many, '--what', 'transitions', '-o', file]);
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      await until('it to have begun', () => readdirSync(directory).some((name) => name.startsWith('stopped.csv.')));
      child.kill('SIGINT');
      const [code] = (await once(child, 'exit')) as [number];
      equal(code, 1, said);
      match(said, /interrupted: the export is incomplete/);
      deepEqual(
        readdirSync(directory).filter((name) => name.startsWith('stopped')),
        [],
      );
    });
  });
});
