import { setTimeout as delay } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { parseDuration } from '../../model/duration.js';
import { SstoryError, usageError } from '../../model/error.js';
import { durationText } from '../../model/time-text.js';
import { recorderHere } from '../../request/recorder-here.js';
import { openForReading } from '../../store/database.js';
import { matchJson, matchLine } from '../../view/match-line.js';
import { argument, declaredCommand } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { type NetnsOption, netnsOption } from '../history/netns.js';
import { noRecorder } from '../history/recorder-silence.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';
import { runHook } from '../wait/hook.js';
import { LiveMatches } from '../wait/live-matches.js';
import type { Match, MatchSource } from '../wait/match.js';
import { RecordedMatches, type WaitWish } from '../wait/recorded-matches.js';

interface WaitOptions extends NetnsOption {
  readonly for?: number;
  readonly timeout?: number;
  readonly exec?: string;
  readonly repeat?: boolean;
  readonly json?: boolean;
  readonly db?: string;
}

const TIMED_OUT = 3;

const DETAILS = `
\`state X\`: until one is in X; without a state: until one exists. Those that match at the start count, with --for from when
they began to. Uses the running recorder, which misses no state however short; without one, two snapshots a second.
Exit codes: 0 found, 1 failure (of --exec too), 2 invalid command line, 3 nothing found within --timeout,
255 invalid filter.`;

/** `sstory wait`: until a connection matches a filter, or does so for some time. */
export const run = declaredCommand<WaitOptions>({
  name: 'wait',
  summary: SUMMARIES.wait,
  declare: (parser) =>
    netnsOption(parser)
      .argument('[filter...]', "which connection, in ss's filter language")
      .option('--for <duration>', 'it has to match so long without interruption', argument(parseDuration))
      .option('--timeout <duration>', 'give up after this time (default: never)', argument(parseDuration))
      .option('--exec <command>', 'run this shell command, with the connection as JSON on its standard input')
      .option('--repeat', 'go on with the next one, until --timeout or Ctrl-C')
      .option('--json', 'print the connection as a JSON object')
      .option('--db <file>', `the database that is being recorded into (default: "${DEFAULT_DATABASE}")`)
      .addHelpText('after', DETAILS),
  async run(options, words) {
    if (words.length === 0 && options.netns === undefined) {
      throw usageError(
        'no-filter',
        'wait for what? Give a filter',
        'for example: sstory wait state close-wait --for 30s',
      );
    }
    const wish: WaitWish = { words, netns: options.netns, leastUs: options.for ?? 0, isOne: options.repeat !== true };
    let source = await openSource(options.db, wish);
    try {
      return await wait(options, async () => {
        const silence = source.silence();
        if (silence !== undefined) {
          say(`nothing is recorded any more: ${silence}. ${LIVE_NOTE}`);
          source.close();
          source = new LiveMatches(wish);
        }
        return { matches: await source.poll(), pauseMs: source.pauseMs };
      });
    } finally {
      source.close();
    }
  },
});

const LIVE_NOTE = 'Two snapshots a second are taken instead: shorter states are missed';

/** A file that was named has to be there; that of the default need not. */
async function openSource(named: string | undefined, wish: WaitWish): Promise<MatchSource> {
  const file = named ?? DEFAULT_DATABASE;
  const database = openIfThere(file, named !== undefined);
  if (database === undefined) {
    say(`no database at ${file}. ${LIVE_NOTE}`);
    return new LiveMatches(wish);
  }
  const nowUs = Date.now() * 1000;
  const reason = noRecorder(recorderHere(database, nowUs), file, nowUs);
  if (reason === undefined) return await RecordedMatches.open(database, wish);
  database.close();
  say(`${reason}. ${LIVE_NOTE}`);
  return new LiveMatches(wish);
}

function openIfThere(file: string, isNamed: boolean): Database.Database | undefined {
  try {
    return openForReading(file);
  } catch (error) {
    if (!isNamed && error instanceof SstoryError && error.code === 'no-database') return undefined;
    throw error;
  }
}

type Poll = () => Promise<{ readonly matches: readonly Match[]; readonly pauseMs: number }>;

/** Resolves with the exit code. */
async function wait(options: WaitOptions, poll: Poll): Promise<number> {
  const timeoutMs = (options.timeout ?? Number.POSITIVE_INFINITY) / 1e3;
  const endMs = performance.now() + timeoutMs;
  let exitCode = TIMED_OUT;
  for (;;) {
    const { matches, pauseMs } = await poll();
    for (const match of matches) {
      const succeeded = await answer(match, options);
      exitCode = exitCode === 1 || !succeeded ? 1 : 0;
      if (options.repeat !== true) return exitCode;
    }
    const leftMs = endMs - performance.now();
    if (leftMs <= 0) break;
    await delay(Math.min(pauseMs, leftMs));
  }
  if (exitCode === TIMED_OUT) say(`no connection matched within ${durationText(timeoutMs * 1e3)}`);
  return exitCode;
}

/** Prints a match, and runs --exec; false where that failed. */
async function answer(match: Match, { json, exec }: WaitOptions): Promise<boolean> {
  const object = matchJson(match);
  process.stdout.write(`${json === true ? object : matchLine(match)}\n`);
  return exec === undefined || (await runHook(exec, `${object}\n`));
}
