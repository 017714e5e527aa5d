import type Database from 'better-sqlite3';
import type { NameRow } from '../store/name-writer.js';

/** An answer that only extends a name's time is sent again when it has moved by so much, microseconds. */
const EXTENDED_US = 300_000_000;
/** How long before the last look an end may lie that was written since, microseconds. */
const LATE_US = 60_000_000;

const PAGE = 1_000;

/** Names that are new, or have changed, since the last look. */
export class ChangedNames {
  /** Until when they were valid when they were sent: those that still may change. */
  private sent = new Map<string, string>();
  private lookedUs = Number.NEGATIVE_INFINITY;
  private readonly ended: Database.Statement;
  private readonly lasting: Database.Statement;

  constructor(database: Database.Database) {
    const columns = 'name, address, from_us, to_us, source, netns, ended';
    const key = 'to_us, address, from_us, name, netns, source';
    // In the order of the index names_by_end.
    this.ended = database.prepare(
      `SELECT ${columns} FROM names WHERE to_us >= @toUs AND (${key}) > (@toUs, @address, @fromUs, @name, @netns, @source)
       ORDER BY ${key} LIMIT ${PAGE}`,
    );
    // Those of hosts files: few.
    this.lasting = database.prepare(`SELECT ${columns} FROM names WHERE to_us IS NULL`);
  }

  forget(): void {
    this.sent = new Map();
    this.lookedUs = Number.NEGATIVE_INFINITY;
  }

  /** `nowUs`: up to when the history is complete. What it yielded counts as sent. */
  *since(nowUs: number): Generator<NameRow, void, undefined> {
    const seen = new Map<string, string>();
    const sinceUs = Math.max(Number.MIN_SAFE_INTEGER, this.lookedUs - LATE_US);
    for (const row of this.all(sinceUs)) {
      const { name, address, from_us, to_us, source, netns, ended } = row;
      const key = `${name} ${address} ${from_us} ${source} ${netns}`;
      const content = `${ended} ${to_us === null ? '' : Math.floor(to_us / EXTENDED_US)}`;
      if (to_us === null || to_us >= nowUs - LATE_US) seen.set(key, content);
      if (this.sent.get(key) !== content) yield row;
    }
    this.sent = seen;
    this.lookedUs = nowUs;
  }

  /** In pages: between two of them rows are sent, and no statement may stay open meanwhile. */
  private *all(sinceUs: number): Generator<NameRow, void, undefined> {
    yield* this.lasting.all() as NameRow[];
    let after = { toUs: sinceUs, address: '', fromUs: Number.MIN_SAFE_INTEGER, name: '', netns: 0, source: '' };
    for (;;) {
      const page = this.ended.all(after) as NameRow[];
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      const { address, from_us: fromUs, name, netns, source } = last;
      after = { toUs: last.to_us ?? sinceUs, address, fromUs, name, netns, source };
    }
  }
}
