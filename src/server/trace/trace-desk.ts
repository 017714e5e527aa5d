import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { SstoryError } from '../../model/error.js';
import type { FailedAnswer } from '../failure.js';
import type { Parameters, SliceOf } from '../query.js';

const MODULE = new URL('./trace-process.js', import.meta.url);
/** Traces that are written at once. */
const MOST_TRACES = 2;
/** How long one may take, milliseconds: a client that does not read keeps one of them. */
const LIMIT_MS = 600_000;

export interface TraceRequest {
  readonly parameters: Parameters;
  readonly slice?: SliceOf | undefined;
}

/** The first message of the process. */
export type TraceReply = { readonly kind: 'begun' } | ({ readonly kind: 'failed' } & FailedAnswer);

/** Writes Perfetto traces, each by a process of its own, as fast as its client reads. */
export class TraceDesk {
  private readonly children = new Set<ChildProcess>();

  constructor(
    private readonly file: string,
    private readonly slice?: SliceOf,
  ) {}

  /**
   * The bytes of a trace, or why there are none. `gone`: aborted when the client is gone.
   * @throws SstoryError `busy`
   */
  async trace(parameters: Parameters, gone: AbortSignal): Promise<Readable | FailedAnswer> {
    if (this.children.size >= MOST_TRACES)
      throw new SstoryError('busy', `${MOST_TRACES} traces are being written already`, { hint: 'try again later' });
    const child = fork(MODULE, [this.file], { execArgv: [], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    this.children.add(child);
    const kill = () => child.kill('SIGKILL');
    const limit = setTimeout(kill, LIMIT_MS);
    const exited = new Promise<number | null>((resolve) => {
      child.once('exit', resolve).once('error', () => resolve(null));
    });
    void exited.then(() => {
      clearTimeout(limit);
      gone.removeEventListener('abort', kill);
      this.children.delete(child);
    });
    gone.addEventListener('abort', kill, { once: true });
    child.send({ parameters, slice: this.slice } satisfies TraceRequest, () => undefined);
    const reply = await Promise.race([once(child, 'message').then(([message]) => message as TraceReply), exited]);
    if (typeof reply !== 'object' || reply === null) return STOPPED;
    return reply.kind === 'begun' ? Readable.from(pieces(child, exited), { objectMode: false }) : reply;
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }
}

/** What the process writes. A trace that is cut off must not look complete. */
async function* pieces(child: ChildProcess, exited: Promise<number | null>): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of child.stdout ?? []) yield piece as Uint8Array;
    if ((await exited) !== 0) throw new Error('the process that wrote the trace ended before its end');
  } finally {
    child.kill('SIGKILL');
  }
}

const STOPPED: FailedAnswer = {
  status: 503,
  body: { error: { code: 'stopped', message: 'the process that writes the trace ended', hint: 'try again' } },
};
