import { type ChildProcess, fork } from 'node:child_process';
import type { MetricLabel } from '../../query/metrics/metric-row.js';
import type { ScrapeReply, ScrapeSource } from './scrapes.js';

const MODULE = new URL('./metrics-process.js', import.meta.url);
/** Prometheus gives up after 10 s. */
const LIMIT_MS = 9_000;

/** Answers scrapes by a process that is started for the first one. */
export class MetricsDesk implements ScrapeSource {
  private child: ChildProcess | undefined;
  private answering: Promise<ScrapeReply> | undefined;

  constructor(
    private readonly file: string,
    private readonly labels: readonly MetricLabel[],
  ) {}

  scrape(): Promise<ScrapeReply> {
    this.answering ??= this.ask().finally(() => {
      this.answering = undefined;
    });
    return this.answering;
  }

  /** Ends the process, which stores its counters first. */
  async close(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.disconnect();
    const kill = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    await ended;
    clearTimeout(kill);
  }

  private ask(): Promise<ScrapeReply> {
    const child = this.start();
    return new Promise((resolve) => {
      const end = (reply: ScrapeReply) => {
        clearTimeout(limit);
        child.off('message', end).off('exit', onExit).off('error', onExit);
        resolve(reply);
      };
      const onExit = () => end(STOPPED);
      const limit = setTimeout(() => {
        child.kill('SIGKILL');
        end(STOPPED);
      }, LIMIT_MS);
      child.on('message', end).once('exit', onExit).once('error', onExit);
      child.send('scrape', () => undefined);
    });
  }

  private start(): ChildProcess {
    if (this.child !== undefined) return this.child;
    const words = [this.file, ...this.labels];
    const child = fork(MODULE, words, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const forget = () => {
      if (this.child === child) this.child = undefined;
    };
    child.once('exit', forget).once('error', forget);
    this.child = child;
    return child;
  }
}

const STOPPED: ScrapeReply = {
  kind: 'failed',
  status: 503,
  body: { error: { code: 'stopped', message: 'the process that counts ended', hint: 'try again' } },
};
