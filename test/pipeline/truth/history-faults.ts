/** Compares a whole history with what truly happened. */
import type { Connection } from '../../../src/model/connection.js';
import { fourTupleKey } from '../../../src/model/four-tuple.js';
import { mayLackTransitions } from '../../../src/model/gap.js';
import { isAmbiguous } from './ambiguity.js';
import { endOf, type Life, startOf } from './life.js';
import { lifeOf, TOLERANCE_US, wall } from './matching.js';
import type { Recording } from './recording.js';
import { impossibilities, untrueState, untruths } from './row-faults.js';

/** The states before the first step that is reported. */
const OPENINGS: ReadonlySet<string> = new Set(['UNCONN', 'NEW-SYN-RECV']);

/** Everything that is untrue, impossible or missing in what was recorded; one line each. */
export function faultsOf(recording: Recording): string[] {
  return isAmbiguous(recording) ? [] : [...findFaults(recording)];
}

function* findFaults(recording: Recording): Iterable<string> {
  const { kernel, store, tracing } = recording;
  const rows = [...store.connections()];
  const gaps = store.gaps.filter(mayLackTransitions);
  const hasGap = (fromUs: number, toUs: number) =>
    gaps.some((gap) => gap.fromUs <= toUs + TOLERANCE_US && gap.toUs >= fromUs - TOLERANCE_US);
  const rowOf = new Map<Life, Connection>();
  for (const row of rows) {
    for (const fault of impossibilities(row, tracing, hasGap)) yield `${nameOf(row)}: ${fault}`;
    const life = lifeOf(row, kernel.lives);
    if (life === undefined) {
      yield `${nameOf(row)}: there was no such connection`;
      continue;
    }
    const other = rowOf.get(life);
    if (other !== undefined) yield `${nameOf(row)}: it is the same as ${nameOf(other)}`;
    rowOf.set(life, row);
    for (const fault of [...untruths(row, life), ...untrueState(row, life)]) yield `${nameOf(row)}: ${fault}`;
    if (row.origin === 'before-recording' && wasOpeningReceived(life, recording))
      yield `${nameOf(row)}: it did not exist before the recording`;
  }
  yield* overlaps(rows);
  if (tracing) {
    yield* missing(recording, rowOf, hasGap);
    yield* wrongGaps(recording);
  }
}

function wasOpeningReceived({ moments }: Life, { forgotten }: Recording): boolean {
  return moments.some(({ from, fate, atUs }) => OPENINGS.has(from) && fate === 'reported' && !forgotten.has(atUs));
}

/** Two connections that hold one four-tuple at the same moment. Listeners may share theirs. */
function* overlaps(rows: readonly Connection[]): Iterable<string> {
  const held = new Map<string, Connection>();
  const inOrder = rows
    .filter(({ tuple }) => tuple.remotePort !== 0 && tuple.localPort !== 0)
    .sort((one, other) => one.openedUs - other.openedUs || one.id - other.id);
  for (const row of inOrder) {
    const key = `${row.netns} ${fourTupleKey(row.tuple)}`;
    const before = held.get(key);
    const endUs = before === undefined ? 0 : (before.closedUs ?? Number.POSITIVE_INFINITY);
    if (before !== undefined && endUs > row.openedUs && !mayHaveEnded(before, row) && !mayBeOlder(row, before))
      yield `${nameOf(row)}: ${nameOf(before)} has its four-tuple ${endUs - row.openedUs} us longer`;
    if (endUs <= (row.closedUs ?? Number.POSITIVE_INFINITY)) held.set(key, row);
  }
}

/** Its end has bounds that allow it, and the port of one of them was not known when that end was found. */
function mayHaveEnded(before: Connection, after: Connection): boolean {
  const { closedNotBeforeUs } = before;
  const isTraced = [before, after].some((row) => row.origin === 'connect' && row.openedNotBeforeUs === undefined);
  return isTraced && closedNotBeforeUs !== undefined && closedNotBeforeUs <= after.openedUs;
}

/** It was found with its four-tuple, and gone, by dumps: it may have ended before the other one began. */
function mayBeOlder({ openedNotBeforeUs, closedNotBeforeUs }: Connection, { openedUs }: Connection): boolean {
  return (openedNotBeforeUs ?? Infinity) <= openedUs && (closedNotBeforeUs ?? Infinity) <= openedUs;
}

/** A connection of which an event was received has a row; one of which all events are missing lies in a gap. */
function* missing(
  { kernel, store, holes, forgotten }: Recording,
  rowOf: ReadonlyMap<Life, Connection>,
  hasGap: (fromUs: number, toUs: number) => boolean,
): Iterable<string> {
  const unreported = new Set(holes.filter(({ reported }) => !reported).flatMap(({ atUs }) => atUs));
  for (const life of kernel.lives) {
    if (rowOf.has(life)) continue;
    const { moments, number } = life;
    const events = moments.filter(({ fate, atUs }) => fate !== 'none' && fate !== 'unwatched' && !forgotten.has(atUs));
    const name = `the connection ${number} of ${startOf(life)} to ${endOf(life)}`;
    if (life.endUs === undefined) yield `${name} is open, and has no row`;
    for (const { atUs } of events)
      if (!unreported.has(atUs) && !hasGap(wall(atUs), wall(atUs)))
        yield `${name} has no row, and ${atUs} lies in no gap`;
  }
  for (const { atUs, reported } of holes)
    for (const each of reported ? atUs : [])
      if (!hasGap(wall(each), wall(each))) yield `the event at ${each} was lost, and lies in no gap`;
  if (store.gaps.some(({ fromUs, toUs }) => fromUs > toUs)) yield 'a gap ends before it begins';
}

/** One hole is one gap, with its number. */
function* wrongGaps({ store, holes, runs }: Recording): Iterable<string> {
  const expected = [
    ...holes.filter(({ reported }) => reported).map(({ atUs }) => `${atUs.length}`),
    ...runs.slice(1).map(() => 'run'),
  ];
  const found = store.gaps.map(({ lost, reason }) => (reason === 'tracer' ? 'run' : `${lost}`));
  if (expected.sort().join() !== found.sort().join())
    yield `the gaps are [${found.join()}], the holes [${expected.join()}]`;
}

function nameOf({ id, tuple, steps }: Connection): string {
  const path = steps.map(({ newState, notBeforeUs }) => `${notBeforeUs === undefined ? '' : '~'}${newState}`);
  return `#${id} ${tuple.localPort}>${tuple.remotePort} (${path.join(' ')})`;
}
