import { existsSync } from 'node:fs';
import { lockDatabase } from '../../recorder/locked-database.js';
import { openForWriting, versionOf } from '../../store/database.js';
import { SCHEMA_VERSION } from '../../store/migration.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';

/** `sstory migrate`: brings a database of an older sstory up to date; a copy of it is kept beside it. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = command(
    'migrate',
    'Bring a database of an older sstory up to date; a copy is kept as FILE.vVERSION.bak.',
  ).option('--db <file>', 'the database', DEFAULT_DATABASE);
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const { db } = parsed.opts<{ db: string }>();
  const lock = lockDatabase(db);
  try {
    const version = versionOf(db);
    openForWriting(db).close();
    const said =
      version === SCHEMA_VERSION
        ? `${db} is of schema version ${version} already`
        : `${db}: schema version ${version} -> ${SCHEMA_VERSION}; as it was: ${latestBackup(db, version)}`;
    process.stderr.write(`sstory: ${said}\n`);
    return 0;
  } finally {
    lock.close();
  }
}

/** The newest copy: copies of one version are numbered from the second on. */
function latestBackup(path: string, version: number): string {
  let latest = `${path}.v${version}.bak`;
  for (let count = 2; existsSync(`${path}.v${version}.${count}.bak`); count++)
    latest = `${path}.v${version}.${count}.bak`;
  return latest;
}
