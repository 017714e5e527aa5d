/** Which of many connections to explain first, judged by their rows alone. */

import type Database from 'better-sqlite3';
import type { Condition } from '../model/condition.js';
import { ALWAYS } from '../model/condition.js';
import type { Interval } from '../model/interval.js';
import { STEP_SQL } from '../model/path-layout.js';
import { type CloseReason, codeOfCloseReason } from '../model/stored-codes.js';
import { codeOfState, type TcpState } from '../model/tcp-state.js';
import { connectionById } from '../query/connection-by-id.js';
import { connectionsBetween } from '../query/connections-between.js';
import { stepFromEnd } from '../query/path-sql.js';
import { type Subject, subjectAt } from './subject.js';

/** How much an end, and a state, looks wrong. */
export const OF_REASON: Readonly<Partial<Record<CloseReason, number>>> = {
  'timed out': 80,
  unreachable: 80,
  failed: 80,
  refused: 70,
  'reset by peer': 60,
  destroyed: 40,
  aborted: 30,
  unknown: 5,
};
export const OF_STATE: Readonly<Partial<Record<TcpState, number>>> = {
  'SYN-SENT': 90,
  'CLOSE-WAIT': 60,
  'SYN-RECV': 50,
  'NEW-SYN-RECV': 50,
  'FIN-WAIT-1': 30,
  'FIN-WAIT-2': 30,
  'LAST-ACK': 25,
  CLOSING: 25,
  LISTEN: 15,
  'TIME-WAIT': 5,
};
/** Ends that the last state makes better or worse than others of the same reason: an orphan that its peer left, a connect given up. */
export const OF_END: readonly { readonly reason: CloseReason; readonly state: TcpState; readonly weight: number }[] = [
  { reason: 'timed out', state: 'FIN-WAIT-2', weight: 30 },
  { reason: 'aborted', state: 'SYN-SENT', weight: 80 },
];
/** What retransmits add. */
export const RETRANSMITTED = 20;
/** The share of the recorded time above which the whole table is read rather than `closed_life`. */
const NARROW_SHARE = 0.1;

export interface Worst {
  /** At most as many as asked for, the worst first. */
  readonly subjects: readonly Subject[];
  /** How many there are in all. */
  readonly count: number;
}

export interface WorstOptions {
  readonly fromUs: number;
  readonly toUs: number;
  readonly condition: Condition | undefined;
  /** As of `toUs`: the last state before the end of those that ended; `UNCONN` also means that it has ended. */
  readonly states: ReadonlySet<TcpState> | undefined;
  readonly atMost: number;
}

/** Looks through the connections of a window for the worst, in flat memory. */
export function worstOf(database: Database.Database, span: Interval, options: WorstOptions): Worst {
  const { fromUs, toUs } = options;
  const isLong = toUs >= span.toUs && toUs - fromUs > (span.toUs - span.fromUs) * NARROW_SHARE;
  return isLong ? worstOfTable(database, options) : worstByLife(database, options);
}

function cases(column: string, weights: Readonly<Record<string, number>>, codeOf: (name: string) => number): string {
  const whens = Object.entries(weights).map(([name, weight]) => `WHEN ${codeOf(name)} THEN ${weight}`);
  return `CASE ${column} ${whens.join(' ')} ELSE 0 END`;
}

/** The state before the step into UNCONN. */
const LAST_OPEN_STATE = STEP_SQL.newState(stepFromEnd(2));
const ENDS = OF_END.map(
  ({ reason, state, weight }) =>
    `WHEN close_reason = ${codeOfCloseReason(reason)} AND ${LAST_OPEN_STATE} = ${codeOfState(state)} THEN ${weight}`,
).join('\n  ');
const WEIGHT = `
CASE WHEN closed_us IS NULL THEN ${cases('state', OF_STATE, (name) => codeOfState(name as TcpState))}
  ${ENDS}
  ELSE ${cases('close_reason', OF_REASON, (name) => codeOfCloseReason(name as CloseReason))} END
+ CASE WHEN retransmits > 0 THEN ${RETRANSMITTED} ELSE 0 END`;

/** Up to the end of the recorded time the columns suffice, and SQLite sorts without returning the rows. */
function worstOfTable(database: Database.Database, options: WorstOptions): Worst {
  const { fromUs, toUs, states, atMost, condition = ALWAYS } = options;
  const where = `opened_us <= @toUs AND (closed_us IS NULL OR closed_us >= @fromUs) AND (${condition.sql}) ${inStates(states)}`;
  const params = { ...condition.params, fromUs, toUs };
  const count = database.prepare(`SELECT count(*) FROM socket WHERE ${where}`).pluck().get(params) as number;
  const ids = database
    .prepare(
      `SELECT id FROM socket WHERE ${where}
       ORDER BY ${WEIGHT} DESC, CASE WHEN closed_us IS NULL THEN opened_us ELSE -closed_us END, id LIMIT @atMost`,
    )
    .pluck()
    .all({ ...params, atMost }) as number[];
  const subjects = ids.flatMap((id) => {
    const connection = connectionById(database, id);
    return (connection === undefined ? undefined : subjectAt(connection, toUs)) ?? [];
  });
  return { subjects, count };
}

function inStates(states: ReadonlySet<TcpState> | undefined): string {
  if (states === undefined) return '';
  const codes = [...states].map(codeOfState).join(', ');
  const ended = states.has('UNCONN') ? '1' : `${LAST_OPEN_STATE} IN (${codes})`;
  return `AND CASE WHEN closed_us IS NULL THEN state IN (${codes}) ELSE ${ended} END`;
}

interface Ranked {
  readonly subject: Subject;
  readonly weight: number;
}

/** A narrow window, or one that ends before the recording does: by the index, each connection read whole. */
function worstByLife(database: Database.Database, options: WorstOptions): Worst {
  const { fromUs, toUs, states, atMost, condition } = options;
  const kept: Ranked[] = [];
  let count = 0;
  for (const connection of connectionsBetween(database, fromUs, toUs, condition)) {
    const subject = subjectAt(connection, toUs);
    if (subject === undefined || !isIn(subject, states)) continue;
    count++;
    const own = { subject, weight: weightOf(subject) };
    if (kept.length >= atMost && compare(own, kept.at(-1)) >= 0) continue;
    const place = kept.findIndex((other) => compare(own, other) < 0);
    kept.splice(place < 0 ? kept.length : place, 0, own);
    if (kept.length > atMost) kept.pop();
  }
  return { subjects: kept.map(({ subject }) => subject), count };
}

function isIn({ state, ended }: Subject, states: ReadonlySet<TcpState> | undefined): boolean {
  return states === undefined || states.has(state) || (ended !== undefined && states.has('UNCONN'));
}

function weightOf({ connection, state, ended }: Subject): number {
  const retransmitted = connection.retransmits > 0 ? RETRANSMITTED : 0;
  if (ended === undefined) return (OF_STATE[state] ?? 0) + retransmitted;
  const ofEnd = OF_END.find((end) => end.reason === ended.reason && end.state === state);
  return (ofEnd?.weight ?? OF_REASON[ended.reason] ?? 0) + retransmitted;
}

/** The heavier first; then, of those that last, the oldest, and of those that ended, the latest. */
function compare(a: Ranked, b: Ranked | undefined): number {
  if (b === undefined) return -1;
  return (
    b.weight - a.weight || orderOf(a.subject) - orderOf(b.subject) || a.subject.connection.id - b.subject.connection.id
  );
}

function orderOf({ connection, ended }: Subject): number {
  return ended === undefined ? connection.openedUs : -ended.atUs;
}
