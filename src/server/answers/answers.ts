/** Which function answers which request. */
import { jsonText } from '../../model/printable.js';
import {
  connectionTable,
  diffTable,
  logTable,
  overviewTable,
  socketTable,
  timelineTable,
} from '../csv/answer-tables.js';
import { type CsvTable, csvPieces, tableOfObjects } from '../csv/csv-table.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import { jsonPieces } from '../pieces/rows.js';
import { type PutPiece, sendPieces } from '../pieces/send-pieces.js';
import type { Asked } from './asked.js';
import { complete } from './complete.js';
import { connection } from './connection.js';
import { diff } from './diff.js';
import { explainLines } from './explain.js';
import { info } from './info.js';
import { log } from './log.js';
import { overview } from './overview.js';
import { prepare } from './prepare.js';
import { schema } from './schema.js';
import { sockets } from './sockets.js';
import { timeline } from './timeline.js';

/** How an answer is written. */
export const FORMATS = ['json', 'csv'] as const;

/** Passes on an answer, in pieces, as fast as they are taken. */
export type Answer = (asked: Asked, indexes: LaneIndexes, put: PutPiece) => Promise<void>;

function json(make: (asked: Asked, indexes: LaneIndexes) => unknown): Answer {
  return async (asked, indexes, put) => await put(jsonText(await make(asked, indexes)));
}

/** With `format=csv`, a table instead. */
function view<T extends object>(
  make: (asked: Asked, indexes: LaneIndexes) => T | Promise<T>,
  tableOf: (answer: T) => CsvTable,
): Answer {
  return async (asked, indexes, put) => {
    const isCsv = asked.query.oneOf('format', FORMATS, 'json') === 'csv';
    const answer = await make(asked, indexes);
    await sendPieces(isCsv ? csvPieces(tableOf(answer)) : jsonPieces(answer), put);
  };
}

export const ANSWERS = {
  info: json(info),
  overview: view(overview, overviewTable),
  timeline: view(timeline, timelineTable),
  ss: view(sockets, socketTable),
  diff: view(diff, diffTable),
  log: view(log, logTable),
  connection: view(connection, connectionTable),
  schema: json(schema),
  complete: json(complete),
  explain: explained,
  /** Of no request. */
  prepare,
} as const satisfies Readonly<Record<string, Answer>>;

/** Line by line; as CSV at once, without the last line. */
async function explained(asked: Asked, _indexes: LaneIndexes, put: PutPiece): Promise<void> {
  if (asked.query.oneOf('format', FORMATS, 'json') === 'json') {
    await explainLines(asked, async (line) => await put(`${line}\n`));
    return;
  }
  const rows: Record<string, unknown>[] = [];
  await explainLines(asked, async (line) => {
    const { sentences: _sentences, ...row } = JSON.parse(line) as Record<string, unknown>;
    if (row['type'] !== 'end') rows.push(row);
  });
  await sendPieces(csvPieces(tableOfObjects(rows)), put);
}

export type Route = keyof typeof ANSWERS;

export function isRoute(name: string): name is Route {
  return Object.hasOwn(ANSWERS, name);
}
