import type Database from 'better-sqlite3';
import type { HistoryFilter } from '../../query/history-filter.js';
import { inkFor } from '../output/terminal-looks.js';
import { LiveSession } from './live-session.js';
import { runTable } from './table-loop.js';
import { Terminal } from './terminal.js';

/** `sstory live` on a terminal: until it is left. Answers the exit code. */
export function liveTable(database: Database.Database, filter: HistoryFilter | undefined): Promise<number> {
  const session = new LiveSession(database, filter, () => Date.now() * 1000);
  return runTable(session, new Terminal(process.stdin, process.stdout), inkFor(process.stdout));
}
