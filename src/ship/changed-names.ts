import type Database from 'better-sqlite3';
import type { NameRow } from '../store/name-writer.js';

/** An answer that only extends a name's time is sent again when it has moved by so much, microseconds. */
const EXTENDED_US = 300_000_000;
/** How long before the last look an end may lie that was written since, microseconds. */
const LATE_US = 60_000_000;

/** Names that are new, or have changed, since the last look. */
export class ChangedNames {
  /** Until when they were valid when they were sent: those that still may change. */
  private sent = new Map<string, string>();
  private lookedUs = Number.NEGATIVE_INFINITY;
  private readonly statement: Database.Statement;

  constructor(database: Database.Database) {
    this.statement = database.prepare(
      `SELECT name, address, from_us, to_us, source, netns, ended FROM names WHERE to_us >= @sinceUs
       UNION ALL SELECT name, address, from_us, to_us, source, netns, ended FROM names WHERE to_us IS NULL`,
    );
  }

  forget(): void {
    this.sent = new Map();
    this.lookedUs = Number.NEGATIVE_INFINITY;
  }

  /** `nowUs`: up to when the history is complete. What it yielded counts as sent. */
  *since(nowUs: number): Generator<NameRow, void, undefined> {
    const seen = new Map<string, string>();
    const sinceUs = Math.max(Number.MIN_SAFE_INTEGER, this.lookedUs - LATE_US);
    for (const row of this.statement.iterate({ sinceUs }) as IterableIterator<NameRow>) {
      const { name, address, from_us, to_us, source, netns, ended } = row;
      const key = `${name} ${address} ${from_us} ${source} ${netns}`;
      const content = `${ended} ${to_us === null ? '' : Math.floor(to_us / EXTENDED_US)}`;
      if (to_us === null || to_us >= nowUs - LATE_US) seen.set(key, content);
      if (this.sent.get(key) !== content) yield row;
    }
    this.sent = seen;
    this.lookedUs = nowUs;
  }
}
