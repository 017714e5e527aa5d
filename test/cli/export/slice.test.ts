import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openForReading, openForWriting } from '../../../src/store/database.js';
import { NameWriter } from '../../../src/store/name-writer.js';
import { boundOf, connectionOf, sampleOf, usAt, writeHistory } from '../../lab/history.js';
import { query, sstory } from '../../lab/sstory.js';
import { Stage } from '../../lab/stage.js';
import { contentOf } from '../../recording-file/generated-history.js';

const SECRETS = /10\.0\.0\.[129]|java|kafka|secret|lab|fe80::9/;

describe('sstory export --format sqlite', () => {
  const stage = new Stage();
  let directory: string;
  let db: string;
  let made = 0;

  before(async () => {
    directory = await stage.directory();
    db = join(directory, 'history.db');
    const life = (id: number, atS: number) =>
      connectionOf(id, [
        [atS, 'SYN-SENT'],
        [atS + 1, 'ESTAB'],
        [atS + 5, 'UNCONN'],
      ]);
    const other = {
      family: 4,
      localAddr: '10.0.0.1',
      localPort: 40_003,
      remoteAddr: '10.0.0.9',
      remotePort: 80,
    } as const;
    writeHistory(db, {
      connections: [
        life(1, 10),
        life(2, 48),
        { ...life(3, 52), tuple: other },
        life(4, 80),
        connectionOf(5, [[1, 'ESTAB']]),
      ],
      events: [
        { connectionId: 2, atUs: usAt(49), kind: 'retransmit', detail: 'data' },
        { connectionId: undefined, atUs: usAt(50), kind: 'reset', detail: 'sent NO_SOCKET 10.0.0.1:80 [fe80::9]:5' },
      ],
      samples: [sampleOf(2, usAt(50), { device: 'secret0', sendQ: 7 })],
      owners: [{ connectionId: 3, pid: 77, fd: 5, comm: 'secret', fromUs: usAt(53), toUs: usAt(54) }],
      threads: [
        { pid: 77, tid: 78, comm: 'secret', fromUs: usAt(53), toUs: undefined, seenUs: undefined, ownFiles: true },
      ],
      bound: [
        {
          ...boundOf(9, { fromUs: usAt(50), toUs: undefined }),
          localAddr: '10.0.0.1',
          holders: '[{"comm":"secret"}]',
          details: '{"device":"secret0","recv_q":0}',
        },
      ],
      namespaces: [{ netns: 1, fromUs: usAt(0), toUs: undefined, netCookie: undefined, name: 'secret' }],
      gaps: [
        { fromUs: usAt(20), toUs: usAt(21) },
        { fromUs: usAt(54), toUs: usAt(56) },
      ],
    });
    const writer = openForWriting(db);
    const name = { name: 'kafka.test', address: '10.0.0.2', fromUs: usAt(1), toUs: undefined } as const;
    new NameWriter(writer).write([{ ...name, source: 'dns', netns: 1, ended: undefined }]);
    writer.prepare("INSERT INTO cgroup (id, path) VALUES (9, '/secret')").run();
    writer.close();
  });
  after(() => stage[Symbol.asyncDispose]());

  const iso = (seconds: number) => new Date(usAt(seconds) / 1_000).toISOString();
  const slice = async (...words: string[]) => {
    const file = join(directory, `${++made}.db`);
    const outcome = await sstory('export', '--db', db, '-o', file, ...words);
    equal(outcome.exitCode, 0, outcome.stderr);
    return file;
  };
  const idsIn = (file: string) =>
    query<{ id: number }>(file, 'SELECT id FROM connections ORDER BY id').map(({ id }) => id);
  const contentIn = (file: string) => {
    const database = openForReading(file);
    try {
      return contentOf(database);
    } finally {
      database.close();
    }
  };

  it('writes the whole history, row by row', async () => {
    deepEqual(contentIn(await slice()), contentIn(db));
  });

  it('writes what existed in a time range, with its gaps, and nothing is recorded in it at other times', async () => {
    const file = await slice('--since', iso(50), '--until', iso(60));
    deepEqual(idsIn(file), [2, 3, 5]);
    deepEqual(query(file, 'SELECT from_us FROM gaps'), [{ from_us: usAt(54) }]);
    deepEqual(query(file, 'SELECT started_us, last_us, ended_us, "end" FROM runs'), [
      { started_us: usAt(50), last_us: usAt(60), ended_us: usAt(60), end: 'the export ends here' },
    ]);
    match((await sstory('ss', '-ta', '--at', iso(70), '--db', file)).stderr, /is outside the recorded time/);
    match((await sstory('info', '--db', file)).stdout, /exported in part: 2026-11-18/);
  });

  it('writes what a filter selects', async () => {
    const file = await slice('dst', '10.0.0.9');
    deepEqual(idsIn(file), [3]);
    match(
      query<{ notes: string }>(file, 'SELECT notes FROM runs')[0]?.notes ?? '',
      /exported in part: only dst 10\.0\.0\.9/,
    );
  });

  it('is read by every command', async () => {
    const file = await slice('--since', iso(45));
    for (const words of [
      ['log'],
      ['timeline'],
      ['ss', '-tan', '--at', 'end'],
      ['count'],
      ['top'],
      ['names'],
      ['info'],
      ['check'],
      ['explain', '--all'],
      ['diff', 'start', 'end'],
      ['export'],
      ['sql', 'SELECT 1'],
    ]) {
      const { exitCode, stderr } = await sstory(...words, '--db', file);
      equal(exitCode, 0, `${words.join(' ')}: ${stderr}`);
    }
  });

  it('leaves a file alone that is there, and nothing where it fails', async () => {
    const file = join(directory, 'there.db');
    writeFileSync(file, 'before');
    const there = await sstory('export', '--db', db, '-o', file);
    equal(there.exitCode, 2);
    match(there.stderr, /there\.db exists already/);
    equal(readFileSync(file, 'utf8'), 'before');
    equal((await sstory('export', '--db', db, '--format', 'sqlite')).exitCode, 2);
    const place = join(directory, 'no', 'such.db');
    equal((await sstory('export', '--db', db, '-o', place)).exitCode, 1);
    ok(!existsSync(place));
    deepEqual(
      readdirSync(directory).filter((name) => name.includes('.part')),
      [],
    );
  });

  describe('--redact', () => {
    it('leaves no address and no name in a database, and keeps the rest', async () => {
      const file = await slice('--redact', 'dst', '10.0.0.2', 'or', 'dst', '10.0.0.9');
      doesNotMatch(readFileSync(file, 'latin1').replaceAll(/CREATE [^\0]*/g, ''), SECRETS);
      equal((await sstory('check', '--db', file)).exitCode, 0);
      const rows = query<{ id: number; remote_addr: string; remote_port: number; comm: string | null }>(
        file,
        'SELECT id, remote_addr, remote_port, comm FROM connections ORDER BY id',
      );
      deepEqual(
        rows.map(({ id, remote_port, comm }) => [id, remote_port, comm]),
        [
          [1, 9_200, null],
          [2, 9_200, null],
          [3, 80, null],
          [4, 9_200, null],
          [5, 9_200, null],
        ],
      );
      equal(new Set(rows.map(({ remote_addr }) => remote_addr)).size, 2);
      equal(rows[0]?.remote_addr, rows[1]?.remote_addr);
    });

    it('leaves none in tables, in their events and in recording files', async () => {
      for (const what of [
        'connections',
        'transitions',
        'owners',
        'events',
        'samples',
        'runs',
        'namespaces',
        'threads',
        'bound',
      ]) {
        const { stdout, exitCode } = await sstory(
          'export',
          '--db',
          db,
          '--redact',
          '--what',
          what,
          '--format',
          'jsonl',
        );
        equal(exitCode, 0);
        ok(stdout.length > 0);
        doesNotMatch(stdout, SECRETS, what);
      }
      const file = join(directory, 'redacted.sst');
      equal((await sstory('export', '--db', db, '--redact', '-o', file)).exitCode, 0);
      const imported = join(directory, 'imported.db');
      equal((await sstory('import', file, '--db', imported)).exitCode, 0);
      doesNotMatch((await sstory('log', '--json', '--db', imported)).stdout, SECRETS);
      deepEqual(query(imported, 'SELECT host, notes FROM runs'), [{ host: 'redacted', notes: '' }]);
      equal((await sstory('export', '--db', db, '--redact', '--what', 'names')).exitCode, 2);
    });

    it('agrees with another export of the same key', async () => {
      const keyFile = join(directory, 'key');
      writeFileSync(keyFile, 'sixteen bytes of secret key');
      const words = ['export', '--db', db, '--what', 'connections', '--redact'];
      const first = await sstory(...words, '--redact-key-file', keyFile);
      equal(first.stdout, (await sstory(...words, '--redact-key-file', keyFile)).stdout);
      ok(first.stdout !== (await sstory(...words)).stdout);
      writeFileSync(keyFile, 'short');
      match((await sstory(...words, '--redact-key-file', keyFile)).stderr, /has 5 bytes: a key needs at least 16/);
      match((await sstory(...words, '--redact-key-file', '/nonexistent')).stderr, /make a key: head -c 32/);
      equal((await sstory('export', '--db', db, '--redact-key-file', keyFile)).exitCode, 2);
    });
  });
});
