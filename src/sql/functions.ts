import type Database from 'better-sqlite3';
import { registerInetIn } from '../filter/inet-in.js';
import { SstoryError } from '../model/error.js';
import { stepsOfText } from '../model/packed-steps.js';
import { shownState, type TcpState } from '../model/tcp-state.js';
import { parseTimeArgument } from '../model/time-argument.js';
import { durationText, isoTime } from '../model/time-text.js';
import { NameHistory } from '../query/name-history.js';
import { recordedSpan } from '../query/span.js';
import { PATH } from '../store/socket-columns.js';

/** What sstory adds to SQL, as completion, `.functions` and docs/schema.md list it. */
export const SQL_FUNCTIONS: readonly (readonly [call: string, meaning: string])[] = [
  ['ts(text)', "microseconds of a time: ts('10 min ago'), ts('14:05'), ts('end-1h')"],
  ['iso(us)', 'a time as 2026-11-21T02:13:33.123456Z'],
  ['dur(us)', 'a duration as 3.4ms, 4m10s, 2d4h'],
  ['inet_in(addr, prefix)', "1 if an address is in a prefix: inet_in(remote_addr, '10.0.0.0/8')"],
  ['state_at(connection_id, t)', 'the state of a connection at a time; NULL if it did not exist'],
  ['name_at(addr, us)', 'the name that resolved to an address at a time, or last before it; NULL if none was recorded'],
  ['sockets_at(t)', 'a table: the sockets that ss would have shown at a time'],
  [
    'ss(filter, since, until)',
    "a table: the connections a filter of ss selects, of the whole recording or of a time: ss('state syn-sent', 'end-1h'); state means: was in it then",
  ],
];

/** Reads a time in SQL: microseconds, or text as for `--at`. */
export type SqlTime = (value: unknown) => number | undefined;

/**
 * Reads times in SQL: numbers are microseconds since the epoch, texts are times as for `--at`. NULL stays NULL. `nowUs` is
 * fixed, so that one query has one now.
 */
export function timeReader(database: Database.Database, nowUs: number): SqlTime {
  const known = new Map<string, number>();
  return (value) => {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'number') return Math.floor(value);
    const text = String(value);
    let us = known.get(text);
    if (us === undefined) {
      const span = recordedSpan(database);
      us = parseTimeArgument(text, { nowUs, startUs: span?.fromUs, endUs: span?.toUs }).us;
      if (known.size < 10_000) known.set(text, us);
    }
    return us;
  };
}

/** Registers the functions in `database`; they read through `lookups`, another handle on the same file. */
export function registerFunctions(database: Database.Database, lookups: Database.Database, nowUs: number): void {
  const time = timeReader(lookups, nowUs);
  const names = new NameHistory(lookups);
  const stateOf = stateReader(lookups);
  const define = (name: string, body: (...values: unknown[]) => string | number | null) =>
    database.function(name, { deterministic: true }, body);
  registerInetIn(database);
  define('ts', (text) => time(text) ?? null);
  define('iso', (us) => (us === null ? null : isoTime(number('iso', us))));
  define('dur', (us) => {
    if (us === null) return null;
    const length = number('dur', us);
    return length < 0 ? `-${durationText(-length)}` : durationText(length);
  });
  define('state_at', (id, at) => {
    const atUs = time(at);
    const state = typeof id === 'number' && atUs !== undefined ? stateOf(id, atUs) : undefined;
    return state === undefined || state === 'UNCONN' ? null : shownState(state);
  });
  define('name_at', (address, at) => nameAt(names, address, time(at)));
}

/** The range of a Date: a time beyond it has no text. */
const LARGEST_US = 8.64e18;

function number(name: string, value: unknown): number {
  if (typeof value === 'number' && Math.abs(value) <= LARGEST_US) return Math.floor(value);
  throw new SstoryError('not-a-number', `${name}() takes microseconds, not ${JSON.stringify(value)}`, {
    hint: "ts('2026-11-21 02:13') converts text to microseconds",
  });
}

/** The state of a connection at a time; undefined if it did not exist then. */
function stateReader(database: Database.Database): (id: number, atUs: number) => TcpState | undefined {
  const select = database.prepare(`SELECT opened_us, ${PATH} FROM socket WHERE id = ?`).raw();
  return (id, atUs) => {
    const [openedUs, path] = (select.get(id) as [number, string] | undefined) ?? [];
    if (openedUs === undefined || path === undefined) return undefined;
    return stepsOfText(openedUs, path).findLast((step) => step.atUs <= atUs)?.newState;
  };
}

/** The name of an address; a v4-mapped one has the names of its IPv4 address. */
function nameAt(names: NameHistory, address: unknown, atUs: number | undefined): string | null {
  if (typeof address !== 'string' || atUs === undefined) return null;
  return names.nameAt(address, atUs)?.name ?? null;
}
