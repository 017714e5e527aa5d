import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usAt } from '../lab/history.js';
import { Stage } from '../lab/stage.js';
import { Asker, writeSmallHistory } from './asked.js';

describe('a query', () => {
  const stage = new Stage();
  let directory: string;
  let path: string;
  let asker: Asker;
  const ask = (query: string) => asker.ask(query);
  const rows = (query: string) => asker.rows(query);
  const bytes = () => createHash('sha256').update(readFileSync(path)).digest('hex');

  before(async () => {
    directory = await stage.directory();
    path = join(directory, 'history.db');
    writeSmallHistory(path);
    asker = new Asker(path);
  });
  after(async () => {
    asker[Symbol.dispose]();
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

    it("lists those of a time, as commands with --since and --until do: ss('...', since, until)", async () => {
      const ids = async (call: string) => (await rows(`SELECT id FROM ${call}`)).map(({ id }) => id);
      deepEqual(await ids("ss('', 'start+20s')"), [1, 3]);
      deepEqual(await ids("ss('', 'start', 'start+2s')"), [1, 2]);
      deepEqual(await ids(`ss('', ${usAt(71)}, 'end')`), [3]);
      // Was in it then.
      deepEqual(await ids("ss('state syn-sent')"), [1, 2, 3]);
      deepEqual(await ids("ss('state syn-sent', 'start+3500ms', 'start+4s')"), [2]);
      deepEqual(await ids("ss('state time-wait sport = :40001', 'start+69s')"), [1]);
      match((await ask("SELECT * FROM ss('', 'end', 'start')")).failure, /since .* is later than until/);
      match((await ask("SELECT * FROM ss('', 'soon')")).failure, /invalid time "soon"/);
    });

    it('resolves host names as they were in that time', async () => {
      const before = await ask("SELECT count(*) AS n FROM ss('dst moved.example', 'start', 'start+10s')");
      deepEqual([before.rows, before.failure], [[{ n: 0 }], '']);
      match(before.notes.join(), /resolved moved\.example to 10\.0\.0\.9[^,]* from recorded names/);
      const after = await ask("SELECT count(*) AS n FROM ss('dst moved.example', 'start+30s', 'end')");
      deepEqual(after.rows, [{ n: 2 }]);
      match(after.notes.join(), /resolved moved\.example to 10\.0\.0\.2 from recorded names/);
      match((await ask("SELECT id FROM ss('dst moved.example')")).notes.join(), /10\.0\.0\.9.*10\.0\.0\.2/);
    });

    it('notes times that were not recorded, and gaps', async () => {
      match((await ask('SELECT * FROM sockets_at(5)')).notes.join(), /outside the recorded time/);
      match((await ask(`SELECT * FROM sockets_at(${usAt(40.5)})`)).notes.join(), /in a gap \(sequence\)/);
      for (const [times, side] of [
        ["'end+1h'", 'since'],
        ["'start-2h', 'start-1h'", 'until'],
      ] as const) {
        const { notes } = await ask(`SELECT id FROM ss('', ${times})`);
        match(notes.join(), new RegExp(`^ss\\(\\): ${side} \\S+ is outside the recorded time: \\S+ to \\S+$`));
      }
      deepEqual((await ask("SELECT count(*) FROM ss('', 'start-1h', 'end+1h')")).notes, []);
    });
  });

  it('gives values that JSON does not have as they are', async () => {
    const [row] = await rows("SELECT 9e999 AS x, -9223372036854775807 AS y, x'00ff' AS z, 'é😀' AS t");
    deepEqual(row, { x: Infinity, y: -9223372036854775807n, z: Buffer.from([0, 255]), t: 'é😀' });
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

    it('leaves no files behind', () => {
      for (const name of ['other.db', 'copy.db']) ok(!existsSync(name) && !existsSync(join(directory, name)));
    });

    it('allows PRAGMAs that only read', async () => {
      equal((await rows('PRAGMA table_info(gaps)')).length, 7);
      ok((await rows('EXPLAIN QUERY PLAN SELECT * FROM connections WHERE id = 1')).length > 0);
    });
  });

  describe('that is wrong', () => {
    it('is reported with the place of the error, however often its word occurs', async () => {
      const query = `SELECT 1${',\n1'.repeat(20_000)},\n 1 1 1\n`;
      match((await ask(query)).failure, /near "1": syntax error\n 1 1 1\n {3}\^/);
    });

    const wrong: readonly (readonly [string, RegExp])[] = [
      ['SELECT id\nFROM connections WHER id = 1', /near "id": syntax error\nFROM connections WHER id = 1\n {22}\^/],
      ['SELECT remote_prt FROM connections', /no such column: remote_prt\n.*\n.*\^\ndid you mean remote_port\?/],
      ['SELECT * FROM conections', /no such table: conections\n.*\n.*\^\ndid you mean connections\?/],
      ["SELECT * FROM ss('state bogus')", /unknown TCP state "bogus"\nstate bogus\n {6}\^{5}\n/],
      ['SELECT c.id FROM connections c, ss(c.comm)', /the filter of ss\(\) must be a literal in single quotes/],
      ["SELECT ts('bogus')", /invalid time "bogus"/],
      ["SELECT iso('x')", /iso\(\) takes microseconds, not "x"/],
      ['SELECT (1', /incomplete input/],
      ['SELECT ?', /the parameter at "\?" has no value/],
      ['SELECT @a, :b', /the parameter at "@" has no value/],
      ['SELECT $c', /the parameter at "\$c" has no value/],
      ['-- SELECT 1', /the statement is empty/],
      ['SELECT 1\0', /contains a NUL character/],
    ];
    for (const [query, message] of wrong) {
      it(`is reported clearly: ${query}`, async () => {
        match((await ask(query)).failure, message);
      });
    }
  });
});
