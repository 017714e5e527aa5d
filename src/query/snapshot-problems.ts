/** Whether what snapshots showed besides the rows of connections can be read. */
import type Database from 'better-sqlite3';
import { messageOf } from '../model/error.js';
import { numbersOf } from '../model/timewaits.js';
import { plainRows } from '../store/history-tables.js';
import { detailsOfBound } from './bound-at.js';

/** What cannot be read or cannot be true of bound sockets and of timewait sockets, one line each. */
export function* snapshotProblems(database: Database.Database): Generator<string> {
  for (const record of plainRows(database, 'bound', 'true')) {
    const { cookie, fromUs, toUs } = record;
    const problem = problemOf(() => detailsOfBound(record));
    if (problem !== undefined) yield `the bound socket with the cookie ${cookie} cannot be read: ${problem}`;
    if (toUs !== undefined && toUs < fromUs)
      yield `the bound socket with the cookie ${cookie} ended ${fromUs - toUs} us before it was first seen`;
  }
  for (const row of plainRows(database, 'timewaits', 'true')) {
    const problem = problemOf(() => numbersOf(row));
    if (problem !== undefined)
      yield `what the snapshot at ${row.atUs} of the namespace ${row.netns} showed of timewait sockets (${row.fact}) cannot be read: ${problem}`;
  }
}

/** Why it fails; undefined: it does not. */
function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
