import { existsSync } from 'node:fs';
import { lockDatabase } from '../../recorder/locked-database.js';
import { closeWritten, openForWriting, versionOf } from '../../store/database.js';
import { SCHEMA_VERSION } from '../../store/migration.js';
import { closing } from '../closing.js';
import { declaredCommand } from '../command.js';
import { NEW_DATABASE } from '../default-database.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';

/** `sstory migrate`: upgrades a database that an older sstory wrote, and keeps a copy beside it. */
export const run = declaredCommand<{ readonly db: string }>({
  name: 'migrate',
  summary: SUMMARIES.migrate,
  declare: (parser) =>
    parser.option('--db <file>', 'the database', NEW_DATABASE).addHelpText('after', '\nThe copy is FILE.vVERSION.bak.'),
  async run({ db }) {
    using _lock = closing(lockDatabase(db));
    const version = versionOf(db);
    closeWritten(openForWriting(db));
    say(
      version === SCHEMA_VERSION
        ? `${db} already has schema version ${version}`
        : `${db}: schema version ${version} -> ${SCHEMA_VERSION}; copy of the old file: ${latestBackup(db, version)}`,
    );
    return 0;
  },
});

/** The newest copy: copies of one version are numbered from the second on. */
function latestBackup(path: string, version: number): string {
  let latest = `${path}.v${version}.bak`;
  for (let count = 2; existsSync(`${path}.v${version}.${count}.bak`); count++)
    latest = `${path}.v${version}.${count}.bak`;
  return latest;
}
