/** Which function answers which request. */
import { jsonText } from '../../model/printable.js';
import type { LaneIndexes } from '../lanes/lane-indexes.js';
import type { Asked } from './asked.js';
import { connection } from './connection.js';
import { diff } from './diff.js';
import { explainLines } from './explain.js';
import { info } from './info.js';
import { log } from './log.js';
import { overview } from './overview.js';
import { schema } from './schema.js';
import { sockets } from './sockets.js';
import { timeline } from './timeline.js';

/** Passes on an answer, in pieces. */
export type Answer = (asked: Asked, indexes: LaneIndexes, text: (piece: string) => void) => Promise<void>;

function json(make: (asked: Asked, indexes: LaneIndexes) => unknown): Answer {
  return async (asked, indexes, text) => text(jsonText(await make(asked, indexes)));
}

export const ANSWERS = {
  info: json(info),
  overview: json(overview),
  timeline: json(timeline),
  ss: json(sockets),
  diff: json(diff),
  log: json(log),
  connection: json(connection),
  schema: json(schema),
  explain: (asked, _indexes, text) => explainLines(asked, (line) => text(`${line}\n`)),
} as const satisfies Readonly<Record<string, Answer>>;

export type Route = keyof typeof ANSWERS;

export function isRoute(name: string): name is Route {
  return Object.hasOwn(ANSWERS, name);
}
