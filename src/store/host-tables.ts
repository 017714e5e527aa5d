import type Database from 'better-sqlite3';
import type { SockstatRecord } from '../model/sockstat.js';
import type { ThreadRecord } from '../model/thread.js';
import { columnValues } from './history-tables.js';

const THREAD = ['pid', 'tid', 'comm', 'from_us', 'to_us', 'seen_us', 'own_files'];
const SOCKSTAT = [
  ...['netns', 'at_us', 'used', 'tcp_alloc', 'tcp_orphan'],
  ...['udp', 'udp6', 'raw', 'raw6', 'frag', 'frag6'],
];

/** The tables `threads` and `sockstat`. */
export class HostTables {
  private readonly thread: Database.Statement;
  private readonly sockstat: Database.Statement;
  private readonly threadValues = columnValues<'thread'>(THREAD);
  private readonly sockstatValues = columnValues<'sockstat'>(SOCKSTAT);

  constructor(database: Database.Database) {
    this.thread = database.prepare(putting('threads', THREAD));
    this.sockstat = database.prepare(putting('sockstat', SOCKSTAT));
  }

  writeThread(thread: ThreadRecord): void {
    this.thread.run(...this.threadValues.map((value) => value(thread)));
  }

  writeSockstat(counts: SockstatRecord): void {
    this.sockstat.run(...this.sockstatValues.map((value) => value(counts)));
  }
}

function putting(table: string, columns: readonly string[]): string {
  return `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** Threads that a run before left open: nothing is known of them from its end on. */
export function endThreads(database: Database.Database, atUs: number): void {
  database.prepare('UPDATE threads SET to_us = max(from_us, ?), seen_us = ? WHERE to_us IS NULL').run(atUs, atUs);
}
