import type Database from 'better-sqlite3';
import type { Condition } from '../../model/condition.js';
import { counted } from '../../model/counted.js';
import { usageError } from '../../model/error.js';
import type { Gap } from '../../model/gap.js';
import type { Interval } from '../../model/interval.js';
import { localTime } from '../../model/time-text.js';
import { connectionsInOrder } from '../../query/connections-in-order.js';
import { countBetween, differenceBetween } from '../../query/difference.js';
import { gapsTouching } from '../../query/gaps.js';
import { everIn, type HistoryFilter } from '../../query/history-filter.js';
import type { Places } from '../../query/places.js';
import { logBetween } from '../../query/transition-log.js';
import { recordedMoment } from '../../request/recorded-window.js';
import { noteBeforeSnapshot, noteClockSetBack, noteGaps, notePruned } from '../../request/window-notes.js';
import { changeJson, changeLine } from '../../view/difference-lines.js';
import { gapJson, gapLine } from '../../view/gap-text.js';
import type { Run } from '../command.js';
import { filterOf, netnsOf } from '../history/filter.js';
import { type HistoryCall, historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { entryLines } from '../output/log-entry-line.js';
import { say } from '../output/say.js';
import { paintFor } from '../output/terminal-looks.js';
import { SUMMARIES } from '../summaries.js';

interface DiffOptions extends WindowOptions {
  readonly transitions?: boolean;
}

const DETAILS = `
Signs: + appeared, - gone, * changed its state or has a longer queue. T1 and T2 are times as for --since: start, 14:05, end-10m ...
sstory diff --since T1 --until T2 is the same. \`state X\` selects sockets that were in X at T1 or at T2.`;

/** A time such as -10m among the words. */
const SPAN_AGO = /^-\d/;

/** `sstory diff`: two socket tables, and what lies between. */
export const run: Run = (argv) =>
  // The parser does not take it for an option with a blank before it.
  runParsed(argv.map((word) => (SPAN_AGO.test(word) ? ` ${word}` : word)));

const runParsed = historyCommand<DiffOptions>({
  name: 'diff',
  summary: SUMMARIES.diff,
  declare: (parser) =>
    windowOptions(parser)
      .usage('[options] T1 T2 [filter...]')
      .option('--transitions', 'show the transitions in between too')
      .addHelpText('after', DETAILS),
  check: timesOf,
  async run(call) {
    const { database, options, span } = call;
    const [first, second, words] = timesOf(options, call.words);
    const t1 = recordedMoment('T1', first, span, options.db, say);
    const t2 = recordedMoment('T2', second, span, options.db, say);
    if (t1 > t2) say('T1 is later than T2: they were swapped');
    const window = { fromUs: Math.min(t1, t2), toUs: Math.max(t1, t2) };
    notePruned(database, window.fromUs, say);
    const netns = await netnsOf(database, { netns: options.netns, window });
    const filter = await filterOf(database, words, { window, during: window, netns });
    for (const us of new Set([window.fromUs, window.toUs])) noteBeforeSnapshot(database, us, netns, say);
    for (const us of new Set([window.fromUs, window.toUs])) noteClockSetBack(database, { fromUs: us, toUs: us }, say);
    await show(call, window, filter);
    return 0;
  },
});

/** T1, T2 and the words of the filter. */
function timesOf({ since, until }: DiffOptions, words: readonly string[]): [string, string, readonly string[]] {
  if (since !== undefined && until !== undefined) return [since.trim(), until.trim(), words];
  if (since !== undefined || until !== undefined) {
    throw usageError('one-instant', 'diff needs both --since and --until, or T1 and T2', 'sstory diff --help');
  }
  const [first, second, ...rest] = words;
  if (first === undefined || second === undefined) {
    throw usageError('two-instants', 'diff needs two times', 'for example: sstory diff end-10m end dst :9200');
  }
  return [first.trim(), second.trim(), rest];
}

async function show(
  { database, options, output, places }: HistoryCall<DiffOptions>,
  window: Interval,
  filter: HistoryFilter | undefined,
): Promise<void> {
  const { fromUs, toUs } = window;
  const difference = differenceBetween(database, fromUs, toUs, {
    condition: filter?.condition,
    states: filter?.states,
  });
  const ever = everIn(filter);
  const between = countBetween(connectionsInOrder(database, fromUs, toUs, { condition: ever }), fromUs, toUs);
  const gaps = gapsTouching(database, fromUs, toUs);
  const paint = paintFor(process.stdout);
  const json = options.json === true;
  const { before, after, notSampled } = difference;
  const passing = between === 0 ? '' : `; ${counted(between, 'connection')} opened and closed in between`;
  say(
    `from ${localTime(fromUs)} (${counted(before, 'socket')}) to ${localTime(toUs)} (${counted(after, 'socket')})${passing}`,
  );
  for (const change of difference.changes)
    await output.line(json ? changeJson(change, places) : changeLine(change, paint, places));
  const lines =
    options.transitions === true ? transitionLines(database, window, ever, json, places) : gaps.map(gapTo(json));
  for (const line of lines) await output.line(line);
  await output.flush();
  if (notSampled > 0) {
    say(`queues of ${counted(notSampled, 'socket')} were not sampled at both times: whether they grew is unknown`);
  }
  noteGaps(gaps, window, say);
}

function gapTo(json: boolean): (gap: Gap) => string {
  return json ? gapJson : (gap) => gapLine(gap);
}

function* transitionLines(
  database: Database.Database,
  { fromUs, toUs }: Interval,
  condition: Condition | undefined,
  json: boolean,
  places: Places,
): Generator<string> {
  const lineOf = entryLines(json, places);
  for (const entry of logBetween(database, fromUs + 1, toUs, condition)) {
    yield json || entry.kind === 'gap' ? lineOf(entry) : `    ${lineOf(entry)}`;
  }
}
