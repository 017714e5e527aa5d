import { ExplainContext } from '../../explain/context.js';
import { explain } from '../../explain/explain.js';
import type { Trouble } from '../../explain/explanation.js';
import { type Subject, subjectAt } from '../../explain/subject.js';
import { troublesIn } from '../../explain/troubles/troubles.js';
import { worstOf } from '../../explain/worst.js';
import { SstoryError, usageError } from '../../model/error.js';
import { localTime } from '../../model/time-text.js';
import { everIn } from '../../query/history-filter.js';
import type { Places } from '../../query/places.js';
import { connectionIds, connectionOfId } from '../../request/connection-ids.js';
import { localPortsOf } from '../../request/local-ports.js';
import { recordedMoment } from '../../request/recorded-window.js';
import { momentOf } from '../../request/time-window.js';
import { noteGaps, notePruned } from '../../request/window-notes.js';
import { explanationJson, troubleJson } from '../../view/explanation-json.js';
import { explanationLines } from '../../view/explanation-lines.js';
import { troubleParagraphs } from '../../view/trouble-lines.js';
import { wholeNumber } from '../command.js';
import { DEFAULT_DATABASE } from '../default-database.js';
import { filterOf } from '../history/filter.js';
import { type HistoryCall, historyCommand, type WindowOptions, windowOptions } from '../history/history-command.js';
import { say } from '../output/say.js';
import { SUMMARIES } from '../summaries.js';

interface ExplainOptions extends WindowOptions {
  readonly at?: string;
  readonly all?: boolean;
  readonly verbose?: boolean;
  readonly connections: number;
}

const PIPE_WIDTH = 100;
const WIDEST = 120;
const NARROWEST = 40;

const DETAILS = `
\`state X\` selects connections in X at that time, or whose last state was X if they have ended. A number alone is a connection id.
With --fleet, HOST:ID shows both ends of a connection: what the host at the other end recorded of it, and where a packet was lost.
A FILTER with --fleet is about the connections of all hosts.
More: docs/explain.md, docs/fleet.md`;

/** `sstory explain`: why a connection is in its state, from what was recorded. */
export const run = historyCommand<ExplainOptions>({
  name: 'explain',
  summary: SUMMARIES.explain,
  declare: (parser) =>
    windowOptions(parser)
      .usage('[options] CONNECTION_ID | FILTER | --all [FILTER] | HOST:ID --fleet URL')
      .option('--at <time>', 'explain the state at this time; default: the end of the recorded time')
      .option('--all', 'show what looks wrong on this host over the window, worst first')
      .option('-v, --verbose', 'with --all: each trouble in detail, with the evidence')
      .option('-n, --connections <count>', 'explain this many, count the rest', wholeNumber(1), 10)
      .addHelpText('after', DETAILS),
  check({ all }, words) {
    if (words.length > 0 || all === true) return;
    throw usageError('usage', 'which connection? Give its id or a filter', 'sstory explain --all looks for problems');
  },
  async ofFleet(asked, options, words) {
    if (options.all !== true) {
      const { explainOfFleet } = await import('../fleet/explain.js');
      return explainOfFleet(asked, { ...options, width: textWidth() }, words);
    }
    if (options.at !== undefined) throw usageError('usage', '--at: with --all --fleet give --since and --until');
    const { showTroublesOfFleet } = await import('../fleet/troubles.js');
    return showTroublesOfFleet(asked, { ...options, width: textWidth() }, words);
  },
  async run(call) {
    const { database, options, span } = call;
    const atUs = options.at === undefined ? undefined : recordedMoment('--at', options.at, span, options.db, say);
    notePruned(database, span.fromUs, say);
    await (options.all === true ? showTroubles(call, atUs) : explainConnections(call, atUs));
    return 0;
  },
});

async function explainConnections(call: HistoryCall<ExplainOptions>, atUs: number | undefined): Promise<void> {
  const { database, options, span, words } = call;
  const id = words.length === 1 ? connectionIds(words)?.[0] : undefined;
  // One that never was is an error here too.
  if (id !== undefined) await filterOf(database, [], { netns: options.netns, note: () => undefined });
  const found = id === undefined ? await matching(call, atUs) : { subjects: [subjectOf(call, id, atUs)], count: 1 };
  const thenUs = found.subjects[0]?.atUs;
  const localPorts = localPortsOf(database, thenUs ?? span.toUs);
  const context = new ExplainContext(database, span, { atUs: thenUs, localPorts });
  context.peers.readAhead(found.subjects.map(({ connection }) => connection.tuple.remoteAddr));
  const explained = found.subjects.map((subject) => explain(subject, context));
  await print(call, explained, options.json === true ? explanationJson : explanationLines);
  if (found.count === 0) {
    const window = atUs === undefined ? call.window : { fromUs: atUs, toUs: atUs };
    noteGaps(context.gapsTouching(window.fromUs, window.toUs), window, say);
    say(`no matching connections ${atUs === undefined ? 'in this time range' : 'at that time'}`);
  }
  const rest = found.count - found.subjects.length;
  if (rest > 0) say(`${rest} more match (-n shows more)`);
}

async function matching(
  call: HistoryCall<ExplainOptions>,
  atUs: number | undefined,
): Promise<{ subjects: readonly Subject[]; count: number }> {
  const { database, options, span, filter } = call;
  const window = atUs === undefined ? call.window : { fromUs: atUs, toUs: atUs };
  const wanted = await filter(window);
  return worstOf(database, span, {
    ...window,
    condition: everIn(wanted),
    states: wanted?.states,
    atMost: options.connections,
  });
}

async function showTroubles(call: HistoryCall<ExplainOptions>, atUs: number | undefined): Promise<void> {
  const { database, options, span, window } = call;
  const toUs = atUs ?? window.toUs;
  const filter = await call.filter({ fromUs: window.fromUs, toUs });
  if (filter?.states !== undefined) {
    throw usageError('usage', '--all looks at every state: remove `state`', 'sstory explain state X, without --all');
  }
  const fromUs = Math.min(window.fromUs, toUs);
  const context = new ExplainContext(database, span, { atUs: toUs, localPorts: localPortsOf(database, toUs) });
  const condition = filter?.condition;
  const troubleWindow = { fromUs, toUs, condition };
  // In JSON each is an object of its own.
  const alike = options.json === true ? 'apart' : 'as one';
  const { troubles, count } = troublesIn(context, troubleWindow, options.connections, alike);
  if (options.json === true) await print(call, troubles, troubleJson);
  else await printTroubles(call, troubles);
  const rest = count - troubles.length;
  noteEnd(call, atUs);
  if (troubles.length === 0) say(`nothing looks wrong from ${localTime(fromUs)} to ${localTime(toUs)}`);
  if (rest > 0) say(`${rest} more (-n shows more)`);
  noteGaps(context.gapsTouching(fromUs, toUs), { fromUs, toUs }, say);
}

/** Where later times are asked for than are recorded. */
function noteEnd({ options, span }: HistoryCall<ExplainOptions>, atUs: number | undefined): void {
  if (atUs !== undefined || span.grows) return;
  const untilUs = options.until === undefined ? Date.now() * 1000 : momentOf(options.until, span, () => undefined);
  if (untilUs > span.toUs) say(`not recording since ${localTime(span.toUs)}: what happened later is unknown`);
}

function subjectOf(
  { database, options, span }: HistoryCall<ExplainOptions>,
  id: number,
  wishedUs: number | undefined,
): Subject {
  const connection = connectionOfId(database, id, options.db);
  // During a run, a connection may have been recorded after the run's last heartbeat.
  const atUs = wishedUs ?? Math.max(span.toUs, connection.closedUs ?? 0, connection.steps.at(-1)?.atUs ?? 0);
  const subject = subjectAt(connection, atUs);
  if (subject !== undefined) return subject;
  throw new SstoryError('outside', `connection ${id} was not open yet at ${localTime(atUs)}`, {
    hint: `it was opened at ${localTime(connection.openedUs)}`,
  });
}

async function print<T>(
  { output, places }: HistoryCall<ExplainOptions>,
  items: readonly T[],
  textOf: ((item: T, places: Places) => string) | ((item: T, places: Places, width: number) => string[]),
): Promise<void> {
  const width = textWidth();
  for (const [index, item] of items.entries()) {
    const text = textOf(item, places, width);
    if (typeof text === 'string') await output.line(text);
    else await output.line(`${index > 0 ? '\n' : ''}${text.join('\n')}`);
  }
  await output.flush();
}

async function printTroubles(call: HistoryCall<ExplainOptions>, troubles: readonly Trouble[]): Promise<void> {
  const { db, verbose = false } = call.options;
  const options = db === DEFAULT_DATABASE ? [] : ['--db', db];
  const paragraphs = troubleParagraphs(troubles, call.places, { width: textWidth(), verbose, options });
  await print(call, paragraphs, (lines: readonly string[]) => [...lines]);
}

function textWidth(): number {
  return process.stdout.isTTY ? Math.max(NARROWEST, Math.min(WIDEST, process.stdout.columns)) : PIPE_WIDTH;
}
