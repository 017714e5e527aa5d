import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { PREVIOUS_VERSION } from '../../src/store/previous-schema.js';
import { Database } from '../../src/store/sqlite.js';
import { Served } from '../lab/served.js';
import { sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { digestOf, writePrevious, writeVersion } from './versions.js';

describe('a database of the schema version before', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  /** Each reads another table, or by another way: lives, ports, open ones, the whole table. */
  const READERS = [
    ['ss', '-tan', '--at', '@1795000008'],
    ['ss', '-tan', '--at', '@1795000008', 'dst', '10.0.0.4:9200'],
    ['log', 'dport', '=', ':9200'],
    ['log', '-n', '5'],
    ['log', '-r'],
    ['top'],
    ['top', '--by', 'name'],
    ['top', '--by', 'container'],
    ['log', 'src', '10.0.0.1:40002', 'dst', '10.0.0.2:9200'],
    ['explain', 'dst', '10.0.0.4'],
    ['timeline', 'dst', '10.0.0.2'],
    ['timeline', '--json'],
    ['sql', 'SELECT * FROM connections ORDER BY id'],
    ['sql', "SELECT id FROM ss('dport = :9200') ORDER BY id"],
    ['sql', 'SELECT connection_id FROM connections_by_port WHERE remote_port = 9200 ORDER BY 1'],
    ['export', '--format', 'csv'],
    ['export', '--format', 'perfetto'],
    ['metrics', '--label', 'comm', '--label', 'port'],
    ['count', '--by', 'state'],
    ['check'],
  ];

  /** Without what differs between two files and moments. */
  const compared = (text: string, path: string) =>
    text.replaceAll(path, '').replaceAll(/^sstory_(db_bytes|behind_seconds) .*$/gm, '');

  it('is read without a change, and gives the same answers as after its migration', async () => {
    const directory = await stage.directory();
    const { path, migrated } = writePrevious(directory);
    const before = digestOf(path);
    for (const words of READERS) {
      const answer = await sstory(...words, '--db', path);
      equal(answer.exitCode, 0, `${words.join(' ')}: ${answer.stderr}`);
      const expected = await sstory(...words, '--db', migrated);
      equal(compared(answer.stdout, path), compared(expected.stdout, migrated), words.join(' '));
      ok(answer.stdout.length > 0, words.join(' '));
    }
    equal(digestOf(path), before);
  });

  it('is checked for closed connections that queries would not find', async () => {
    const path = join(await stage.directory(), 'lacking.db');
    writeVersion(path, PREVIOUS_VERSION);
    const database = new Database(path);
    database.exec(
      'UPDATE closed_life SET to_us = to_us - 1 WHERE connection_id = (SELECT min(connection_id) FROM closed_life)',
    );
    database.close();
    const { exitCode, stdout } = await sstory('check', '--db', path);
    equal(exitCode, 1);
    match(stdout, /^index: closed_life lacks 1 connection, the first is \d+$/m);
    match(stdout, /^index: closed_life has 1 row that match no connection, the first of \d+$/m);
  });

  it('is answered about by a server that was started before its migration, and goes on after it', async () => {
    const path = join(await stage.directory(), 'served.db');
    writeVersion(path, PREVIOUS_VERSION);
    const served = stage.use(await Served.start(path, '--metrics', '127.0.0.1:0'));
    const answers = async () => {
      const window = 'from=1795000000000000&to=1795000100000000';
      const sql = 'SELECT connection_id, state FROM sockets_at(1795000008000000) ORDER BY 1';
      return [
        await served.json(`/api/log?${window}`),
        await served.json(`/api/overview?${window}`),
        await served.json('/api/ss?at=1795000008000000'),
        (await served.lines('/api/sql', { method: 'POST', body: JSON.stringify({ sql }) }))[1],
        (await served.get('/metrics')).body.replaceAll(/^(#|sstory_(db_bytes|behind|scrape)).*\n/gm, ''),
      ];
    };
    const before = await answers();
    equal((await sstory('migrate', '--db', path)).exitCode, 0);
    deepEqual(await answers(), before);
  });
});
