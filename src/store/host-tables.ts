import type Database from 'better-sqlite3';
import type { BoundRecord } from '../model/bound.js';
import type { SockstatRecord } from '../model/sockstat.js';
import type { ThreadRecord } from '../model/thread.js';
import type { TimewaitsRecord } from '../model/timewaits.js';
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
const TIMEWAITS = ['netns', 'at_us', 'fact', 'numbers', 'ids'];

/** The tables `threads`, `sockstat`, `bound` and `timewaits`. */
export class HostTables {
  private readonly thread: Database.Statement;
  private readonly sockstat: Database.Statement;
  private readonly bound: Database.Statement;
  private readonly timewaits: Database.Statement;
  private readonly threadValues = columnValues<'thread'>(THREAD);
  private readonly sockstatValues = columnValues<'sockstat'>(SOCKSTAT);
  private readonly boundValues = columnValues<'bound'>(BOUND);

  constructor(database: Database.Database) {
    this.thread = database.prepare(putting('threads', THREAD));
    this.sockstat = database.prepare(putting('sockstat', SOCKSTAT));
    this.bound = database.prepare(putting('bound', BOUND));
    this.timewaits = database.prepare(putting('timewaits', TIMEWAITS));
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

  writeTimewaits({ netns, atUs, fact, numbers, ids }: TimewaitsRecord): void {
    this.timewaits.run(netns, atUs, fact, numbers, ids);
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
