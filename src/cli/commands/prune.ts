import { statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import { SstoryError, usageError } from '../../model/error.js';
import { canShrink } from '../../query/history-facts.js';
import { lockDatabase } from '../../recorder/locked-database.js';
import { closeWritten, openForWriting, versionOf } from '../../store/database.js';
import { Pruner } from '../../store/pruner.js';
import { closing } from '../closing.js';
import { declaredCommand } from '../command.js';
import { NEW_DATABASE } from '../default-database.js';
import { interruptible } from '../output/interruption.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';
import { type BoundsArguments, boundsOf, withBounds } from './bounds-options.js';

const STEP_MS = 100;

interface PruneCommandOptions extends BoundsArguments {
  readonly db: string;
}

/** `sstory prune`: deletes the oldest closed connections from a database that is not being recorded into. */
export const run = declaredCommand<PruneCommandOptions>({
  name: 'prune',
  summary: SUMMARIES.prune,
  declare: (parser) => withBounds(parser.option('--db <file>', 'the database', NEW_DATABASE)),
  async run(options) {
    if (options.retain === undefined && options.maxSize === undefined) {
      throw usageError(
        'no-bounds',
        'prune what? Give --retain TIME, --max-size SIZE, or both',
        'for example: --retain 7d --max-size 2GB',
      );
    }
    using _lock = closing(lockDatabase(options.db));
    // An empty file is not filled.
    versionOf(options.db);
    const database = openForWriting(options.db);
    using _database = closing({ close: () => closeWritten(database) });
    await prune(database, options);
    return 0;
  },
});

async function prune(database: Database.Database, options: PruneCommandOptions): Promise<void> {
  // What a recorder that was killed has left in the log counts too.
  database.pragma('wal_checkpoint(TRUNCATE)');
  const before = statSync(options.db).size;
  const { retain, maxSize } = boundsOf(options, options.db);
  const pruner = new Pruner(database, { retainUs: retain, maxBytes: maxSize, sparePages: 0 });
  const nowUs = Date.now() * 1000;
  const done = await interruptible(async (asked) => {
    while (!pruner.work(nowUs, STEP_MS)) {
      if (asked.aborted) return false;
      await turn();
    }
    return true;
  });
  database.pragma('wal_checkpoint(TRUNCATE)');
  const after = statSync(options.db).size;
  const removed = counted(pruner.removed, 'connection');
  say(`${removed} deleted; ${options.db}: ${megabytes(before)} -> ${megabytes(after)}`);
  if (!done)
    throw new SstoryError('interrupted', 'interrupted: the connections counted above are deleted, the rest is kept');
  if (pruner.cannotShrink) {
    throw new SstoryError(
      'cannot-shrink',
      `${options.db} is still larger than --max-size: no closed connections are left to delete`,
    );
  }
  if (!canShrink(database)) {
    throw new SstoryError(
      'no-auto-vacuum',
      `${options.db} cannot shrink: it was made without auto_vacuum, so free pages are reused but not returned`,
      { hint: "sqlite3 FILE 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM' changes that" },
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
