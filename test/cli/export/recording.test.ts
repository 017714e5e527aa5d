import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { execa } from 'execa';
import fc from 'fast-check';
import { exportRecording } from '../../../src/cli/export/recording.js';
import { importRecording } from '../../../src/cli/import/recording.js';
import { headerOfRun } from '../../../src/recorder/recording-header.js';
import { openForReading, openForWriting } from '../../../src/store/database.js';
import { readRuns } from '../../../src/store/runs.js';
import { descriptorsOf } from '../../lab/descriptors.js';
import { BASE_US, connectionOf, usAt, writeHistory } from '../../lab/history.js';
import { MAIN, query, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { until } from '../../lab/until.js';
import { contentOf, generatedHistory, writeGenerated } from '../../recording-file/generated-history.js';

const ALL = { condition: undefined, window: undefined };

function closing(database: Database.Database) {
  return { database, [Symbol.dispose]: () => void database.close() };
}

describe('a history that is exported as a recording and imported', () => {
  const stage = new Stage();
  let directory: string;
  let source: string;
  let files = 0;
  const fresh = (ending: string) => join(directory, `${++files}.${ending}`);

  before(async () => {
    directory = await stage.directory();
    source = fresh('db');
    const lives = (id: number) =>
      connectionOf(id, [
        [id, 'SYN-SENT'],
        [id + 1, 'ESTAB'],
        [id + 5, 'UNCONN'],
      ]);
    writeHistory(source, {
      connections: Array.from({ length: 60 }, (_, index) => lives(index + 1)),
      events: [
        { connectionId: 7, atUs: usAt(8), kind: 'retransmit', detail: 'data' },
        { connectionId: undefined, atUs: usAt(50), kind: 'reset', detail: 'received' },
      ],
      gaps: [{ fromUs: usAt(20), toUs: usAt(21) }],
    });
  });
  after(() => stage[Symbol.asyncDispose]());

  it('is the same, row by row, in every table', () => {
    const like = openForWriting(fresh('db'));
    const histories = generatedHistory(like);
    like.close();
    return fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const [from, file, to] = [fresh('db'), fresh('sst'), fresh('db')];
        writeGenerated(from, history);
        using source = closing(openForReading(from));
        const written = await exportRecording(source.database, ALL, headerOfRun(undefined, 'export'), file);
        const { rows, fault } = await importRecording(to, file);
        assert.equal(fault, undefined);
        assert.equal(rows, written);
        using imported = closing(openForReading(to));
        assert.deepEqual(contentOf(imported.database), contentOf(source.database));
      }),
      { numRuns: 25 },
    );
  });

  it('goes through a pipe', async () => {
    const to = fresh('db');
    const piped = await execa('bash', [
      '-c',
      'node $0 export --format recording --db $1 | node $0 import - --db $2',
      MAIN,
      source,
      to,
    ]);
    assert.match(piped.stderr, /imported \d+ rows of lab into/);
    assert.deepEqual(query(to, 'SELECT * FROM connections'), query(source, 'SELECT * FROM connections'));
    assert.equal(statSync(to).mode & 0o777, 0o600);
  });

  it('is a part where a filter or a time was given, and says so', async () => {
    const [file, to] = [fresh('sst'), fresh('db')];
    const exported = await sstory(
      'export',
      '--format',
      'recording',
      '--db',
      source,
      '-o',
      file,
      '-U',
      `@${usAt(10) / 1e6}`,
      'sport',
      '=',
      ':40007',
    );
    assert.equal(exported.exitCode, 0, exported.stderr);
    const imported = await sstory('import', file, '--db', to);
    assert.equal(imported.exitCode, 0, imported.stderr);
    assert.match(imported.stderr, /is part of a history: only sport = :40007, up to 2026-/);
    assert.deepEqual(query(to, 'SELECT id FROM connections'), [{ id: 7 }]);
    assert.deepEqual(query(to, 'SELECT connection_id, kind FROM events'), [{ connection_id: 7, kind: 'retransmit' }]);
    assert.equal(query(to, 'SELECT * FROM transitions').length, 3);
    assert.match(
      query<{ notes: string }>(to, 'SELECT notes FROM runs')[0]?.notes ?? '',
      /imported in part: only sport = :40007/,
    );
  });

  it('covers the time of the part alone, in every command', async () => {
    const [file, to] = [fresh('sst'), fresh('db')];
    const time = (seconds: number) => `@${usAt(seconds) / 1e6}`;
    const exported = ['export', '--format', 'recording', '--db', source, '-o', file];
    await sstory(...exported, '--since', time(5), '--until', time(10));
    assert.equal((await sstory('import', file, '--db', to)).exitCode, 0);
    assert.deepEqual(query(to, 'SELECT started_us, last_us, ended_us, "end" FROM runs'), [
      { started_us: usAt(5), last_us: usAt(10), ended_us: usAt(10), end: 'the export ends here' },
    ]);
    const [early, late] = [time(4), time(11)];
    for (const words of [
      ['ss', '-tan', '--at', early],
      ['ss', '-tan', '--at', late],
      ['log', '--until', early],
      ['log', '--since', late],
      ['explain', '--at', early, '7'],
      ['diff', early, 'end'],
      ['count', '--until', early],
    ]) {
      const { exitCode, stdout, stderr } = await sstory(...words, '--db', to);
      assert.deepEqual([exitCode, stdout], [1, ''], words.join(' '));
      assert.match(stderr, /outside the recorded time/);
    }
    const { stderr } = await sstory('log', '--since', early, '--db', to);
    assert.match(stderr, /recorded from 2026-\S+ \S+ on: of the time before only connections that lasted until then/);
    assert.match((await sstory('info', '--db', to)).stdout, /^recorded {2}.* \(5s\)$/m);
    assert.equal((await sstory('check', '--db', to)).exitCode, 0);
  });

  it('is what was before the place where the file is cut off, with a warning and a gap', async () => {
    const [file, cut, to] = [fresh('sst'), fresh('sst'), fresh('db')];
    await sstory('export', '--format', 'recording', '--db', source, '-o', file);
    writeFileSync(cut, readFileSync(file).subarray(0, -5));
    const { exitCode, stderr } = await sstory('import', cut, '--db', to);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /warning: \S+ is truncated at byte [\d,]+: /);
    const gaps = query(to, "SELECT from_us, to_us FROM gaps WHERE reason = 'truncated'");
    assert.deepEqual(gaps, [{ from_us: BASE_US, to_us: usAt(100) }]);
    assert.deepEqual(query(to, 'SELECT * FROM transitions'), query(source, 'SELECT * FROM transitions'));
    const log = await sstory('replay', '--speed', 'max', '--db', to);
    assert.match(log.stdout, /\(truncated\)/);
  });

  it('is not taken into a database that holds a history', async () => {
    const file = fresh('sst');
    await sstory('export', '--format', 'recording', '--db', source, '-o', file);
    const { exitCode, stderr } = await sstory('import', file, '--db', source);
    assert.equal(exitCode, 1);
    assert.match(stderr, /already holds a history.*\n {2}name a new database/);
    const empty = fresh('db');
    openForWriting(empty).close();
    assert.equal((await sstory('import', file, '--db', empty)).exitCode, 0);
  });

  it('leaves no database behind where the file is none', async () => {
    const [file, to] = [fresh('sst'), fresh('db')];
    writeFileSync(file, 'id,netns,family\n');
    for (const name of [file, fresh('sst'), directory]) {
      const { exitCode, stderr } = await sstory('import', name, '--db', to);
      assert.equal(exitCode, 1);
      assert.match(stderr, /^sstory: .*(is not an sstory recording file|cannot be read)/);
      assert.throws(() => statSync(to), { code: 'ENOENT' });
    }
  });

  it('is all of a database without a run', async () => {
    const [from, file, to] = [fresh('db'), fresh('sst'), fresh('db')];
    openForWriting(from).close();
    assert.equal((await sstory('export', '--format=recording', '--db', from, '-o', file)).exitCode, 0);
    assert.equal((await sstory('import', file, '--db', to)).exitCode, 0);
    using opened = closing(openForReading(to));
    assert.deepEqual(readRuns(opened.database), []);
  });

  it('can come through a FIFO, and one Ctrl-C ends the wait for its writer', async () => {
    const [file, fifo, to] = [fresh('sst'), fresh('fifo'), fresh('db')];
    await execa('mkfifo', [fifo]);
    const start = () => execa(process.execPath, [MAIN, 'import', fifo, '--db', to], { reject: false });
    const waiting = start();
    await until('the import to open the FIFO', () => descriptorsOf(waiting.pid).includes(fifo));
    waiting.kill('SIGINT');
    const { exitCode, stderr } = await waiting;
    assert.deepEqual([exitCode, stderr], [1, 'sstory: interrupted: nothing was imported']);
    assert.equal((await sstory('export', '--db', source, '-o', file)).exitCode, 0);
    const importing = start();
    await execa('sh', ['-c', 'cat "$0" > "$1"', file, fifo]);
    assert.equal((await importing).exitCode, 0);
    assert.deepEqual(query(to, 'SELECT * FROM transitions'), query(source, 'SELECT * FROM transitions'));
  });

  it('can be replayed into a stream, transitions alone', async () => {
    const to = fresh('db');
    const command = 'node $0 replay --speed max --to-stream --db $1 | node $0 import - --db $2';
    const { stderr } = await execa('bash', ['-c', command, MAIN, source, to]);
    assert.match(stderr, /- is part of a history: transitions alone/);
    for (const table of ['connections', 'transitions', 'gaps'])
      assert.deepEqual(query(to, `SELECT * FROM ${table}`), query(source, `SELECT * FROM ${table}`), table);
    assert.deepEqual(query(to, 'SELECT * FROM events'), []);
  });
});
