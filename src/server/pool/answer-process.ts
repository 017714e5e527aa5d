/**
 * A process that answers requests, one at a time: SQLite runs in the thread that calls it, and the server has to stay responsive. A request
 * that takes too long, or whose client is gone, is stopped by killing the process. Started by AnswerWorker with the path of the
 * database.
 */
import type Database from 'better-sqlite3';
import { endFirstInShortage } from '../../sys/memory-shortage.js';
import { dieWithParent } from '../../sys/parent-death.js';
import { ANSWERS, isRoute } from '../answers/answers.js';
import { Asked } from '../answers/asked.js';
import { CurrentDatabase } from '../current-database.js';
import { failedAnswer } from '../failure.js';
import { LaneIndexes } from '../lanes/lane-indexes.js';
import { Query } from '../query.js';
import { Remembered } from '../remembered.js';
import type { Question, Reply, Request } from './messages.js';
import { Outbox } from './outbox.js';

/** What may be asked next is read ahead where nothing was asked for so long, milliseconds. */
const READ_AHEAD_MS = 300;

class Desk {
  private readonly current: CurrentDatabase;
  private database: Database.Database | undefined;
  private indexes: LaneIndexes | undefined;
  private remembered: Remembered | undefined;
  /** Of the answer that is being written. */
  private outbox = new Outbox(send);
  private idle: NodeJS.Timeout | undefined;

  constructor(private readonly file: string) {
    this.current = new CurrentDatabase(file);
  }

  async request(request: Request): Promise<void> {
    if (request.kind === 'taken') this.outbox.taken();
    else {
      clearTimeout(this.idle);
      await this.answer(request);
      this.readAheadLater();
    }
  }

  private readAheadLater(): void {
    this.idle = setTimeout(() => {
      try {
        this.indexes?.readAhead();
      } catch {
        // It is read when it is asked for, and fails then.
      }
    }, READ_AHEAD_MS);
    this.idle.unref();
  }

  private async answer({ route, parameters, slice, notes = [] }: Question): Promise<void> {
    try {
      if (!isRoute(route)) throw new Error(`no route ${route}`);
      const database = this.open();
      this.indexes ??= new LaneIndexes(database);
      this.remembered ??= new Remembered(database);
      const asked = new Asked(database, slice?.host ?? this.file, new Query(parameters, slice), this.remembered);
      for (const note of notes) asked.note(note);
      const outbox = new Outbox(send);
      this.outbox = outbox;
      await ANSWERS[route](asked, this.indexes, (text) => outbox.put(text));
      send({ kind: 'done' });
    } catch (error) {
      send({ kind: 'failed', ...failedAnswer(error) });
    }
  }

  private open(): Database.Database {
    const database = this.current.open();
    if (database === this.database) return database;
    this.indexes = undefined;
    this.remembered = undefined;
    this.database = database;
    return database;
  }
}

function send(reply: Reply): void {
  process.send?.(reply);
}

dieWithParent();
endFirstInShortage();
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
const desk = new Desk(process.argv[2] ?? '');
process.on('message', (request: Request) => void desk.request(request));
send({ kind: 'ready' });
