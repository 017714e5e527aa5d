import { type ChildProcess, fork } from 'node:child_process';
import { SstoryError } from '../model/error.js';
import { type Cell, fromWire } from './cell.js';
import type { Reply, Request } from './messages.js';

const MODULE = new URL('./query-process.js', import.meta.url);

/** Receives the answer of a query: columns once, then rows in pieces; notes at any time. */
export interface Answer {
  columns(names: readonly string[]): Promise<void> | void;
  rows(rows: readonly (readonly Cell[])[]): Promise<void> | void;
  note(text: string): void;
}

/** Runs one statement at a time in a separate process, which is restarted after a query was stopped. */
export class QueryRunner {
  private child: ChildProcess | undefined;
  private stopped = false;

  constructor(private readonly path: string) {}

  /**
   * Resolves with `done` when all rows were received, with `stopped` after `stop`.
   * @throws SstoryError `sql`, `read-only`, `query-process`, and those of the functions
   */
  async run(sql: string, nowUs: number, answer: Answer): Promise<'done' | 'stopped'> {
    const child = this.start();
    this.stopped = false;
    ask(child, { kind: 'run', sql, nowUs });
    for await (const reply of replies(child)) {
      if (this.stopped) break;
      switch (reply.kind) {
        case 'columns':
          await answer.columns(reply.columns);
          break;
        case 'rows':
          await answer.rows(reply.rows.map((row) => row.map(fromWire)));
          ask(child, { kind: 'shown' });
          break;
        case 'note':
          answer.note(reply.text);
          break;
        case 'failed':
          throw failure(reply);
        case 'done':
          return 'done';
      }
    }
    if (this.stopped) return 'stopped';
    this.child = undefined;
    throw new SstoryError('query-process', 'the process that ran the query was killed', {
      hint: 'it may have run out of memory: sorting without an index keeps all rows; add a WHERE or a LIMIT',
    });
  }

  /** Kills the running query. */
  stop(): void {
    this.stopped = true;
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  private start(): ChildProcess {
    this.child ??= fork(MODULE, [this.path], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return this.child;
  }
}

function failure({ failure: { code, message, place, hint } }: Reply & { kind: 'failed' }): SstoryError {
  return new SstoryError(code, message, {
    ...(place === undefined ? {} : { place }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A child that has just ended accepts no messages; `replies` then ends too. */
function ask(child: ChildProcess, request: Request): void {
  if (child.connected) child.send(request, () => undefined);
}

/** The messages of a child until it ends. */
async function* replies(child: ChildProcess): AsyncGenerator<Reply> {
  const waiting: Reply[] = [];
  let ended = child.exitCode !== null || child.signalCode !== null;
  let wake: () => void = () => undefined;
  const onMessage = (reply: unknown) => {
    waiting.push(reply as Reply);
    wake();
  };
  const onEnd = () => {
    ended = true;
    wake();
  };
  child.on('message', onMessage).on('exit', onEnd).on('error', onEnd);
  try {
    for (;;) {
      const reply = waiting.shift();
      if (reply !== undefined) yield reply;
      else if (ended) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
  }
}
