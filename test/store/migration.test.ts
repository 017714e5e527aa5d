import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openForReading, openForWriting, versionOf } from '../../src/store/database.js';
import { APPLICATION_ID, SCHEMA_VERSION } from '../../src/store/migration.js';
import { MIGRATIONS } from '../../src/store/migrations/migrations.js';
import { HistoryWriter } from '../../src/store/writer.js';
import { batchOf, connectionOf, usAt } from '../lab/history.js';
import { sstory } from '../lab/sstory.js';
import { Stage } from '../lab/stage.js';

const EARLIER = Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1);

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A database as an sstory of that schema version left it, with a recording in it. */
function writeVersion(path: string, version: number): void {
  const database = new Database(path);
  database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('journal_mode = WAL');
  for (const migration of MIGRATIONS.slice(0, version)) database.exec(migration);
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${version}`);
  new HistoryWriter(database).write(
    batchOf({
      connections: [
        connectionOf(1, [
          [10, 'SYN-SENT'],
          [14.5, 'UNCONN'],
        ]),
        connectionOf(2, [
          [20, 'SYN-SENT'],
          [21, 'ESTAB'],
        ]),
      ],
      events: [{ connectionId: 1, atUs: usAt(11), kind: 'retransmit', detail: 'SYN' }],
      gaps: [{ fromUs: usAt(3), toUs: usAt(4) }],
    }),
    usAt(21),
  );
  database.exec(
    `INSERT INTO runs (host, boot_id, kernel, sstory, source, interval_us, pid, started_us, last_us, clock_offset_us)
     VALUES ('lab', 'boot', '6.1', '0', 'bpf', 1000000, 7, ${usAt(0)}, ${usAt(30)}, 0)`,
  );
  if (version >= 2)
    database.exec(`INSERT INTO names VALUES ('db.test', '10.0.0.2', ${usAt(1)}, ${usAt(90)}, 'dns', 1, NULL)`);
  if (version >= 3)
    database.exec(`INSERT INTO prunings (at_us, through_us, connections, reason) VALUES (9, 8, 7, 'retain')`);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
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

function schemaOf(path: string): unknown {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all();
  } finally {
    database.close();
  }
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
      it('is refused to commands that only read, which name the way out and leave it as it is', async () => {
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
        match(stderr, new RegExp(`schema version ${version} -> ${SCHEMA_VERSION}; as it was: .*\\.v${version}\\.bak`));
        equal(versionOf(path), SCHEMA_VERSION);
        const backup = `${path}.v${version}.bak`;
        deepEqual(contentOf(backup), content);
        equal(statSync(backup).mode & 0o777, 0o600);
        const now = contentOf(path);
        for (const [table, rows] of Object.entries(content)) deepEqual(now[table], rows, table);
        const fresh = join(directory, `fresh-${version}.db`);
        openForWriting(fresh).close();
        deepEqual(schemaOf(path), schemaOf(fresh));
        const { stdout } = await sstory('check', '--db', path);
        match(stdout, /ok, 2 connections/);
        match((await sstory('log', '--db', path)).stdout, /SYN-SENT/);
      });

      it('is migrated by whatever writes; an older copy is kept', () => {
        const path = join(directory, `written-${version}.db`);
        writeVersion(path, version);
        writeFileSync(`${path}.v${version}.bak`, 'an older copy');
        openForWriting(path).close();
        equal(versionOf(path), SCHEMA_VERSION);
        equal(readFileSync(`${path}.v${version}.bak`, 'utf8'), 'an older copy');
        ok(existsSync(`${path}.v${version}.2.bak`));
      });

      it('is left as it was where a migration fails', () => {
        const path = join(directory, `failing-${version}.db`);
        writeVersion(path, version);
        const database = new Database(path);
        database.exec('CREATE TABLE prunings (mine TEXT)');
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

  it('needs nothing where it is of this version', async () => {
    const path = join(directory, 'current.db');
    writeVersion(path, SCHEMA_VERSION);
    const { exitCode, stderr } = await sstory('migrate', '--db', path);
    equal(exitCode, 0);
    match(stderr, new RegExp(`is of schema version ${SCHEMA_VERSION} already`));
    deepEqual(
      readdirSync(directory).filter((name) => name.startsWith('current') && name.endsWith('.bak')),
      [],
    );
  });
});

describe('a file that this sstory cannot know', () => {
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

  /** The commands refuse it, and leave it byte for byte as it is. */
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

  it('is refused by its version when a newer sstory wrote it', async () => {
    const path = join(directory, 'newer.db');
    writeVersion(path, SCHEMA_VERSION);
    const database = new Database(path);
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    await refused(path, new RegExp(`has schema version ${SCHEMA_VERSION + 1}, this sstory knows ${SCHEMA_VERSION}`));
  });

  it('is refused untouched when it is a database of another program', async () => {
    const path = join(directory, 'other.db');
    const database = new Database(path);
    database.exec("CREATE TABLE letters (text TEXT); INSERT INTO letters VALUES ('dear')");
    database.close();
    await refused(path, /is no sstory database/);
  });

  it('is refused untouched when another program keeps it in WAL mode, and has it open', async () => {
    const path = join(directory, 'wal.db');
    const database = new Database(path);
    database.pragma('journal_mode = WAL');
    database.exec("CREATE TABLE letters (text TEXT); INSERT INTO letters VALUES ('dear')");
    const log = digestOf(`${path}-wal`);
    await refused(path, /is no sstory database/);
    equal(digestOf(`${path}-wal`), log);
    database.close();
  });

  it('is refused untouched when it is no database at all', async () => {
    const path = join(directory, 'letters.txt');
    writeFileSync(path, 'dear reader\n'.repeat(1_000));
    await refused(path, /is no sstory database/);
  });
});
