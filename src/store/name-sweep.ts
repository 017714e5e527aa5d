import type Database from 'better-sqlite3';
import { plainAddress } from '../model/address.js';

/** While recording, names are checked each time the pruned period has grown by this, microseconds. */
const STRIDE_US = 60_000_000;

interface OpenRow {
  readonly id: number;
  readonly opened_us: number;
  readonly remote_addr: string;
}

interface EndedName {
  readonly name: string;
  readonly address: string;
  readonly from_us: number;
  readonly to_us: number;
  readonly source: string;
  readonly netns: number;
}

/** Deletes names that ended at or before a time, except those of the peers of open connections: they belong to their history. */
export class NameSweep {
  private readonly open: Database.Statement;
  private readonly ended: Database.Statement;
  private readonly removal: Database.Statement;
  private peers: Set<string> | undefined;
  private openedUs = 0;
  private id = 0;
  private last: EndedName | undefined;
  private throughUs = Number.NEGATIVE_INFINITY;
  private lookedThroughUs = Number.NEGATIVE_INFINITY;
  private readsPeers = false;
  done = true;

  constructor(database: Database.Database) {
    this.open = database.prepare(
      `SELECT id, opened_us, remote_addr FROM socket WHERE life_class = 0 AND (opened_us, id) > (@openedUs, @id)
       ORDER BY opened_us, id LIMIT @count`,
    );
    this.ended = database.prepare(
      `SELECT name, address, from_us, to_us, source, netns FROM names
       WHERE to_us <= @throughUs AND (to_us, address, from_us, name, netns, source) > (@to_us, @address, @from_us, @name, @netns, @source)
       ORDER BY to_us, address, from_us, name, netns, source LIMIT @count`,
    );
    this.removal = database.prepare(
      'DELETE FROM names WHERE address = @address AND from_us = @from_us AND name = @name AND netns = @netns AND source = @source',
    );
  }

  /** Starts, unless it was done for a slightly earlier time. */
  begin(throughUs: number): void {
    this.done = throughUs - this.lookedThroughUs < STRIDE_US;
    this.throughUs = throughUs;
    this.peers = new Set();
    this.readsPeers = true;
    this.openedUs = Number.MIN_SAFE_INTEGER;
    this.id = 0;
    this.last = undefined;
  }

  /** Reads up to `count` more rows, and deletes those that are due. To be called in a transaction. */
  next(count: number): void {
    if (this.readsPeers) this.readPeers(count);
    else this.removeNames(count);
  }

  private readPeers(count: number): void {
    const rows = this.open.all({ openedUs: this.openedUs, id: this.id, count }) as OpenRow[];
    for (const { remote_addr } of rows) this.peers?.add(plainAddress(remote_addr));
    const last = rows.at(-1);
    this.openedUs = last?.opened_us ?? this.openedUs;
    this.id = last?.id ?? this.id;
    this.readsPeers = rows.length === count;
  }

  private removeNames(count: number): void {
    const first = { to_us: Number.MIN_SAFE_INTEGER, address: '', from_us: 0, name: '', netns: 0, source: '' };
    const rows = this.ended.all({ throughUs: this.throughUs, ...(this.last ?? first), count }) as EndedName[];
    for (const row of rows) if (this.peers?.has(row.address) !== true) this.removal.run(row);
    this.last = rows.at(-1) ?? this.last;
    if (rows.length === count) return;
    this.done = true;
    this.lookedThroughUs = this.throughUs;
    this.peers = undefined;
  }
}
