/** What a shell may offer after a word of a filter. */
import type Database from 'better-sqlite3';
import { codeOfOrigin } from '../model/stored-codes.js';

/** So many of the latest connections are looked at: some milliseconds. */
const LATEST = 20_000;
const MOST_VALUES = 200;

const OF_LATEST = `FROM socket WHERE id > (SELECT max(id) FROM socket) - ${LATEST}`;
const SERVED = [codeOfOrigin('accept'), codeOfOrigin('listen')].join(', ');

const QUERIES = {
  comm: `SELECT comm ${OF_LATEST} AND comm IS NOT NULL GROUP BY comm ORDER BY count(*) DESC`,
  port: `SELECT port FROM (SELECT iif(origin IN (${SERVED}), local_port, remote_port) AS port ${OF_LATEST})
    WHERE port > 0 GROUP BY port ORDER BY count(*) DESC`,
  netns: 'SELECT DISTINCT name FROM namespaces WHERE name IS NOT NULL ORDER BY name',
} as const;

export type CompletionKind = keyof typeof QUERIES;

/** What no shell expands and no filter splits: a process chooses its name. */
const HARMLESS = /^[\p{L}\p{N}_][\p{L}\p{N}_.:@+-]*$/u;

/** Names of processes, ports or network namespaces, those of the most connections first. */
export function completionValues(database: Database.Database, kind: CompletionKind): string[] {
  const values = database.prepare<[], string | number>(`${QUERIES[kind]} LIMIT ${MOST_VALUES}`).pluck().all();
  return values.map(String).filter((value) => HARMLESS.test(value));
}

export function isCompletionKind(word: string | undefined): word is CompletionKind {
  return word !== undefined && Object.hasOwn(QUERIES, word);
}
