import type Database from 'better-sqlite3';
import type { BoundRecord } from '../model/bound.js';
import type { CookiesRecord } from '../model/cookies.js';
import type { SockstatRecord } from '../model/sockstat.js';
import type { ThreadRecord } from '../model/thread.js';
import { columnValues } from './history-tables.js';

const THREAD = ['pid', 'tid', 'comm', 'from_us', 'to_us', 'seen_us', 'own_files'];
const SOCKSTAT = [
  ...['netns', 'at_us', 'used', 'tcp_alloc', 'tcp_orphan'],
  ...['udp', 'udp6', 'raw', 'raw6', 'frag', 'frag6'],
];

const BOUND = [
  ...['netns', 'cookie', 'from_us', 'to_us', 'family', 'local_addr', 'local_port'],
  ...['uid', 'inode', 'cgroup_id', 'holders', 'details'],
];
const COOKIES = ['netns', 'at_us', 'cookies', 'ids'];

/** The tables `threads`, `sockstat`, `bound` and `cookies`. */
export class HostTables {
  private readonly thread: Database.Statement;
  private readonly sockstat: Database.Statement;
  private readonly bound: Database.Statement;
  private readonly cookies: Database.Statement;
  private readonly threadValues = columnValues<'thread'>(THREAD);
  private readonly sockstatValues = columnValues<'sockstat'>(SOCKSTAT);
  private readonly boundValues = columnValues<'bound'>(BOUND);

  constructor(database: Database.Database) {
    this.thread = database.prepare(putting('threads', THREAD));
    this.sockstat = database.prepare(putting('sockstat', SOCKSTAT));
    this.bound = database.prepare(putting('bound', BOUND));
    this.cookies = database.prepare(putting('cookies', COOKIES));
  }

  writeThread(thread: ThreadRecord): void {
    this.thread.run(...this.threadValues.map((value) => value(thread)));
  }

  writeSockstat(counts: SockstatRecord): void {
    this.sockstat.run(...this.sockstatValues.map((value) => value(counts)));
  }

  writeBound(bound: BoundRecord): void {
    this.bound.run(...this.boundValues.map((value) => value(bound)));
  }

  writeCookies({ netns, atUs, cookies, ids }: CookiesRecord): void {
    this.cookies.run(netns, atUs, cookies, ids);
  }
}

function putting(table: string, columns: readonly string[]): string {
  return `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** Threads and bound sockets that a run before left open: nothing is known of them from its end on. */
export function endLeftOpen(database: Database.Database, atUs: number): void {
  database.prepare('UPDATE bound SET to_us = max(from_us, ?) WHERE to_us IS NULL').run(atUs);
  database.prepare('UPDATE threads SET to_us = max(from_us, ?), seen_us = ? WHERE to_us IS NULL').run(atUs, atUs);
}
