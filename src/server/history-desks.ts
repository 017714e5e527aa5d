/** What answers questions about one database. */
import { AnswerPool } from './pool/answer-pool.js';
import type { Question } from './pool/messages.js';
import type { SliceOf } from './query.js';
import { SqlDesk } from './sql/sql-desk.js';
import { TraceDesk } from './trace/trace-desk.js';

/** What the page asks first, and what every answer needs. */
const PREPARE: Question = { route: 'prepare', parameters: {} };
const OPEN: Question = { route: 'info', parameters: {} };

const LIMIT_MS = 30_000;
const QUICK_WORKERS = 2;
const SLOW_WORKERS = 2;
/** They use the index of a range. */
const INDEXED: ReadonlySet<string> = new Set(['prepare', 'overview', 'timeline', 'complete']);
const QUICK_GRACE_MS = 2_000;

export class HistoryDesks {
  /** Answers within a second, as a rule. */
  readonly quick: AnswerPool;
  /** For explanations. */
  readonly slow: AnswerPool;
  readonly sql: SqlDesk;
  readonly traces: TraceDesk;

  /** @param slice what the file is a slice of; undefined: it is a host's own */
  constructor(file: string, slice?: SliceOf) {
    const common = { file, slice, withinMs: LIMIT_MS };
    this.quick = new AnswerPool({ ...common, workers: QUICK_WORKERS, graceMs: QUICK_GRACE_MS, related: INDEXED });
    this.slow = new AnswerPool({ ...common, workers: SLOW_WORKERS, graceMs: 0 });
    this.sql = new SqlDesk(file);
    this.traces = new TraceDesk(file, slice);
  }

  /** Starts the process that a page asks first, and has it read what that asks. */
  warm(): void {
    this.quick.warm(PREPARE);
  }

  /** Starts the one for explanations too. */
  warmAll(): void {
    this.warm();
    this.slow.warm(OPEN);
  }

  close(): void {
    for (const part of [this.quick, this.slow, this.sql, this.traces]) part.close();
  }
}
