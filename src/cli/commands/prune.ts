import { statSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { counted } from '../../model/counted.js';
import { SstoryError, usageError } from '../../model/error.js';
import type { BoundsOptions } from '../../recorder/bounds.js';
import { lockDatabase } from '../../recorder/locked-database.js';
import { openForWriting } from '../../store/database.js';
import { Pruner } from '../../store/pruner.js';
import { command, DEFAULT_DATABASE, parseWords } from '../command.js';
import { interruptible } from '../output/interruption.js';
import { withBounds } from './bounds-options.js';

const STEP_MS = 100;

interface PruneCommandOptions extends BoundsOptions {
  readonly db: string;
}

/** `sstory prune`: takes the oldest closed connections out of a database that nobody records into. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = withBounds(
    command('prune', 'Take the oldest closed connections out of a database, and shrink it.').option(
      '--db <file>',
      'the database',
      DEFAULT_DATABASE,
    ),
  );
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<PruneCommandOptions>();
  if (options.retain === undefined && options.maxSize === undefined) {
    throw usageError(
      'no-bounds',
      'prune what? Give --retain TIME, --max-size SIZE, or both',
      'for example: --retain 7d --max-size 2GB',
    );
  }
  const lock = lockDatabase(options.db);
  try {
    const database = openForWriting(options.db);
    try {
      await prune(database, options);
    } finally {
      database.close();
    }
  } finally {
    lock.close();
  }
  return 0;
}

async function prune(database: Database.Database, options: PruneCommandOptions): Promise<void> {
  const before = statSync(options.db).size;
  const pruner = new Pruner(database, { retainUs: options.retain, maxBytes: options.maxSize, sparePages: 0 });
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
  process.stderr.write(
    `sstory: ${counted(pruner.removed, 'connection')} taken out; ${options.db}: ${megabytes(before)} -> ${megabytes(after)}\n`,
  );
  if (!done) throw new SstoryError('interrupted', 'interrupted: what was taken out so far is out, the rest is left');
  if (pruner.cannotShrink) {
    throw new SstoryError(
      'cannot-shrink',
      `${options.db} is still larger than --max-size: what is left is open, or not of a closed connection`,
    );
  }
  if (database.pragma('auto_vacuum', { simple: true }) === 0) {
    throw new SstoryError(
      'no-auto-vacuum',
      `${options.db} was not made to shrink: its free pages are used again, but not given back`,
      {
        hint: "sqlite3 FILE 'PRAGMA auto_vacuum = INCREMENTAL; VACUUM' changes that",
      },
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
