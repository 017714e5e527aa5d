/** Which of many connections are worth an explanation first: by what their row alone tells. */
import type Database from 'better-sqlite3';
import type { CloseReason } from '../../model/connection.js';
import type { TcpState } from '../../model/tcp-state.js';
import { type Condition, connectionsBetween } from '../connections-between.js';
import { type Subject, subjectAt } from './subject.js';

const OF_REASON: Readonly<Partial<Record<CloseReason, number>>> = {
  'timed out': 80,
  unreachable: 80,
  failed: 80,
  refused: 70,
  'reset by peer': 60,
  destroyed: 40,
  aborted: 30,
  unknown: 5,
};
const OF_STATE: Readonly<Partial<Record<TcpState, number>>> = {
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
/** What retransmits add, and what lasting adds. */
const RETRANSMITTED = 20;
const MOST_FOR_AGE = 9;

/** The larger, the worse it looks. */
export function concern({ connection, state, ended, ageUs }: Subject): number {
  const known = ended === undefined ? (OF_STATE[state] ?? 0) : (OF_REASON[ended.reason] ?? 0);
  const age = Math.min(MOST_FOR_AGE, Math.max(0, Math.log10(Math.max(1, ageUs)) - 3));
  return known + (connection.retransmits > 0 ? RETRANSMITTED : 0) + (known > 0 ? age : 0);
}

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
export function worstOf(database: Database.Database, options: WorstOptions): Worst {
  const { fromUs, toUs, condition, states, atMost } = options;
  const kept: { readonly subject: Subject; readonly concern: number }[] = [];
  let count = 0;
  for (const connection of connectionsBetween(database, fromUs, toUs, condition)) {
    const subject = subjectAt(connection, toUs);
    if (subject === undefined || !isIn(subject, states)) continue;
    count++;
    const own = { subject, concern: concern(subject) };
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

type Ranked = { readonly subject: Subject; readonly concern: number };

function compare(a: Ranked, b: Ranked | undefined): number {
  if (b === undefined) return -1;
  return b.concern - a.concern || b.subject.connection.openedUs - a.subject.connection.openedUs;
}
