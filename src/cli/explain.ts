import type Database from 'better-sqlite3';
import { SstoryError, usageError } from '../model/error.js';
import {
  connectionById,
  ExplainContext,
  type Explanation,
  explain,
  type Recorded,
  type Subject,
  subjectAt,
  worstOf,
} from '../query/index.js';
import { openForReading } from '../store/index.js';
import { explanationJson, explanationLines, localTime } from '../view/index.js';
import { command, parseWords, wholeNumber } from './command-line.js';
import { historyFilter } from './history-filter.js';
import { historyOptions, recordedMoment, recordedWindow, spanOf, type WindowOptions } from './history-window.js';
import { LineOutput } from './line-output.js';

interface ExplainOptions extends WindowOptions {
  readonly at?: string;
  readonly all?: boolean;
  readonly connections: number;
}

const PIPE_WIDTH = 100;
const WIDEST = 120;
const NARROWEST = 40;
const CONNECTION_ID = /^#?(\d+)$/;

/** `sstory explain`: why a connection is in its state, from what was recorded. */
export async function run(argv: readonly string[]): Promise<number> {
  const parser = historyOptions(
    command(
      'explain',
      'Say in plain words why a connection is, or was, in its state, each sentence with its evidence.',
    ),
  )
    .usage('[options] CONNECTION_ID | FILTER | --all [FILTER]')
    .option('--at <time>', 'as it stood then; default: the end of what is recorded')
    .option('--all', 'what looks wrong on this host over the window, worst first')
    .option('-n, --connections <count>', 'explain so many, count the rest', wholeNumber(1), 10)
    .addHelpText(
      'after',
      '\n`state X` means: in X at that time, or the last state of one that has ended. A number alone is a connection id.\nMore: docs/explain.md',
    );
  const parsed = parseWords(parser, argv);
  if (parsed === undefined) return 0;
  const options = parsed.opts<ExplainOptions>();
  if (parsed.args.length === 0 && options.all !== true) {
    throw usageError(
      'usage',
      'which connection? Give its id or a filter',
      'sstory explain --all looks for what is wrong',
    );
  }
  const database = openForReading(options.db);
  try {
    const span = spanOf(database, options.db);
    await explainConnections(database, span, options, parsed.args);
    return 0;
  } finally {
    database.close();
  }
}

async function explainConnections(
  database: Database.Database,
  span: Recorded,
  options: ExplainOptions,
  words: readonly string[],
): Promise<void> {
  const atUs = options.at === undefined ? undefined : recordedMoment('--at', options.at, span, options.db);
  const id = words.length === 1 ? CONNECTION_ID.exec(words[0] ?? '')?.[1] : undefined;
  const found =
    id === undefined
      ? await matching(database, span, atUs, options, words)
      : { subjects: [theOne(database, Number(id), atUs, span, options.db)], count: 1 };
  const context = new ExplainContext(database, span, { atUs: found.subjects[0]?.atUs });
  context.peers.readAhead(found.subjects.map(({ connection }) => connection.tuple.remoteAddr));
  await print(
    found.subjects.map((subject) => explain(subject, context)),
    options.json === true,
  );
  if (found.count === 0) process.stderr.write('sstory: no connection like that\n');
  const rest = found.count - found.subjects.length;
  if (rest > 0) process.stderr.write(`sstory: and ${rest} more match (-n shows more)\n`);
}

async function matching(
  database: Database.Database,
  span: Recorded,
  atUs: number | undefined,
  options: ExplainOptions,
  words: readonly string[],
): Promise<{ subjects: readonly Subject[]; count: number }> {
  const window = atUs === undefined ? recordedWindow(options, span) : { fromUs: atUs, toUs: atUs };
  const filter = await historyFilter(database, words, undefined, { startUs: window.fromUs, endUs: window.toUs });
  return worstOf(database, {
    ...window,
    condition: filter?.condition,
    states: filter?.states,
    atMost: options.connections,
  });
}

function theOne(
  database: Database.Database,
  id: number,
  wishedUs: number | undefined,
  span: Recorded,
  db: string,
): Subject {
  const connection = connectionById(database, id);
  if (connection === undefined) {
    throw new SstoryError('no-connection', `${db} has no connection ${id}`, {
      hint: 'sstory timeline --oneline shows the ids (#N)',
    });
  }
  // While it is recorded, a connection may be younger than the recorder's last sign of life.
  const atUs = wishedUs ?? Math.max(span.endUs, connection.closedUs ?? 0, connection.steps.at(-1)?.atUs ?? 0);
  const subject = subjectAt(connection, atUs);
  if (subject !== undefined) return subject;
  throw new SstoryError('outside', `connection ${id} was not open yet at ${localTime(atUs)}`, {
    hint: `it was opened at ${localTime(connection.openedUs)}`,
  });
}

async function print(explanations: readonly Explanation[], json: boolean): Promise<void> {
  const output = new LineOutput(process.stdout);
  const width = textWidth();
  for (const [index, explanation] of explanations.entries()) {
    const lines = json ? [explanationJson(explanation)] : explanationLines(explanation, width);
    if (index > 0 && !json) await output.line('');
    for (const line of lines) await output.line(line);
  }
  await output.flush();
}

function textWidth(): number {
  return process.stdout.isTTY ? Math.max(NARROWEST, Math.min(WIDEST, process.stdout.columns)) : PIPE_WIDTH;
}
