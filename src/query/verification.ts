/** Whether a database is complete and consistent. */
import type Database from 'better-sqlite3';
import type { Connection } from '../model/connection.js';
import { counted } from '../model/counted.js';
import { MAY_LACK_TRANSITIONS } from '../model/gap.js';
import { runEndUs } from '../model/run.js';
import { codeOfCloseReason } from '../model/stored-codes.js';
import { maskOfStates, shownState, type TcpState } from '../model/tcp-state.js';
import { BLOCK_SQL } from '../store/closed-index.js';
import { FORESEEN_LONGER_US, lifeClass, OPEN_CLASS } from '../store/life-class.js';
import { isMemberSql, memberBitSql, STRETCH, slotBeginsSql, slotSql, stretchSql } from '../store/lives-layout.js';
import { readsPreviousSchema } from '../store/previous-schema.js';
import { readPruned } from '../store/prunings.js';
import { readRuns } from '../store/runs.js';
import { connectionOfValues, type SocketValues, WRITTEN_COLUMNS } from '../store/socket-columns.js';
import { closingProblems } from './closing-numbers.js';
import { damagedValues } from './damaged-values.js';
import { snapshotProblems } from './snapshot-problems.js';

/** Something that cannot be true. */
export interface Finding {
  readonly check: 'integrity' | 'orphan' | 'index' | 'states' | 'overlap' | 'numbers' | 'snapshots';
  /** One line that names what it is about. */
  readonly text: string;
}

const CHILD_TABLES = ['owner', 'samples', 'events'] as const;

/**
 * All findings, in the order in which they are found. The rows are read one by one, so memory stays flat; the overlaps are
 * found by one sort, which SQLite keeps in a temporary file where it is large.
 */
export function* findings(database: Database.Database): Generator<Finding> {
  yield* brokenPages(database);
  yield* orphans(database);
  yield* indexDifferences(database);
  yield* inconsistentRows(database);
  yield* overlaps(database);
  for (const text of closingProblems(database)) yield { check: 'numbers', text };
  for (const text of snapshotProblems(database)) yield { check: 'snapshots', text };
}

function* brokenPages(database: Database.Database): Generator<Finding> {
  for (const row of database.prepare('PRAGMA integrity_check(100)').pluck().iterate()) {
    for (const line of String(row).split('\n')) {
      if (line !== 'ok') yield { check: 'integrity', text: line };
    }
  }
  for (const row of database.prepare('PRAGMA foreign_key_check').iterate() as Iterable<{
    table: string;
    rowid: number;
  }>) {
    yield { check: 'integrity', text: `foreign key of ${row.table} row ${row.rowid}` };
  }
}

function* orphans(database: Database.Database): Generator<Finding> {
  for (const table of CHILD_TABLES) {
    const rows = database
      .prepare(
        `SELECT connection_id AS id, count(*) AS count FROM ${table} t WHERE connection_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM socket s WHERE s.id = t.connection_id) GROUP BY connection_id`,
      )
      .iterate() as IterableIterator<{ id: number; count: number }>;
    for (const { id, count } of rows) {
      yield { check: 'orphan', text: `${counted(count, 'row')} in ${table} of connection ${id}, which does not exist` };
    }
  }
}

/** A table that finds closed connections. */
interface FindingTable {
  readonly table: string;
  /** Where it differs from the name, what is read. */
  readonly rows?: string;
  /** Of its row `k` and the connection `s`. */
  readonly isOf: string;
  /** The connections that its rows are about, as SQL with the column `id` beside those of the table. */
  readonly entries: string;
}

/** A member was opened in its slot, and lived for less than 4^class microseconds. */
const LATEST_END_US = `${slotBeginsSql('k.slot + 1')} + (1 << (2 * k.class))`;
const PLACES = `WITH RECURSIVE place (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM place WHERE n < ${STRETCH - 1})`;
const LIVES: FindingTable = {
  table: 'closed_life',
  isOf: `k.class = s.life_class AND k.slot = ${slotSql('s.opened_us')} AND k.stretch = ${stretchSql('s.id')}
      AND ${isMemberSql('s.id')} AND k.to_us >= s.closed_us
      AND k.to_us <= ${LATEST_END_US}`,
  entries: `(${PLACES} SELECT l.*, l.stretch * ${STRETCH} + n AS id FROM closed_life l, place WHERE l.members & ${memberBitSql('n')})`,
};
/** In a file of the previous schema each connection has a row. Searches in the view that stands for the table would read it whole. */
const LIVES_BEFORE: FindingTable = {
  table: 'closed_life',
  rows: 'main.closed_life',
  // Of a TIME-WAIT that ended before its timer, the row has the time at which that was due.
  isOf: `k.class = s.life_class AND k.from_us = s.opened_us AND k.connection_id = s.id AND (k.to_us = s.closed_us
    OR (s.states & ${maskOfStates(['TIME-WAIT'])} AND k.to_us BETWEEN s.closed_us AND s.closed_us + ${FORESEEN_LONGER_US}))`,
  entries: '(SELECT *, connection_id AS id FROM main.closed_life)',
};
const PORTS: FindingTable = {
  table: 'closed_port',
  isOf: `k.block = s.${BLOCK_SQL} AND k.remote = s.remote_port AND k.local = s.local_port AND k.from_us = s.opened_us AND k.connection_id = s.id`,
  entries: '(SELECT *, connection_id AS id FROM closed_port)',
};

/** Connections that queries would not find, or would find where they are not. */
function* indexDifferences(database: Database.Database): Generator<Finding> {
  const covered = `s.life_class > ${OPEN_CLASS} AND s.id <= (SELECT closed_through.id FROM closed_through)`;
  for (const { table, rows = table, isOf, entries } of [readsPreviousSchema(database) ? LIVES_BEFORE : LIVES, PORTS]) {
    const [missing, firstMissing] = countAndFirst(
      database,
      `SELECT count(*), min(id) FROM socket s WHERE ${covered} AND NOT EXISTS (SELECT 1 FROM ${rows} k WHERE ${isOf})`,
    );
    if (missing > 0)
      yield { check: 'index', text: `${table} lacks ${counted(missing, 'connection')}, the first is ${firstMissing}` };
    const [wrong, firstWrong] = countAndFirst(
      database,
      `SELECT count(*), min(id) FROM ${entries} k
       WHERE NOT EXISTS (SELECT 1 FROM socket s WHERE s.id = k.id AND ${covered} AND ${isOf})`,
    );
    if (wrong > 0)
      yield {
        check: 'index',
        text: `${table} has ${counted(wrong, 'row')} that match no connection, the first of ${firstWrong}`,
      };
  }
}

function countAndFirst(database: Database.Database, sql: string): readonly [count: number, first: number | null] {
  return database.prepare(sql).raw().get() as [number, number | null];
}

function* inconsistentRows(database: Database.Database): Generator<Finding> {
  const gaps = database.prepare(
    `SELECT 1 FROM gaps WHERE from_us <= @toUs AND to_us >= @fromUs AND ${MAY_LACK_TRANSITIONS} LIMIT 1`,
  );
  // The gaps of a pruned period are deleted.
  const prunedUs = readPruned(database)?.throughUs ?? Number.NEGATIVE_INFINITY;
  const hasGap: GapTest = (fromUs, toUs) => fromUs <= prunedUs || gaps.get({ fromUs, toUs }) !== undefined;
  const rows = database.prepare(`SELECT life_class, ${WRITTEN_COLUMNS} FROM socket ORDER BY id`).raw().iterate();
  for (const [life, ...values] of rows as IterableIterator<[number, ...SocketValues]>)
    for (const problem of problemsOf(life, values, hasGap))
      yield { check: 'states', text: `connection ${values[0]}: ${problem}` };
}

/** Whether a gap touches a period. */
type GapTest = (fromUs: number, toUs: number) => boolean;

/** What is inconsistent in a row. A step may be missing where a gap was recorded. */
function problemsOf(life: number, values: SocketValues, hasGap: GapTest): string[] {
  const damage = damagedValues(values);
  if (damage.length > 0) return damage;
  let connection: Connection;
  try {
    connection = connectionOfValues(values);
  } catch {
    return ['its path cannot be read'];
  }
  const { steps, openedUs, openedNotBeforeUs, closedUs, closedNotBeforeUs, state } = connection;
  const problems: string[] = [];
  // Its state before the first step is unknown: the socket of an accepted connection begins as a copy of its listener.
  let known: TcpState = steps[0]?.oldState ?? 'UNCONN';
  let sinceUs = openedUs;
  for (const step of steps) {
    if (!follows(known, step.oldState) && !hasGap(sinceUs, step.atUs))
      problems.push(`a step from ${step.oldState} follows one to ${known}`);
    if (step.atUs < sinceUs)
      problems.push(`a step to ${step.newState} is ${sinceUs - step.atUs} us earlier than the one before it`);
    known = step.newState;
    sinceUs = Math.max(sinceUs, step.atUs);
  }
  // A connect(2) that failed at once made none.
  const failedAtOnce = connection.origin === 'connect' && closedUs === openedUs;
  if (steps.length === 0 && !failedAtOnce) problems.push('it has no step');
  else if (!follows(known, state)) problems.push(`its state is ${state}, its last step led to ${known}`);
  if ((closedUs === undefined) !== (life === OPEN_CLASS))
    problems.push(`it is ${closedUs === undefined ? 'open' : 'closed'}, in life class ${life}`);
  if (openedNotBeforeUs !== undefined && openedNotBeforeUs > openedUs)
    problems.push(`it opened ${openedNotBeforeUs - openedUs} us before its earliest bound`);
  if (closedUs === undefined) return problems;
  if (closedNotBeforeUs !== undefined && closedNotBeforeUs > closedUs)
    problems.push(`it closed ${closedNotBeforeUs - closedUs} us before its earliest bound`);
  if (known !== 'UNCONN') problems.push(`it is closed, and its last step led to ${known}`);
  if (closedUs < sinceUs) problems.push(`it closed ${sinceUs - closedUs} us before its last step`);
  // One that ended in TIME-WAIT may have the class of the end that was foreseen.
  const longestUs = closedUs - openedUs + (steps.at(-1)?.oldState === 'TIME-WAIT' ? FORESEEN_LONGER_US : 0);
  if (life !== OPEN_CLASS && (life < lifeClass(closedUs - openedUs) || life > lifeClass(longestUs)))
    problems.push(`life class ${life} does not fit its life`);
  return problems;
}

/** A half-open request counts as a SYN-RECV. */
function follows(known: TcpState, next: TcpState): boolean {
  return shownState(known) === shownState(next);
}

/**
 * What the wall clock may have moved against the boot clock since a connection was opened, by which all its times are given: NTP slews by at
 * most 500 ppm (adjtimex(2)), and smaller steps than 1 ms are not recorded.
 */
const SLEW = 500e-6;
const UNRECORDED_STEP_US = 1_000;

/** So long after a connect(2) has failed its error is reported, on a host that does other things first. */
const ERROR_WITHIN_US = 100_000;
/** States of a connect(2) that failed at once. */
const UNANSWERED = maskOfStates(['UNCONN', 'SYN-SENT']);

/**
 * One four-tuple twice at one time in one network namespace. Listeners may share theirs (SO_REUSEPORT), and so may sockets that are bound
 * to different interfaces. An inferred end overlaps only where its earliest bound does. A connect(2) from a bound port that fails because its
 * four-tuple is in use never holds it; that it failed for this reason is not known where the recording was interrupted just then.
 */
function* overlaps(database: Database.Database): Generator<Finding> {
  const runs = readRuns(database);
  const steps = runs.flatMap(({ clockSteps }) => clockSteps);
  const ends = runs.map(runEndUs);
  const gaps = database.prepare(
    `SELECT 1 FROM gaps WHERE from_us BETWEEN @fromUs AND @toUs AND ${MAY_LACK_TRANSITIONS} LIMIT 1`,
  );
  const bound = database.prepare('SELECT 1 FROM samples WHERE connection_id = ? AND if_index > 0 LIMIT 1');
  // What it accepts is bound as it is, and may have ended before a snapshot.
  const boundListener = database.prepare(
    `SELECT 1 FROM connections c JOIN connections l ON l.netns = c.netns AND l.local_port = c.local_port AND l.origin = 'listen'
     JOIN samples s ON s.connection_id = l.id AND s.if_index > 0 WHERE c.id = ? AND c.origin = 'accept' LIMIT 1`,
  );
  const isCutOff = (fromUs: number, toUs: number) =>
    ends.some((endUs) => endUs >= fromUs && endUs <= toUs) || gaps.get({ fromUs, toUs }) !== undefined;
  const rows = database
    .prepare(
      `SELECT id, before_id AS beforeId, opened_us AS openedUs, closed_us AS closedUs, states, before_opened_us AS beforeOpenedUs,
         overlap AS overlapUs, local_addr || ' ' || local_port || ' - ' || remote_addr || ' ' || remote_port AS tuple
       FROM (
         SELECT id, opened_us, closed_us, states, local_addr, local_port, remote_addr, remote_port,
           lag(id) OVER same AS before_id, lag(opened_us) OVER same AS before_opened_us,
           max(coalesce(closed_not_before_us, closed_us, 9e15)) OVER (same ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) - opened_us AS overlap
         FROM socket WHERE remote_port <> 0 AND local_port <> 0 AND close_reason IS NOT ${codeOfCloseReason('failed')}
         WINDOW same AS (PARTITION BY netns, local_addr, local_port, remote_addr, remote_port ORDER BY opened_us, id)
       ) WHERE overlap > 0`,
    )
    .iterate() as IterableIterator<Overlap>;
  for (const { id, beforeId, openedUs, closedUs, states, beforeOpenedUs, overlapUs, tuple } of rows) {
    const isUnanswered = closedUs !== null && (states & ~UNANSWERED) === 0;
    if (isUnanswered && isCutOff(openedUs - ERROR_WITHIN_US, closedUs + ERROR_WITHIN_US)) continue;
    const steppedUs = steps
      .filter(({ atUs }) => atUs >= beforeOpenedUs && atUs <= openedUs + overlapUs)
      .reduce((sum, { stepUs }) => sum + Math.abs(stepUs), 0);
    if (overlapUs <= UNRECORDED_STEP_US + SLEW * (openedUs - beforeOpenedUs) + steppedUs) continue;
    if (bound.get(id) !== undefined || bound.get(beforeId) !== undefined) continue;
    if (boundListener.get(id) !== undefined) continue;
    yield { check: 'overlap', text: `connections ${beforeId} and ${id} hold ${tuple} at the same time` };
  }
}

interface Overlap {
  readonly id: number;
  readonly beforeId: number;
  readonly openedUs: number;
  readonly closedUs: number | null;
  readonly states: number;
  readonly beforeOpenedUs: number;
  readonly overlapUs: number;
  readonly tuple: string;
}
