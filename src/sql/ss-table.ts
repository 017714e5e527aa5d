/** The table ss(filter, since, until). */
import type Database from 'better-sqlite3';
import { SstoryError, usageError } from '../model/error.js';
import type { Interval } from '../model/interval.js';
import { isoTime } from '../model/time-text.js';
import { loggedConnectionsBetween } from '../query/connections-between.js';
import { idsOf } from '../query/connections-by-ports.js';
import { everIn, type HistoryFilter } from '../query/history-filter.js';
import { recordedSpan } from '../query/span.js';
import { fulfils } from '../query/stays.js';
import type { SqlTime } from './functions.js';
import { type SqlToken, sqlTokens, stringValue } from './sql-tokens.js';

type Cell = string | number | null;

/** A filter, parsed, with its names resolved as they were in the window; undefined: of the whole recording. */
export interface SsFilter {
  readonly filter: HistoryFilter | undefined;
  readonly window: Interval | undefined;
}

/** By the arguments. */
export type SsFilters = ReadonlyMap<string, SsFilter>;

type Arguments = readonly unknown[];

/** The rows of a call, with the columns of `connections`, by id. `note` receives that nothing is recorded of its time. */
export function* ssRows(
  database: Database.Database,
  filters: SsFilters,
  call: Arguments,
  note: (text: string) => void,
): Generator<Cell[]> {
  if (call[0] === null) return;
  const known = filters.get(keyOf(call));
  if (known === undefined) {
    throw new SstoryError('filter-not-literal', 'the filter of ss() must be a literal in single quotes', {
      hint: "ss('state syn-sent dst :9200', 'end-1h', 'end'): its times too; conditions that depend on a row belong in WHERE",
    });
  }
  const { filter, window } = known;
  if (window === undefined) {
    const condition = everIn(filter) ?? { sql: '1', params: {} };
    const selected = database.prepare(`SELECT * FROM connections WHERE id IN (${idsOf(condition)})`);
    yield* selected.raw().iterate(condition.params) as IterableIterator<Cell[]>;
    return;
  }
  noteOutside(database, window, note);
  const one = database.prepare('SELECT * FROM connections WHERE id = ?').raw();
  for (const id of idsIn(database, filter, window)) {
    const row = one.get(id) as Cell[] | undefined;
    if (row !== undefined) yield row;
  }
}

/** An empty answer can mean that nothing was recorded. */
function noteOutside(database: Database.Database, { fromUs, toUs }: Interval, note: (text: string) => void): void {
  const span = recordedSpan(database);
  if (span === undefined || (fromUs <= span.toUs && toUs >= span.fromUs)) return;
  const [side, us] = fromUs > span.toUs ? ['since', fromUs] : ['until', toUs];
  note(`ss(): ${side} ${isoTime(us)} is outside the recorded time: ${isoTime(span.fromUs)} to ${isoTime(span.toUs)}`);
}

/** In order. */
function idsIn(database: Database.Database, filter: HistoryFilter | undefined, window: Interval): number[] {
  const ids: number[] = [];
  const wish = { ...window, states: filter?.states, longerThanUs: undefined };
  for (const connection of loggedConnectionsBetween(database, window.fromUs, window.toUs, everIn(filter)))
    if (fulfils(connection, window.toUs, wish)) ids.push(connection.id);
  return ids.sort((one, other) => one - other);
}

/** Parses what is written in a statement as `ss('...')` or `ss('...', since, until)`: `filterOf` parses a filter, and resolves its names. */
export async function ssFiltersIn(
  sql: string,
  time: SqlTime,
  filterOf: (words: readonly string[], window: Interval | undefined) => Promise<HistoryFilter | undefined>,
): Promise<SsFilters> {
  const filters = new Map<string, SsFilter>();
  const tokens = sqlTokens(sql);
  for (const [index, token] of tokens.entries()) {
    const call = token.text.toLowerCase() === 'ss' ? literalsAfter(tokens.slice(index + 1)) : undefined;
    if (call === undefined || typeof call[0] !== 'string') continue;
    const window = windowOf(time(call[1]), time(call[2]));
    const words = call[0].split(/\s+/).filter((word) => word !== '');
    filters.set(keyOf(call), { filter: await filterOf(words, window), window });
  }
  return filters;
}

/** The values between two parentheses; undefined where one of them is no literal. */
function literalsAfter(tokens: readonly SqlToken[]): Arguments | undefined {
  if (tokens[0]?.text !== '(') return undefined;
  const values: unknown[] = [];
  for (let at = 1; ; at += 2) {
    const value = literal(tokens[at]);
    if (value === undefined) return undefined;
    values.push(value);
    if (tokens[at + 1]?.text === ')') return values;
    if (tokens[at + 1]?.text !== ',') return undefined;
  }
}

function literal(token: SqlToken | undefined): string | number | undefined {
  if (token?.kind === 'string') return stringValue(token);
  return token?.kind === 'name' && /^\d+$/.test(token.text) ? Number(token.text) : undefined;
}

function windowOf(sinceUs: number | undefined, untilUs: number | undefined): Interval | undefined {
  if (sinceUs === undefined && untilUs === undefined) return undefined;
  const window = { fromUs: sinceUs ?? 0, toUs: untilUs ?? Number.MAX_SAFE_INTEGER };
  if (window.fromUs <= window.toUs) return window;
  throw usageError('empty-window', `ss(): since ${isoTime(window.fromUs)} is later than until ${isoTime(window.toUs)}`);
}

function keyOf([filter, since, until]: Arguments): string {
  return JSON.stringify([filter, since, until].map((value) => (value === undefined ? null : value)));
}
