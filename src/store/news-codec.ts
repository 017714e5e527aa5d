/** What one commit added to the history, in the table `recent`: for those who follow it. */
import { type ChangedConnection, stepCount } from '../model/connection.js';

/** Steps of a connection from this one on are new. */
export interface News {
  readonly connectionId: number;
  readonly firstNewStep: number;
}

/** Connections with new steps as a JSON array of threes: the first id, how many follow on it one by one, the first step that is new. */
export function encodeNews(changes: readonly ChangedConnection[]): string {
  const runs: number[] = [];
  let [next, step] = [-1, -1];
  for (const { connection, firstNewStep } of changes) {
    if (firstNewStep >= stepCount(connection)) continue;
    if (connection.id === next && firstNewStep === step) runs[runs.length - 2] = (runs.at(-2) ?? 0) + 1;
    else runs.push(connection.id, 1, firstNewStep);
    next = connection.id + 1;
    step = firstNewStep;
  }
  return JSON.stringify(runs);
}

/** What `encodeNews` wrote. */
export function decodeNews(text: string): News[] {
  const runs = JSON.parse(text) as number[];
  const news: News[] = [];
  for (let at = 0; at < runs.length; at += 3) {
    const [id = 0, count = 0, firstNewStep = 0] = runs.slice(at, at + 3);
    for (let i = 0; i < count; i++) news.push({ connectionId: id + i, firstNewStep });
  }
  return news;
}
