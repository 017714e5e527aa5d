import type Database from 'better-sqlite3';
import { inkFor } from '../output/terminal-looks.js';
import { type ReplayOptions, ReplaySession } from './replay-session.js';
import { runTable } from './table-loop.js';
import { Terminal } from './terminal.js';

/** `sstory replay` on a terminal: until it is left. Answers the exit code. */
export function replayTable(database: Database.Database, options: ReplayOptions): Promise<number> {
  const session = new ReplaySession(database, options, performance.now());
  return runTable(session, new Terminal(process.stdin, process.stdout), inkFor(process.stdout));
}
