import { statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { ExplainContext } from '../../explain/context.js';
import { explain } from '../../explain/explain.js';
import { type Subject, subjectAt } from '../../explain/subject.js';
import { troublesIn } from '../../explain/troubles/troubles.js';
import { worstOf } from '../../explain/worst.js';
import type { Condition } from '../../model/condition.js';
import { SstoryError, usageError } from '../../model/error.js';
import type { Interval } from '../../model/interval.js';
import { localTime } from '../../model/time-text.js';
import { connectionById } from '../../query/connection-by-id.js';
import { everIn } from '../../query/history-filter.js';
import { openForReading } from '../../store/database.js';
import { explanationJson, troubleJson } from '../../view/explanation-json.js';
import { explanationLines, troubleLines } from '../../view/explanation-lines.js';
import { command, parseWords, wholeNumber } from '../command.js';
import { filterOf } from '../history/filter.js';
import {
  historyOptions,
  recordedMoment,
  recordedWindow,
  spanOf,
  type WindowOptions,
} from '../history/history-window.js';
import { notePruned } from '../history/pruned-note.js';
import { localPorts } from '../host/local-ports.js';
import { netnsPathOf } from '../host/netns-path.js';
import { LineOutput } from '../output/line-output.js';

interface ExplainOptions extends WindowOptions {
  readonly at?: string;
  readonly all?: boolean;
  readonly netns?: string;
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
    .option('-N, --netns <name>', 'only of this network namespace: its name, path, or inode number')
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
  span: Interval,
  options: ExplainOptions,
  words: readonly string[],
): Promise<void> {
  const atUs = options.at === undefined ? undefined : recordedMoment('--at', options.at, span, options.db);
  const netns = options.netns === undefined ? undefined : netnsOf(options.netns);
  notePruned(database, span.fromUs);
  if (options.all === true) return showTroubles(database, span, { ...options, atUs, inode: netns }, words);
  const id = words.length === 1 ? CONNECTION_ID.exec(words[0] ?? '')?.[1] : undefined;
  const found =
    id === undefined
      ? await matching(database, span, atUs, { ...options, inode: netns }, words)
      : { subjects: [theOne(database, Number(id), atUs, span, options.db)], count: 1 };
  const context = new ExplainContext(database, span, { atUs: found.subjects[0]?.atUs, localPorts });
  context.peers.readAhead(found.subjects.map(({ connection }) => connection.tuple.remoteAddr));
  const explained = found.subjects.map((subject) => explain(subject, context));
  await print(explained, options.json === true ? explanationJson : explanationLines);
  if (found.count === 0) process.stderr.write('sstory: no connection like that\n');
  const rest = found.count - found.subjects.length;
  if (rest > 0) process.stderr.write(`sstory: and ${rest} more match (-n shows more)\n`);
}

async function matching(
  database: Database.Database,
  span: Interval,
  atUs: number | undefined,
  options: Chosen,
  words: readonly string[],
): Promise<{ subjects: readonly Subject[]; count: number }> {
  const window = atUs === undefined ? recordedWindow(options, span) : { fromUs: atUs, toUs: atUs };
  const filter = await filterOf(database, words, undefined, { fromUs: window.fromUs, toUs: window.toUs });
  return worstOf(database, span, {
    ...window,
    condition: inNetns(everIn(filter), options.inode),
    states: filter?.states,
    atMost: options.connections,
  });
}

/** The options with what they were understood as: `--at` as a time, `--netns` as an inode number. */
interface Chosen extends ExplainOptions {
  readonly atUs?: number | undefined;
  readonly inode: number | undefined;
}

function inNetns(condition: Condition | undefined, inode: number | undefined): Condition | undefined {
  if (inode === undefined) return condition;
  const rest = condition === undefined ? '' : ` AND (${condition.sql})`;
  return { sql: `netns = @onlyNetns${rest}`, params: { ...condition?.params, onlyNetns: inode } };
}

/** The inode number of a namespace: as it is written, or of the one with that name or path. */
function netnsOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const path = netnsPathOf({ netns: text });
  return path === undefined ? 0 : statSync(path).ino;
}

async function showTroubles(
  database: Database.Database,
  span: Interval,
  options: Chosen,
  words: readonly string[],
): Promise<void> {
  const window = recordedWindow(options, span);
  const toUs = options.atUs ?? window.toUs;
  const filter = await filterOf(database, words, undefined, { fromUs: window.fromUs, toUs: toUs });
  if (filter?.states !== undefined) {
    throw usageError(
      'usage',
      '--all looks at every state: it takes no `state`',
      'sstory explain state X, without --all',
    );
  }
  const fromUs = Math.min(window.fromUs, toUs);
  const context = new ExplainContext(database, span, { atUs: toUs, localPorts });
  const condition = inNetns(filter?.condition, options.inode);
  const { troubles, count } = troublesIn(context, { fromUs, toUs, condition }, options.connections);
  await print(troubles, options.json === true ? troubleJson : troubleLines);
  const rest = count - troubles.length;
  const when = `from ${localTime(fromUs)} to ${localTime(toUs)}`;
  if (troubles.length === 0) process.stderr.write(`sstory: nothing looks wrong ${when}\n`);
  if (rest > 0) process.stderr.write(`sstory: and ${rest} more (-n shows more)\n`);
  const gaps = context.gapsTouching(fromUs, toUs).length;
  if (gaps > 0) {
    const gapWord = gaps === 1 ? 'a gap' : `${gaps} gaps`;
    process.stderr.write(`sstory: the record has ${gapWord} in this window: what fell into it is not told\n`);
  }
}

function theOne(
  database: Database.Database,
  id: number,
  wishedUs: number | undefined,
  span: Interval,
  db: string,
): Subject {
  const connection = connectionById(database, id);
  if (connection === undefined) {
    throw new SstoryError('no-connection', `${db} has no connection ${id}`, {
      hint: 'sstory timeline --oneline shows the ids (#N)',
    });
  }
  // While it is recorded, a connection may be younger than the recorder's last sign of life.
  const atUs = wishedUs ?? Math.max(span.toUs, connection.closedUs ?? 0, connection.steps.at(-1)?.atUs ?? 0);
  const subject = subjectAt(connection, atUs);
  if (subject !== undefined) return subject;
  throw new SstoryError('outside', `connection ${id} was not open yet at ${localTime(atUs)}`, {
    hint: `it was opened at ${localTime(connection.openedUs)}`,
  });
}

async function print<T>(
  items: readonly T[],
  textOf: ((item: T) => string) | ((item: T, width: number) => string[]),
): Promise<void> {
  const output = new LineOutput(process.stdout);
  const width = textWidth();
  for (const [index, item] of items.entries()) {
    const text = textOf(item, width);
    if (typeof text === 'string') await output.line(text);
    else await output.line(`${index > 0 ? '\n' : ''}${text.join('\n')}`);
  }
  await output.flush();
}

function textWidth(): number {
  return process.stdout.isTTY ? Math.max(NARROWEST, Math.min(WIDEST, process.stdout.columns)) : PIPE_WIDTH;
}
