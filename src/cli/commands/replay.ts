import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import type { Connection } from '../../model/connection.js';
import { usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn } from '../../query/history-filter.js';
import { batchOfEntries } from '../../query/replay/changes.js';
import { parseSpeed, type Speed } from '../../query/replay/speed.js';
import { type LogEntry, logBatches, wholeLogBatches } from '../../query/transition-log.js';
import { openForReading } from '../../store/database.js';
import { argument, command, parseWords } from '../command.js';
import type { RecordingStream } from '../export/recording-stream.js';
import { filterOf } from '../history/filter.js';
import { historyOptions, recordedWindow, spanOf, type WindowOptions } from '../history/history-window.js';
import { notePruned } from '../history/pruned-note.js';
import { LineOutput } from '../output/line-output.js';
import { entryLine } from '../output/log-entry-line.js';
import { Metronome } from '../output/metronome.js';
import { isScreen } from '../output/terminal-looks.js';

interface ReplayOptions extends WindowOptions {
  readonly from?: string;
  readonly speed: Speed;
  readonly step?: boolean;
  readonly toStream?: boolean;
}

/** `sstory replay`: the transitions again, as they came. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = historyOptions(
    command('replay', 'Play recorded transitions again, in the order and at the pace in which they came.'),
  )
    .option('--speed <speed>', '1x, 10x, 0.5x ... or max', argument(parseSpeed), 1)
    .option('--from <time>', 'start here; the same as --since')
    .option('--step', 'start paused, and go from transition to transition by a key (on a terminal)')
    .option('--to-stream', 'write the recording format to stdout')
    .addHelpText(
      'after',
      '\nOn a terminal: a live table (? for its keys). Otherwise, and with --json: the lines of sstory log.',
    );
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<ReplayOptions>();
  if (options.from !== undefined && options.since !== undefined) {
    throw usageError('two-starts', '--from and --since say the same thing', 'give one of them');
  }
  const isTable = isScreen(process.stdout) && process.stdin.isTTY && options.json !== true && options.toStream !== true;
  if (options.step === true && !isTable) {
    throw usageError(
      'no-terminal',
      '--step needs a terminal that can be drawn on',
      'without it: lines, as fast as --speed says',
    );
  }
  if (options.toStream === true && process.stdout.isTTY) {
    throw usageError('binary', 'a recording is not for a terminal', 'pipe it, or redirect it to a file');
  }
  const database = openForReading(options.db);
  try {
    const span = spanOf(database, options.db);
    const start = options.from === undefined ? {} : { since: options.from, sinceName: '--from' };
    const window = recordedWindow({ ...options, ...start }, span);
    notePruned(database, window.fromUs);
    const filter = await filterOf(database, parsed.args);
    if (isTable) {
      const { replayTable } = await import('../terminal/replay-table.js');
      return await replayTable(database, {
        ...window,
        span,
        filter,
        speed: options.speed,
        paused: options.step === true,
      });
    }
    await play(database, window, everIn(filter), options, parsed.args);
    return 0;
  } finally {
    database.close();
  }
}

async function play(
  database: Database.Database,
  { fromUs, toUs }: Interval,
  condition: Condition | undefined,
  options: ReplayOptions,
  words: readonly string[],
): Promise<void> {
  const begunBefore = gapsTouching(database, fromUs, toUs)
    .filter((gap) => gap.fromUs < fromUs)
    .map((gap) => ({ kind: 'gap', atUs: gap.fromUs, gap }) as const);
  if (options.toStream === true) {
    const { since = options.from, until } = options;
    const part = {
      sinceUs: since === undefined ? undefined : fromUs,
      untilUs: until === undefined ? undefined : toUs,
      filter: words.length === 0 ? undefined : words.join(' '),
    };
    const { openRecordingStream } = await import('../export/recording-stream.js');
    const stream = openRecordingStream(process.stdout, database, part);
    await stream.write(batchOfEntries(begunBefore));
    return await playStream(stream, wholeLogBatches(database, fromUs, toUs, condition), fromUs, options.speed);
  }
  const batches = logBatches(database, fromUs, toUs, condition);
  const json = options.json === true;
  const output = new LineOutput(process.stdout);
  for (const entry of begunBefore) output.add(entryLine(entry, json));
  const metronome = new Metronome(options.speed, fromUs);
  for (const batch of batches) {
    for (const entry of batch) {
      if (metronome.mustWait(entry.atUs)) {
        await output.flush();
        await metronome.wait(entry.atUs);
      }
      if (output.add(entryLine(entry, json))) await output.flush();
    }
  }
  await output.flush();
}

async function playStream(
  stream: RecordingStream,
  batches: Iterable<LogEntry<Connection>[]>,
  fromUs: number,
  speed: Speed,
): Promise<void> {
  const metronome = new Metronome(speed, fromUs);
  for (const batch of batches) {
    let first = 0;
    for (const [index, entry] of batch.entries()) {
      if (!metronome.mustWait(entry.atUs)) continue;
      if (index > first) await stream.write(batchOfEntries(batch.slice(first, index)));
      first = index;
      await metronome.wait(entry.atUs);
    }
    if (first < batch.length) await stream.write(batchOfEntries(batch.slice(first)));
  }
  await stream.end();
}
