import type { Condition } from '../../model/condition.js';
import type { Connection } from '../../model/connection.js';
import { usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { everIn } from '../../query/history-filter.js';
import { batchOfEntries } from '../../query/replay/changes.js';
import { parseSpeed, type Speed } from '../../query/replay/speed.js';
import type { LogEntry } from '../../query/transition-log.js';
import { logBatches, wholeLogBatches } from '../../query/transition-log.js';
import { recordedWindow } from '../../request/recorded-window.js';
import { notePruned } from '../../request/window-notes.js';
import { argument } from '../command.js';
import type { RecordingStream } from '../export/recording-stream.js';
import { type HistoryCall, historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { selectionText } from '../history/netns.js';
import { noteNoEntries } from '../history/no-entries.js';
import { entryLines, LOG_LOOKS } from '../output/log-entry-line.js';
import { Metronome } from '../output/metronome.js';
import { say } from '../output/say.js';
import { isScreen } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface ReplayOptions extends WindowOptions {
  readonly from?: string;
  readonly speed: Speed;
  readonly step?: boolean;
  readonly toStream?: boolean;
}

const DETAILS = `
On a terminal: a live table (? lists its keys). Otherwise, and with --json: the lines of sstory log.`;

/** `sstory replay`: recorded transitions again, in their order and at their pace. */
export const run = historyCommand<ReplayOptions>({
  name: 'replay',
  summary: SUMMARIES.replay,
  declare: (parser) =>
    windowOptions(parser)
      .option('--speed <speed>', '1x, 10x, 0.5x ... or max', argument(parseSpeed), 1)
      .option('--from <time>', 'start here; the same as --since')
      .option('--step', 'start paused; a key steps to the next transition (needs a terminal)')
      .option('--to-stream', 'write the recording format to stdout')
      .addHelpText('after', DETAILS),
  check,
  async run(call) {
    const { database, options, span, filter } = call;
    const start = options.from === undefined ? {} : { since: options.from, sinceName: '--from' };
    const window = recordedWindow({ ...options, ...start }, span, say);
    notePruned(database, window.fromUs, say);
    const wanted = await filter(window);
    if (isTable(options)) {
      const { replayTable } = await import('../terminal/tables.js');
      const paused = options.step === true;
      return await replayTable(database, { ...window, span, filter: wanted, speed: options.speed, paused });
    }
    await play(call, window, everIn(wanted));
    return 0;
  },
});

function check(options: ReplayOptions): void {
  if (options.from !== undefined && options.since !== undefined) {
    throw usageError('two-starts', '--from and --since mean the same', 'give one of them');
  }
  if (options.step === true && !isTable(options)) {
    throw usageError('no-terminal', '--step needs a terminal', 'without it: lines, at the pace of --speed');
  }
  if (options.toStream === true && process.stdout.isTTY) {
    throw usageError('binary', 'a recording file cannot be written to a terminal', 'pipe it, or redirect it to a file');
  }
}

function isTable({ json, toStream }: ReplayOptions): boolean {
  return isScreen(process.stdout) && process.stdin.isTTY && json !== true && toStream !== true;
}

async function play(
  { database, options, words, output, places }: HistoryCall<ReplayOptions>,
  { fromUs, toUs }: Interval,
  condition: Condition | undefined,
): Promise<void> {
  if (options.toStream === true) {
    const { since = options.from, until } = options;
    const part = {
      sinceUs: since === undefined ? undefined : fromUs,
      untilUs: until === undefined ? undefined : toUs,
      filter: selectionText(options, words),
    };
    const { openRecordingStream } = await import('../export/recording-stream.js');
    const stream = openRecordingStream(process.stdout, database, part);
    return await playStream(stream, wholeLogBatches(database, fromUs, toUs, condition), fromUs, options.speed);
  }
  const batches = logBatches(database, fromUs, toUs, condition);
  const lineOf = entryLines(options.json === true, places, LOG_LOOKS);
  let isEmpty = true;
  const metronome = new Metronome(options.speed, fromUs);
  for (const batch of batches) {
    isEmpty &&= batch.every(({ kind }) => kind === 'gap');
    for (const entry of batch) {
      if (metronome.mustWait(entry.atUs)) {
        await output.flush();
        await metronome.wait(entry.atUs);
      }
      if (output.add(lineOf(entry))) await output.flush();
    }
  }
  await output.flush();
  if (isEmpty) noteNoEntries(database);
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
