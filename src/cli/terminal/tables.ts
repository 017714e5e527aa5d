/** The live tables: each runs on the terminal until the user leaves, and resolves with the exit code. */
import type Database from 'better-sqlite3';
import type { HistoryFilter } from '../../query/history-filter.js';
import { inkFor } from '../output/terminal-looks.js';
import { LiveSession } from './live-session.js';
import { type ReplayOptions, ReplaySession } from './replay-session.js';
import { runTable, type TableSession } from './table-loop.js';
import { Terminal } from './terminal.js';

/** `sstory live`. */
export function liveTable(database: Database.Database, filter: HistoryFilter | undefined): Promise<number> {
  return onTerminal(new LiveSession(database, filter, () => Date.now() * 1000));
}

/** `sstory replay`. */
export function replayTable(database: Database.Database, options: ReplayOptions): Promise<number> {
  return onTerminal(new ReplaySession(database, options, performance.now()));
}

function onTerminal(session: TableSession): Promise<number> {
  return runTable(session, new Terminal(process.stdin, process.stdout), inkFor(process.stdout));
}
