import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { localTime } from '../../model/time-text.js';
import { connectionsInOrder } from '../../query/connections-in-order.js';
import { countBetween, differenceBetween } from '../../query/difference.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn, type HistoryFilter } from '../../query/history-filter.js';
import { logBetween } from '../../query/transition-log.js';
import { openForReading } from '../../store/database.js';
import { changeJson, changeLine } from '../../view/difference-lines.js';
import { gapJson, gapLine, transitionJson, transitionLine } from '../../view/log-line.js';
import { command, parseWords } from '../command.js';
import { filterOf } from '../history/filter.js';
import { historyOptions, recordedMoment, spanOf, type WindowOptions } from '../history/history-window.js';
import { notePruned } from '../history/pruned-note.js';
import { LineOutput } from '../output/line-output.js';
import { paintFor } from '../output/terminal-looks.js';

interface DiffOptions extends WindowOptions {
  readonly transitions?: boolean;
}

/** `sstory diff`: two socket tables, and what lies between. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = historyOptions(
    command('diff', 'Show what changed in the socket table between two instants, T1 and T2.'),
  )
    .usage('[options] T1 T2 [filter...]      (or --since T1 --until T2 [filter...])')
    .option('--transitions', 'also the transitions that lie between')
    .addHelpText(
      'after',
      '\n+ appeared, - gone, * changed its state or a queue grew. T1 and T2 as in --since: start, 14:05, end-10m, ...',
    );
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<DiffOptions>();
  const [first, second, words] = instantsOf(options, parsed.args);
  const database = openForReading(options.db);
  try {
    const span = spanOf(database, options.db);
    const times = [
      recordedMoment('T1', first, span, options.db),
      recordedMoment('T2', second, span, options.db),
    ] as const;
    if (times[0] > times[1]) process.stderr.write('sstory: T1 is later than T2: they are taken the other way round\n');
    const fromUs = Math.min(...times);
    const toUs = Math.max(...times);
    notePruned(database, fromUs);
    const filter = await filterOf(database, words);
    await show(database, { fromUs, toUs }, filter, options);
    return 0;
  } finally {
    database.close();
  }
}

function instantsOf({ since, until }: DiffOptions, words: readonly string[]): [string, string, readonly string[]] {
  if (since !== undefined && until !== undefined) return [since, until, words];
  if (since !== undefined || until !== undefined) {
    throw usageError('one-instant', 'diff needs both --since and --until, or T1 and T2', 'sstory diff --help');
  }
  const [first, second, ...rest] = words;
  if (first === undefined || second === undefined) {
    throw usageError('two-instants', 'diff needs two instants', 'for example: sstory diff end-10m end dst :9200');
  }
  return [first, second, rest];
}

async function show(
  database: Database.Database,
  window: Interval,
  filter: HistoryFilter | undefined,
  options: DiffOptions,
): Promise<void> {
  const { fromUs, toUs } = window;
  const difference = differenceBetween(database, fromUs, toUs, {
    condition: filter?.condition,
    states: filter?.states,
  });
  const ever = everIn(filter);
  const between = countBetween(connectionsInOrder(database, fromUs, toUs, { condition: ever }), fromUs, toUs);
  const gaps = gapsTouching(database, fromUs, toUs);
  const output = new LineOutput(process.stdout);
  const paint = paintFor(process.stdout);
  const json = options.json === true;
  process.stderr.write(
    `sstory: from ${localTime(fromUs)} (${counted(difference.before, 'socket')}) to ${localTime(toUs)} (${counted(difference.after, 'socket')})` +
      `${between === 0 ? '' : `; ${between} more ${between === 1 ? 'was' : 'were'} opened and gone in between`}\n`,
  );
  for (const change of difference.changes) await output.line(json ? changeJson(change) : changeLine(change, paint));
  if (options.transitions === true) await transitions(database, window, ever, output, json);
  else for (const gap of gaps) await output.line(json ? gapJson(gap) : gapLine(gap));
  await output.flush();
  if (difference.notSampled > 0) {
    process.stderr.write(
      `sstory: of ${counted(difference.notSampled, 'socket')} in both tables the queues were not sampled: whether they grew is unknown\n`,
    );
  }
  if (gaps.length > 0) process.stderr.write('sstory: the record has gaps in between: changes may be missing\n');
}

async function transitions(
  database: Database.Database,
  { fromUs, toUs }: Interval,
  condition: Condition | undefined,
  output: LineOutput,
  json: boolean,
): Promise<void> {
  const earlier = gapsTouching(database, fromUs, toUs).filter((gap) => gap.fromUs <= fromUs);
  for (const gap of earlier) await output.line(json ? gapJson(gap) : gapLine(gap));
  for (const entry of logBetween(database, fromUs + 1, toUs, condition)) {
    if (entry.kind === 'gap') await output.line(json ? gapJson(entry.gap) : gapLine(entry.gap));
    else {
      const { connection, step } = entry;
      await output.line(json ? transitionJson(connection, step) : `    ${transitionLine(connection, step)}`);
    }
  }
}
