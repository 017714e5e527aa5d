/** Which steps one commit added: the column `changes` of the table `recent`, for those who follow the history. */
import { stepCount } from '../model/connection.js';
import type { ChangedConnection, ReachedEnds } from '../model/history-batch.js';
import { TextBuffer } from '../model/text-buffer.js';

const [OPEN, COMMA, CLOSE] = [91, 44, 93];
const buffer = new TextBuffer();

/** The steps of a connection from this one on are new. */
interface Addition {
  readonly connectionId: number;
  readonly firstNewStep: number;
}

/** A JSON array of triples: the first id of a range of connections, how many ids it has, and their first new step. */
export function encodeAdditions(changes: readonly ChangedConnection[], reached?: ReachedEnds): string {
  let [first, count, step] = [0, 0, 0];
  let separator = OPEN;
  const putRange = () => {
    for (const value of [first, count, step]) {
      buffer.put(separator);
      buffer.putInteger(value);
      separator = COMMA;
    }
  };
  const add = (id: number, firstNewStep: number) => {
    if (count > 0 && id === first + count && firstNewStep === step) {
      count++;
      return;
    }
    if (count > 0) putRange();
    [first, count, step] = [id, 1, firstNewStep];
  };
  for (const { connection, firstNewStep } of changes)
    if (firstNewStep < stepCount(connection)) add(connection.id, firstNewStep);
  reached?.ids.forEach((id, index) => {
    add(id, reached.steps[index] ?? 0);
  });
  if (count > 0) putRange();
  else buffer.put(OPEN);
  buffer.put(CLOSE);
  return buffer.take();
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
