/** Answers of the server without a server: what a process of its pool would send. */
import type Database from 'better-sqlite3';
import { ANSWERS, isRoute } from '../../src/server/answers/answers.js';
import { Asked } from '../../src/server/answers/asked.js';
import { LaneIndexes } from '../../src/server/lanes/lane-indexes.js';
import { Query } from '../../src/server/query.js';
import { Remembered } from '../../src/server/remembered.js';
import { openForReading } from '../../src/store/database.js';

/** Asks one database again and again. */
export class Answered implements Disposable {
  private readonly database: Database.Database;
  private readonly indexes: LaneIndexes;
  private readonly remembered: Remembered;

  constructor(private readonly file: string) {
    this.database = openForReading(file);
    this.indexes = new LaneIndexes(this.database);
    this.remembered = new Remembered(this.database);
  }

  /** The JSON of `/api/ROUTE?PARAMETERS`. */
  async json<T>(path: string): Promise<T> {
    const { pathname, searchParams } = new URL(path, 'http://localhost');
    const route = pathname.replace('/api/', '');
    if (!isRoute(route)) throw new Error(`no route ${route}`);
    let text = '';
    const asked = new Asked(this.database, this.file, new Query(Object.fromEntries(searchParams)), this.remembered);
    await ANSWERS[route](asked, this.indexes, async (piece) => {
      text += piece;
    });
    return JSON.parse(text) as T;
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}
