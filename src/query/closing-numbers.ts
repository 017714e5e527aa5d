/** Whether the table `closings` numbers each ended connection once: what `sstory ship` sends follows these numbers. */
import type Database from 'better-sqlite3';
import { counted } from '../model/counted.js';
import { messageOf } from '../model/error.js';
import { CLOSING_COLUMNS, type Closing, type ClosingValues, closingOf, HAS_ENDED } from '../store/closings.js';
import { OPEN_CLASS } from '../store/life-class.js';
import { readPruned } from '../store/prunings.js';
import { REACHED_US } from '../store/socket-columns.js';
import { IdSet } from './id-set.js';

/** The last ends that a run reached may not be numbered yet, microseconds. */
const UNREPORTED_US = 2_000_000;

/** What cannot be true of the numbers, one line each. */
export function* closingProblems(database: Database.Database): Generator<string> {
  // The first databases of version 4 have no such table.
  if (database.prepare("SELECT 1 FROM main.sqlite_schema WHERE name = 'closings'").get() === undefined) return;
  const numbered = new IdSet();
  const state: Numbered = { numbered, last: undefined, first: undefined, isReadable: true };
  yield* rowProblems(database, state);
  // Without all rows it is not known what they number.
  if (state.isReadable) yield* unnumbered(database, state);
}

interface Numbered {
  readonly numbered: IdSet;
  /** The numbers before the first row, and of the last one. */
  first: number | undefined;
  last: number | undefined;
  isReadable: boolean;
}

function* rowProblems(database: Database.Database, state: Numbered): Generator<string> {
  const rows = database.prepare(`SELECT ${CLOSING_COLUMNS} FROM closings ORDER BY seq`).raw().iterate();
  for (const values of rows as IterableIterator<ClosingValues>) {
    const [seq, count] = values;
    const name = `numbers ${seq - count + 1} to ${seq}`;
    if (state.last !== undefined && seq - count !== state.last)
      yield `${name} follow ${state.last}: ${seq - count > state.last ? 'some are missing' : 'some are there twice'}`;
    state.first ??= seq - count;
    state.last = seq;
    let closing: Closing;
    try {
      closing = closingOf(values);
    } catch (error) {
      state.isReadable = false;
      yield `${name}: ${messageOf(error)}`;
      continue;
    }
    for (const id of closing.ids) if (!state.numbered.add(id)) yield `connection ${id} has a second one, in ${name}`;
  }
}

/** Where connections were deleted, those that are older than that may lack a number: it goes first. */
function* unnumbered(database: Database.Database, { numbered, first = 0 }: Numbered): Generator<string> {
  const prunedUs = readPruned(database)?.throughUs;
  const reachedUs = (database.prepare(`SELECT ${REACHED_US}`).pluck().get() as number | null) ?? 0;
  const rows = database
    .prepare(`SELECT id FROM socket WHERE ${HAS_ENDED} AND closed_us > ? AND closed_us <= ? ORDER BY id`)
    .pluck()
    .iterate(prunedUs ?? Number.MIN_SAFE_INTEGER, reachedUs - UNREPORTED_US);
  for (const id of rows as IterableIterator<number>)
    if (!numbered.has(id)) yield `connection ${id} has ended and has no number`;
  if (prunedUs !== undefined) return;
  if (first > 0) yield `numbers 1 to ${first} are missing, and nothing was deleted`;
  const closed = database
    .prepare(`SELECT count(*) FROM socket WHERE life_class > ${OPEN_CLASS}`)
    .pluck()
    .get() as number;
  if (numbered.size > closed) yield `${counted(numbered.size - closed, 'number')} of connections that do not exist`;
}
