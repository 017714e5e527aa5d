import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MEMORY } from '../../src/model/sample-columns.js';
import { closeWritten, openForReading, openForWriting, versionOf } from '../../src/store/database.js';
import { SCHEMA_VERSION } from '../../src/store/migration.js';
import { MIGRATIONS } from '../../src/store/migrations/migrations.js';
import { PREVIOUS_VERSION } from '../../src/store/previous-schema.js';
import { Database } from '../../src/store/sqlite.js';
import { BASE_US } from '../lab/history.js';
import { query, sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';
import { digestOf, writeVersion } from './versions.js';

const EARLIER = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);

/** What every fixture's connections are, as the public views show them. */
const CONNECTIONS = [
  '1 LISTEN before-recording null nginx 0.0.0.0:9200 > 0.0.0.0:0',
  '2 UNCONN connect orderly java 10.0.0.1:40002 > 10.0.0.2:9200',
  '3 UNCONN connect refused java 10.0.0.1:40003 > 10.0.0.3:9200',
  '4 UNCONN connect timed out java 10.0.0.1:40004 > 10.0.0.4:9200',
  '5 UNCONN connect reset by peer java 2001:db8::1:40005 > 2001:db8::2:443',
  '6 ESTAB accept null nginx ::ffff:10.0.0.1:9200 > ::ffff:10.0.0.9:51000',
  '7 UNCONN before-recording unknown java 10.0.0.1:40007 > 10.0.0.7:22',
  '8 UNCONN connect aborted java 10.0.0.1:40008 > 10.0.0.8:80',
  '9 UNCONN connect destroyed java 10.0.0.1:40009 > 10.0.0.8:80',
  '10 UNCONN connect unreachable java 10.0.0.1:40010 > 10.0.1.1:80',
  '11 UNCONN connect failed java 10.0.0.1:0 > 10.0.1.2:80',
  '12 UNCONN listen orderly java 127.0.0.1:8080 > 0.0.0.0:0',
  '13 ESTAB unknown null null 10.0.0.1:40013 > 10.0.0.2:9200',
];

/** Those of connections 2 and 7: an observed life with the end of its TIME-WAIT, and one that snapshots inferred. */
const TRANSITIONS = [
  '2 +1000000 UNCONN > SYN-SENT probe null',
  '2 +1000100 SYN-SENT > ESTAB probe null',
  '2 +2000000 ESTAB > FIN-WAIT-1 probe null',
  '2 +2100000 FIN-WAIT-1 > FIN-WAIT-2 probe null',
  '2 +2200000 FIN-WAIT-2 > TIME-WAIT probe null',
  '2 +62200000 TIME-WAIT > UNCONN timer null',
  '7 +8000000 UNCONN > ESTAB snapshot 0',
  '7 +40000000 ESTAB > CLOSE-WAIT snapshot 1795000039000000',
  '7 +50000000 CLOSE-WAIT > UNCONN snapshot 1795000049000000',
];

function readFixture(path: string): { readonly connections: string[]; readonly transitions: string[] } {
  const connections = query<Record<string, string | number | null>>(path, 'SELECT * FROM connections ORDER BY id').map(
    (c) =>
      `${c['id']} ${c['state']} ${c['origin']} ${c['close_reason']} ${c['comm']} ` +
      `${c['local_addr']}:${c['local_port']} > ${c['remote_addr']}:${c['remote_port']}`,
  );
  const transitions = query<Record<string, string | number | null>>(
    path,
    'SELECT * FROM transitions WHERE connection_id IN (2, 7) ORDER BY connection_id',
  ).map(
    (t) =>
      `${t['connection_id']} +${Number(t['at_us']) - BASE_US} ${t['old_state']} > ${t['new_state']} ` +
      `${t['source']} ${t['not_before_us']}`,
  );
  return { connections, transitions };
}

/** All rows of all tables of a file. */
function contentOf(path: string): Record<string, unknown[]> {
  const database = new Database(path, { readonly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all() as string[];
    return Object.fromEntries(tables.map((name) => [name, database.prepare(`SELECT * FROM ${name}`).all()]));
  } finally {
    database.close();
  }
}

/** Without white space: it differs in the text of a table that ALTER TABLE has added a column to. */
function schemaOf(path: string): unknown {
  const database = new Database(path, { readonly: true });
  try {
    const rows = database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all() as {
      readonly type: string;
      readonly name: string;
      readonly sql: string | null;
    }[];
    return rows.map(({ sql, ...row }) => ({ ...row, sql: sql?.replace(/\s+/g, ' ').replace(/ ?([(),]) ?/g, '$1') }));
  } finally {
    database.close();
  }
}

/** What rows of earlier versions have in the columns that they lacked. */
const LATER_COLUMNS: Readonly<Record<string, object>> = {
  gaps: { scope: 'transitions' },
  runs: { initial_netns: null, behind_us: null, backlog_bytes: null },
  snapshots: { complete: 1, next_us: null, owners: 0 },
  owner: { tid: 0, seen_us: null },
  cgroup: { container: null, pod: null, unit: 'kafka.service' },
};

/** Samples lacked many columns, which have no value; what was a text of the socket memory is in columns of its own. */
function laterNulls(table: string, row: object = {}): object {
  return table === 'samples'
    ? Object.fromEntries(
        Object.entries(row).filter(
          ([column, value]) => value === null || MEMORY.some((word) => word.column === column),
        ),
      )
    : {};
}

describe('a database of an earlier schema version', () => {
  const stage = new Stage();
  let directory: string;
  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  for (const version of EARLIER) {
    describe(`(${version})`, () => {
      it('is rejected by commands that only read, except the version before: they name the way out and do not change it', async () => {
        if (version === PREVIOUS_VERSION) return;
        const path = join(directory, `read-${version}.db`);
        writeVersion(path, version);
        const before = digestOf(path);
        for (const words of [['log'], ['ss', '--at', 'end'], ['check']]) {
          const { exitCode, stdout, stderr } = await sstory(...words, '--db', path);
          equal(exitCode, 1, stderr);
          equal(stdout, '');
          match(stderr, new RegExp(`has schema version ${version}, this sstory reads ${SCHEMA_VERSION}`));
          match(stderr, /sstory migrate --db/);
        }
        equal(digestOf(path), before);
        equal(existsSync(`${path}.v${version}.bak`), false);
      });

      it('is migrated by `sstory migrate`, after a private copy of it was made', async () => {
        const path = join(directory, `migrated-${version}.db`);
        writeVersion(path, version);
        const content = contentOf(path);
        const { exitCode, stderr } = await sstory('migrate', '--db', path);
        equal(exitCode, 0, stderr);
        match(
          stderr,
          new RegExp(`schema version ${version} -> ${SCHEMA_VERSION}; copy of the old file: .*\\.v${version}\\.bak`),
        );
        equal(versionOf(path), SCHEMA_VERSION);
        const backup = `${path}.v${version}.bak`;
        deepEqual(contentOf(backup), content);
        equal(statSync(backup).mode & 0o777, 0o600);
        for (const [table, rows] of Object.entries(content)) {
          // It has the same connections in another form; `check` compares it with them.
          if (table === 'closed_life') continue;
          const now = query<object>(path, `SELECT * FROM ${table}`);
          deepEqual(
            now,
            rows.map((row, index) => ({
              ...(LATER_COLUMNS[table] ?? laterNulls(table, now[index])),
              ...(row as object),
            })),
            table,
          );
        }
        deepEqual(readFixture(path), { connections: CONNECTIONS, transitions: TRANSITIONS });
        const fresh = join(directory, `fresh-${version}.db`);
        openForWriting(fresh).close();
        deepEqual(schemaOf(path), schemaOf(fresh));
        const { stdout } = await sstory('check', '--db', path);
        match(stdout, /ok, 13 connections/);
        match((await sstory('log', '--db', path)).stdout, /SYN-SENT/);
      });

      it('is migrated by every command that writes; an older copy is kept', () => {
        const path = join(directory, `written-${version}.db`);
        writeVersion(path, version);
        writeFileSync(`${path}.v${version}.bak`, 'an older copy');
        openForWriting(path).close();
        equal(versionOf(path), SCHEMA_VERSION);
        equal(readFileSync(`${path}.v${version}.bak`, 'utf8'), 'an older copy');
        ok(existsSync(`${path}.v${version}.2.bak`));
      });

      it('is unchanged if its migration fails', () => {
        const path = join(directory, `failing-${version}.db`);
        writeVersion(path, version);
        const database = new Database(path);
        database.exec(`CREATE TABLE ${version < 4 ? 'closed_through' : 'earlier_life'} (mine TEXT)`);
        database.close();
        const content = contentOf(path);
        throws(() => openForWriting(path), { code: 'cannot-migrate' });
        equal(versionOf(path), version);
        deepEqual(contentOf(path), content);
        deepEqual(
          readdirSync(directory).filter((name) => name.startsWith(`failing-${version}.db.v`)),
          [],
        );
      });
    });
  }

  it('is not migrated if it has this version already', async () => {
    const path = join(directory, 'current.db');
    writeVersion(path, SCHEMA_VERSION);
    const { exitCode, stderr } = await sstory('migrate', '--db', path);
    equal(exitCode, 0);
    match(stderr, new RegExp(`already has schema version ${SCHEMA_VERSION}`));
    deepEqual(
      readdirSync(directory).filter((name) => name.startsWith('current') && name.endsWith('.bak')),
      [],
    );
  });
});

describe('a released migration', () => {
  const RELEASED = [
    '69c9dea774a252eafc853da04651ff97f15c4172663c2d7220c5fd57cb1dec9d',
    '4a8868ed6e3d3ceb3f1bb5849c08efdca900fd1b49b5e6a5b6aec82462115ee8',
    '0ed86d0f73a75c498f61da7254f596e7ad12a333b5c7723681d20cfc3de45985',
    'f6eea1790afaed27a775038b4947213f9987155bf3760215f998e87247f5d608',
  ];

  it('never changes: databases have been migrated by exactly this text', () => {
    const digests = MIGRATIONS.map((sql) => createHash('sha256').update(sql).digest('hex'));
    deepEqual(digests.slice(0, RELEASED.length), RELEASED);
  });
});

describe('a database of this schema version that an earlier sstory wrote', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('is read as it is', async () => {
    const path = join(await stage.directory(), `v${SCHEMA_VERSION}.db`);
    writeVersion(path, SCHEMA_VERSION);
    deepEqual(readFixture(path), { connections: CONNECTIONS, transitions: TRANSITIONS });
    const { stdout, stderr } = await sstory('ss', '-tan', '--at', '@1795000008', '--db', path);
    match(stdout, /ESTAB.*\[::ffff:10\.0\.0\.1\]:9200 +\[::ffff:10\.0\.0\.9\]:51000/, stderr);
    match(stdout, /SYN-SENT.*10\.0\.0\.1:40004 +10\.0\.0\.4:9200/);
  });
});

describe('one of the first databases of version 4', () => {
  const stage = new Stage();
  after(() => stage[Symbol.asyncDispose]());

  it('has no threads, counts, bound sockets and timewaits for a reader, which leaves it as it is', async () => {
    const path = join(await stage.directory(), 'unread.db');
    writeVersion(path, PREVIOUS_VERSION);
    const before = digestOf(path);
    const database = openForReading(path);
    for (const table of ['threads', 'sockstat', 'bound', 'timewaits'])
      equal(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), 0);
    database.close();
    for (const flag of ['-tanT', '-s', '-tanB', '-tane']) {
      const { exitCode, stderr } = await sstory('ss', flag, '--at', '@1795000008', '--db', path);
      equal(exitCode, 0, stderr);
    }
    equal(digestOf(path), before);
  });

  it('gets what it lacks when it is migrated: the order in which connections ended, threads, counts, bound sockets', async () => {
    const path = join(await stage.directory(), 'early.db');
    writeVersion(path, PREVIOUS_VERSION);
    for (let time = 1; time <= 2; time++) closeWritten(openForWriting(path));
    const database = openForReading(path);
    const ended = database.prepare('SELECT count(*) FROM connections WHERE closed_us IS NOT NULL').pluck().get();
    deepEqual(database.prepare('SELECT sum(count), max(seq) FROM closings').raw().get(), [ended, ended]);
    database.close();
    const fresh = join(await stage.directory(), 'fresh.db');
    openForWriting(fresh).close();
    deepEqual(schemaOf(path), schemaOf(fresh));
  });
});

describe('a file that this sstory does not support', () => {
  const stage = new Stage();
  let directory: string;
  before(async () => {
    directory = await stage.directory();
  });
  after(() => stage[Symbol.asyncDispose]());

  const COMMANDS = [
    ['log'],
    ['migrate'],
    ['prune', '--retain', '1d'],
    ['record', '--source', 'diag', '--duration', '1s'],
  ];

  /** The commands reject it, and do not change a byte of it. */
  async function refused(path: string, said: RegExp): Promise<void> {
    const before = digestOf(path);
    for (const words of COMMANDS) {
      const { exitCode, stderr } = await sstory(...words, '--db', path);
      equal(exitCode, 1, `${words[0]}: ${stderr}`);
      match(stderr, said);
    }
    equal(digestOf(path), before);
    throws(() => openForWriting(path));
    throws(() => openForReading(path));
    equal(digestOf(path), before);
  }

  it('is rejected by its version if a newer sstory wrote it', async () => {
    const path = join(directory, 'newer.db');
    writeVersion(path, SCHEMA_VERSION);
    const database = new Database(path);
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    await refused(path, new RegExp(`has schema version ${SCHEMA_VERSION + 1}, this sstory reads ${SCHEMA_VERSION}`));
  });

  it('is rejected unchanged if it is a database of another program', async () => {
    const path = join(directory, 'other.db');
    const database = new Database(path);
    database.exec("CREATE TABLE letters (text TEXT); INSERT INTO letters VALUES ('dear')");
    database.close();
    await refused(path, /is not an sstory database/);
  });

  it('is rejected unchanged if another program has it open in WAL mode', async () => {
    const path = join(directory, 'wal.db');
    const database = new Database(path);
    database.pragma('journal_mode = WAL');
    database.exec("CREATE TABLE letters (text TEXT); INSERT INTO letters VALUES ('dear')");
    const log = digestOf(`${path}-wal`);
    await refused(path, /is not an sstory database/);
    equal(digestOf(`${path}-wal`), log);
    database.close();
  });

  it('is rejected unchanged if it is not a database', async () => {
    const path = join(directory, 'letters.txt');
    writeFileSync(path, 'dear reader\n'.repeat(1_000));
    await refused(path, /is not an sstory database/);
  });
});
