/** Which function answers which request. */
import { jsonText } from '../../model/printable.js';
import { connectionTable, overviewTable, rowsTable, timelineTable } from '../csv/answer-tables.js';
import { type CsvTable, csvText, tableOfObjects } from '../csv/csv-table.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import type { Asked } from './asked.js';
import { complete } from './complete.js';
import { connection } from './connection.js';
import { diff } from './diff.js';
import { explainLines } from './explain.js';
import { info } from './info.js';
import { log } from './log.js';
import { overview } from './overview.js';
import { schema } from './schema.js';
import { sockets } from './sockets.js';
import { timeline } from './timeline.js';

/** How an answer is written. */
export const FORMATS = ['json', 'csv'] as const;

/** Passes on an answer, in pieces. */
export type Answer = (asked: Asked, indexes: LaneIndexes, text: (piece: string) => void) => Promise<void>;

function json(make: (asked: Asked, indexes: LaneIndexes) => unknown): Answer {
  return async (asked, indexes, text) => text(jsonText(await make(asked, indexes)));
}

/** With `format=csv`, a table instead. */
function view<T>(
  make: (asked: Asked, indexes: LaneIndexes) => T | Promise<T>,
  tableOf: (answer: T) => CsvTable,
): Answer {
  return async (asked, indexes, text) => {
    const isCsv = asked.query.oneOf('format', FORMATS, 'json') === 'csv';
    const answer = await make(asked, indexes);
    text(isCsv ? csvText(tableOf(answer)) : jsonText(answer));
  };
}

export const ANSWERS = {
  info: json(info),
  overview: view(overview, overviewTable),
  timeline: view(timeline, timelineTable),
  ss: view(sockets, rowsTable),
  diff: view(diff, rowsTable),
  log: view(log, rowsTable),
  connection: view(connection, connectionTable),
  schema: json(schema),
  complete: json(complete),
  explain: explained,
} as const satisfies Readonly<Record<string, Answer>>;

/** Line by line; as CSV at once, without the last line. */
async function explained(asked: Asked, _indexes: LaneIndexes, text: (piece: string) => void): Promise<void> {
  if (asked.query.oneOf('format', FORMATS, 'json') === 'json') {
    await explainLines(asked, (line) => text(`${line}\n`));
    return;
  }
  const rows: Record<string, unknown>[] = [];
  await explainLines(asked, (line) => {
    const { sentences: _sentences, ...row } = JSON.parse(line) as Record<string, unknown>;
    if (row['type'] !== 'end') rows.push(row);
  });
  text(csvText(tableOfObjects(rows)));
}

export type Route = keyof typeof ANSWERS;

export function isRoute(name: string): name is Route {
  return Object.hasOwn(ANSWERS, name);
}
