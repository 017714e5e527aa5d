/** Which steps one commit added: the column `changes` of the table `recent`, for those who follow the history. */
import { stepCount } from '../model/connection.js';
import type { ChangedConnection, ReachedEnds } from '../model/history-batch.js';
import { jsonOfIntegers } from '../model/text-buffer.js';

/** The steps of a connection from this one on are new. */
interface Addition {
  readonly connectionId: number;
  readonly firstNewStep: number;
}

/** A JSON array of triples: the first id of a range of connections, how many ids it has, and their first new step. */
export function encodeAdditions(changes: readonly ChangedConnection[], reached?: ReachedEnds): string {
  const ranges: number[] = [];
  let [next, step] = [-1, -1];
  const add = (id: number, firstNewStep: number) => {
    if (id === next && firstNewStep === step) ranges[ranges.length - 2] = (ranges.at(-2) ?? 0) + 1;
    else ranges.push(id, 1, firstNewStep);
    next = id + 1;
    step = firstNewStep;
  };
  for (const { connection, firstNewStep } of changes)
    if (firstNewStep < stepCount(connection)) add(connection.id, firstNewStep);
  reached?.ids.forEach((id, index) => {
    add(id, reached.steps[index] ?? 0);
  });
  return jsonOfIntegers(ranges);
}

/** Decodes what `encodeAdditions` wrote. */
export function decodeAdditions(text: string): Addition[] {
  const ranges = JSON.parse(text) as number[];
  const additions: Addition[] = [];
  for (let at = 0; at < ranges.length; at += 3) {
    const [id = 0, count = 0, firstNewStep = 0] = ranges.slice(at, at + 3);
    for (let i = 0; i < count; i++) additions.push({ connectionId: id + i, firstNewStep });
  }
  return additions;
}
