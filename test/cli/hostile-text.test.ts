/** No text of others reaches the terminal as it is, and none is lost: every command, every format, every argument. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { execa } from 'execa';
import { Notes } from '../../src/cli/output/notes.js';
import { ALL_HOSTILE, HOSTILE_TEXTS, hiddenIn } from '../lab/hostile-texts.js';
import { requireRoot } from '../lab/privileges.js';
import { MAIN, type Outcome, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { forge, writeHostileHistory } from './hostile-history.js';

const RAW = HOSTILE_TEXTS.map(({ raw }) => raw);
const TEXT = HOSTILE_TEXTS.map(({ text }) => text);
const CSV = HOSTILE_TEXTS.map(({ csv }) => csv);
/** A name that a file can have. */
const FILE_NAME = ALL_HOSTILE.replaceAll('/', '').slice(0, 80);
const TABLES = ['connections', 'transitions', 'owners', 'events', 'samples', 'gaps', 'runs', 'names', 'namespaces'];

type Row = Readonly<Record<string, unknown>>;

const rowsOf = (lines: string): Row[] => lines.split('\n').map((line) => JSON.parse(line) as Row);
const quoted = (text: string, quote: string) => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;

/** Fields of CSV (RFC 4180), record by record. */
function csvRows(csv: string): string[][] {
  return csv
    .split(/\r?\n/)
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, inQuotes, plain = '']) =>
        inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"'),
      ),
    );
}

function columnOf(csv: string, name: string): string[] {
  const [header = [], ...rows] = csvRows(csv);
  const index = header.indexOf(name);
  ok(index >= 0, name);
  return rows.map((row) => row[index] ?? '');
}

/** ss puts a tab before the second line of a socket. */
const withoutIndent = (text: string) => text.replaceAll(/^\t/gm, '');

function assertHarmless({ stdout, stderr }: Outcome): void {
  equal(hiddenIn(withoutIndent(stdout)), '');
  equal(hiddenIn(stderr), '');
  for (const line of stderr.split('\n')) match(line, /^(?:sstory: | {2}|$)/);
}

describe('hostile text', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;
  let forged: string;
  before(async () => {
    directory = await stage.directory();
    db = join(directory, `${FILE_NAME}.db`);
    forged = join(directory, 'forged.db');
    for (const path of [db, forged]) writeHostileHistory(path);
    forge(forged);
  });
  after(() => stage[Symbol.asyncDispose]());

  const answer = async (...words: string[]): Promise<Outcome> => {
    const outcome = await sstory(...words);
    assertHarmless(outcome);
    return outcome;
  };

  describe('in an argument', () => {
    const T = ALL_HOSTILE;
    const nowhere = `/nonexistent/${T}`;
    const wrong: Readonly<Record<string, readonly string[]>> = {
      'the command': [T],
      'an option': ['log', `--${T}`],
      'a short option of ss': ['ss', '-\u202e'],
      'a long option of ss': ['ss', `--${T}`],
      'a family': ['ss', '-f', T],
      'a socket table': ['ss', '-A', T],
      'a namespace': ['ss', '-N', T],
      'a filter file': ['ss', '-F', nowhere],
      'a dump': ['ss', '--dump', nowhere],
      'a dump to write': ['ss', '-D', nowhere],
      'a column': ['ss', '--columns', T],
      'a filter of ss': ['ss', T],
      'a state': ['ss', 'state', T],
      'a port': ['ss', 'dport', '=', T],
      'an address': ['ss', 'dst', T],
      'a filter over history': ['log', '--db', 'DB', T],
      'a filter after a good part': ['timeline', '--db', 'DB', 'state', 'estab', T],
      'a time of ss': ['ss', '--db', 'DB', '--at', T],
      '--since': ['log', '--db', 'DB', '--since', T],
      '--until': ['names', '--db', 'DB', '--until', T],
      'times of diff': ['diff', '--db', 'DB', T, T],
      'a count': ['log', '-n', T],
      'a duration': ['timeline', '--min-duration', T],
      'a speed': ['replay', '--speed', T],
      'a time to start at': ['replay', '--db', 'DB', '--from', T],
      'a connection to explain': ['explain', '--db', 'DB', T],
      'a namespace to explain': ['explain', '--db', 'DB', '--netns', T, '--all'],
      'a name': ['names', T],
      SQL: ['sql', '--db', 'DB', T],
      'a column of SQL': ['sql', '--db', 'DB', `SELECT [${T.replaceAll(']', '')}]`],
      'a filter in SQL': ['sql', '--db', 'DB', `SELECT * FROM ss(${quoted(`state ${T}`, "'")})`],
      'a time in SQL': ['sql', '--db', 'DB', `SELECT ts(${quoted(T, "'")})`],
      'a format of SQL': ['sql', '--format', T],
      'a format of an export': ['export', '--format', T],
      'a table to export': ['export', '--what', T],
      'a file to export to': ['export', '--db', 'DB', '-o', nowhere],
      'a recording': ['import', nowhere],
      'a dump to import': ['import', '--ss-dump', nowhere],
      'the time of a dump': ['import', '--ss-dump', 'DB', '--time', T],
      'a size': ['prune', '--max-size', T],
      'an age': ['prune', '--retain', T],
      'an interval': ['record', '--interval', T],
      'a source': ['record', '--source', T],
      'a place to record into': ['record', '--db', nowhere],
    };
    for (const [what, words] of Object.entries(wrong)) {
      it(`is escaped where it is ${what}`, async () => {
        const { exitCode, stderr } = await answer(...words.map((word) => (word === 'DB' ? db : word)));
        ok(exitCode !== 0);
        match(stderr, /^sstory: .*(?:\\x|\\u202e)/);
      });
    }

    for (const command of [
      'log',
      'timeline',
      'explain',
      'diff',
      'names',
      'count',
      'info',
      'wait',
      'check',
      'migrate',
      'prune',
      'sql',
      'export',
      'live',
      'replay',
      'ss',
    ]) {
      it(`is escaped where it is the database of ${command}`, async () => {
        const words: Readonly<Record<string, readonly string[]>> = {
          explain: ['--all'],
          diff: ['start', 'end'],
          prune: ['--retain', '1d'],
          live: ['--json'],
          wait: ['state', 'listening'],
          ss: ['--at', 'end'],
        };
        const { exitCode, stderr } = await answer(command, ...(words[command] ?? []), '--db', nowhere);
        ok(exitCode !== 0);
        match(stderr, /\\x1b\[2J/);
      });
    }

    it('is escaped where it is the database of status, whose answer is on stdout', async () => {
      for (const words of [[], ['--json']])
        match((await answer('status', ...words, '--db', nowhere)).stdout, /\\(?:x1b|u001b)\[2J/);
    });

    it('is escaped in the environment, in help, and with the stack of an error', async () => {
      for (const words of [['log', '--help'], ['log'], ['log', T, '--db', db]]) {
        const env = { SSTORY_DB: nowhere, SSTORY_DEBUG: '1', TCPDIAG_FILE: nowhere };
        const { stdout, stderr } = await execa(process.execPath, [MAIN, ...words], { reject: false, env });
        equal(hiddenIn(stdout) + hiddenIn(stderr), '');
      }
    });
  });

  describe('in a history', () => {
    const commands: Readonly<Record<string, readonly string[]>> = {
      'ss --at': ['ss', '-tanepiom', '--cgroup', '--at', 'end-61s'],
      'ss -O -r': ['ss', '-tarepioO', '--at', 'end-61s'],
      'ss --columns': ['ss', '-tap', '--columns', 'owners,cgroup,congestion,remote_addr,timer', '--at', 'end-61s'],
      log: ['log'],
      'log of the last': ['log', '-n', '200'],
      timeline: ['timeline'],
      'timeline --oneline': ['timeline', '--oneline'],
      explain: ['explain', '-n', '100', 'dport', '=', ':9200'],
      'explain --all': ['explain', '--all', '-n', '100'],
      diff: ['diff', '--transitions', 'start', 'end'],
      names: ['names'],
      replay: ['replay', '--speed', 'max'],
      check: ['check'],
      info: ['info'],
      'info --json': ['info', '--json'],
      status: ['status'],
      ...Object.fromEntries(
        ['table', 'markdown', 'csv', 'json'].map((format) => [
          `sql --format ${format}`,
          ['sql', '--format', format, TABLES.map((table) => `SELECT * FROM ${table}`).join(';')],
        ]),
      ),
      ...Object.fromEntries(
        ['connections', 'gaps', 'runs', 'names'].flatMap((table) =>
          ['csv', 'jsonl'].map((format) => [
            `export of ${table} as ${format}`,
            ['export', '--what', table, '--format', format],
          ]),
        ),
      ),
    };
    for (const [name, words] of Object.entries(commands)) {
      it(`is escaped by ${name}`, async () => {
        ok((await answer(...words, '--db', forged)).stdout !== '');
      });
    }

    it('is one line where it is shown as one', async () => {
      const log = (await answer('log', '--db', db)).stdout
        .split('\n')
        .filter((line) => line.includes('UNCONN -> SYN-SENT'));
      deepEqual(
        log.map((line) => line.replace(/^.* -> SYN-SENT {2}(.*)\[42\] {2}netns .*$/, '$1')),
        TEXT,
      );
      deepEqual(
        log.map((line) => line.replace(/^.*\[42\] {2}netns .* {2}container (.*)$/, '$1')),
        TEXT,
      );
      const blocks = (await answer('timeline', '--db', db)).stdout.split('\n');
      deepEqual(
        blocks.flatMap((line) => /^ {2}cgroup \/(.*)$/.exec(line)?.slice(1) ?? []),
        TEXT,
      );
      const names = (await answer('names', '--db', db)).stdout.split('\n');
      equal(names.length, RAW.length);
    });

    it('parses to the original in every JSON', async () => {
      const json = async (...words: string[]) => rowsOf((await answer(...words, '--json', '--db', db)).stdout);
      const opened = (row: Row) => row['new_state'] === 'SYN-SENT';
      const comms = (rows: readonly Row[]) => rows.map(({ comm }) => comm);
      deepEqual(comms((await json('log')).filter(opened)), RAW);
      deepEqual(comms((await json('replay', '--speed', 'max')).filter(opened)), RAW);
      deepEqual(comms((await json('diff', '--transitions', 'start', 'end')).filter(opened)), RAW);
      const timelines = await json('timeline');
      deepEqual(comms(timelines), RAW);
      deepEqual(
        timelines.map(({ cgroup }) => cgroup),
        RAW.map((raw) => `/${raw}`),
      );
      for (const key of ['container', 'pod', 'unit']) {
        deepEqual(
          timelines.map((timeline) => timeline[key]),
          RAW,
        );
      }
      const texts = new Set((await json('names')).map(({ name }) => name));
      deepEqual(
        RAW.filter((raw) => !texts.has(raw)),
        [],
      );
      const explained = await json('explain', '-n', '100', 'dport', '=', ':9200');
      deepEqual(new Set(comms(explained)), new Set(RAW));
      const open = await json('ss', '-tap', '--at', 'end-61s');
      deepEqual(open.map(({ congestion }) => congestion).sort(), RAW.toSorted());
      const exported = rowsOf((await answer('export', '--format', 'jsonl', '--db', db)).stdout);
      deepEqual(comms(exported), RAW);
    });

    it('is in CSV as documented', async () => {
      const exported = async (what: string, column: string) =>
        columnOf((await answer('export', '--what', what, '--db', db)).stdout, column).filter((cell) => cell !== '');
      deepEqual(await exported('connections', 'comm'), CSV);
      deepEqual(await exported('events', 'detail'), CSV);
      deepEqual(new Set(await exported('names', 'name')), new Set(CSV));
      const { stdout } = await execa(process.execPath, [MAIN, 'ss', '-ta', '--csv', '--at', 'end-61s', '--db', db]);
      deepEqual(
        columnOf(stdout, 'congestion')
          .filter((cell) => cell !== '')
          .sort(),
        CSV.toSorted(),
      );
      equal(hiddenIn(stdout.replaceAll('\r\n', '\n').replace(/\r$/, '')), '');
    });

    it('is escaped in names and cells of SQL, in every format', async () => {
      const names = RAW.map((raw, index) => `${index}${raw}`);
      const select = `SELECT ${RAW.map((raw, index) => `${quoted(raw, "'")} AS ${quoted(names[index] ?? '', '"')}`).join(', ')}`;
      const sql = async (format: string) => (await answer('sql', '--db', db, '--format', format, select)).stdout;
      deepEqual(JSON.parse(await sql('json')), Object.fromEntries(names.map((name, index) => [name, RAW[index]])));
      deepEqual(csvRows(await sql('csv')), [TEXT.map((text, index) => `${index}${text}`), CSV]);
      equal((await sql('markdown')).split('\n').length, 3);
      equal((await sql('table')).split('\n').length, 3);
      equal((await sql('csv')).includes('-5,+5.25,-1e5,'), true);
    });

    it('keeps numbers as they are in CSV', async () => {
      const { stdout } = await answer(
        'sql',
        '--db',
        db,
        '--format',
        'csv',
        "SELECT -5, -1.5, -9223372036854775808, '-7', '-x'",
      );
      equal(stdout.split('\n')[1], "-5,-1.5,-9223372036854775808,-7,'-x");
    });
  });

  describe('in the name of a file', () => {
    it('is escaped by export, import, prune and migrate', async () => {
      const recording = join(directory, `${FILE_NAME}.sst`);
      const imported = join(directory, `${FILE_NAME} again.db`);
      await answer('export', '--db', db, '--format', 'recording', '-o', recording, 'comm', '\x1b[2J');
      await answer('export', '--db', db, '-o', join(directory, `${FILE_NAME}.csv`));
      const { stderr } = await answer('import', recording, '--db', imported);
      match(stderr, /is part of a history: only comm \\x1b\[2J/);
      match(stderr, /imported .* of \\x1b\[2J /);
      await answer('import', recording, '--db', imported);
      await answer('import', '--ss-dump', recording, '--db', imported);
      await answer('migrate', '--db', imported);
      match((await answer('prune', '--db', imported, '--retain', '1d')).stderr, /deleted; .*\\x1b\[2J/);
      match((await answer('check', '--db', imported)).stdout, /\\x1b\[2J.*: ok/);
    });

    it('is escaped by a recorder', async function () {
      requireRoot(this);
      const path = (ending: string) => join(directory, `${FILE_NAME} new${ending}`);
      const words = ['--source', 'diag', '--netns', 'self', '--no-names', '--duration', '300ms'];
      const { exitCode, stderr } = await answer(
        'record',
        '--db',
        path('.db'),
        '--tee',
        path('.sst'),
        '--log',
        path('.log'),
        ...words,
      );
      equal(exitCode, 0, stderr);
      match(stderr, /recording into .*\\x1b\[2J/);
      equal(hiddenIn(readFileSync(path('.log'), 'utf8')), '');
    });
  });

  it('is escaped in messages and the status line of a recorder on a terminal', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 5_000 });
    const notes = new Notes(stream as unknown as NodeJS.WriteStream, undefined);
    notes.showStatus(`status ${ALL_HOSTILE}`);
    notes.say(`message ${ALL_HOSTILE}`);
    const written = String(stream.read()).replaceAll('\r\x1b[K', '<clear>');
    match(written, /^<clear>status .*<clear>sstory: message .*\nstatus /);
    equal(hiddenIn(written), '');
  });
});
