/** Dumps of ss, one after the other, as a history: what differs between two of them happened between them. */

import type Database from 'better-sqlite3';
import type { Connection } from '../../model/connection.js';
import { SstoryError } from '../../model/error.js';
import { fourTupleKey } from '../../model/four-tuple.js';
import type { Run } from '../../model/run.js';
import { snapshotOf } from '../../model/snapshot-rows.js';
import type { SocketRow } from '../../model/socket-row.js';
import { localTime } from '../../model/time-text.js';
import type { CarriedConnection } from '../../pipeline/carry-over.js';
import { Correlator } from '../../pipeline/correlator.js';
import { nextConnectionId, RunRecord, readOpenConnections, readRuns } from '../../store/runs.js';
import { HistoryWriter } from '../../store/writer.js';
import { VERSION } from '../../sys/version.js';
import type { DumpFile } from './dump-file.js';

/** A dump does not name its network namespace; no real one has this inode number. */
export const DUMP_NETNS = 0;
/** Nor its host, boot and kernel. */
const UNKNOWN = 'unknown';

export interface Imported {
  readonly sockets: number;
  readonly opened: number;
  readonly closed: number;
  /** What the user should know about it. */
  readonly notes: readonly string[];
}

/**
 * Adds a dump that is later than all in the database. A dump has no boot clock: the wall clock is used in its place.
 * @throws SstoryError `recorded`, `imported`, `earlier`; the caller's transaction makes that undo everything
 */
export function appendDump(database: Database.Database, dump: DumpFile, path: string): Imported {
  const { rows, atUs } = dump;
  const previous = checkedPrevious(readRuns(database), dump, path);
  const open = [...readOpenConnections(database)];
  const sameBoot = !isOtherBoot(open, rows);
  const correlator = new Correlator({
    firstId: nextConnectionId(database),
    tracing: false,
    lookedAt: new Map(previous === undefined ? [] : [[DUMP_NETNS, previous.lastUs]]),
    carriedOver: open.map((connection) => carried(connection, previous, sameBoot)),
  });
  const times = { netns: DUMP_NETNS, startBootUs: atUs, endBootUs: atUs, offsetUs: 0 };
  endBound(database, atUs);
  const batch = correlator.accept(snapshotOf(rows, times));
  new HistoryWriter(database).write(batch, atUs);
  addRun(database, dump);
  return {
    sockets: correlator.openSockets,
    opened: batch.connections.filter(({ isNew }) => isNew).length,
    closed: batch.connections.filter(({ connection }) => connection.closedUs !== undefined).length,
    notes: [...(sameBoot ? [] : [OTHER_BOOT]), ...missing(open, rows)],
  };
}

/** Those of the dump before: what is still bound has a row of its own in the next one. */
function endBound(database: Database.Database, atUs: number): void {
  database.prepare('UPDATE bound SET to_us = ? WHERE to_us IS NULL').run(atUs);
}

const OTHER_BOOT =
  'its cookies belong to other sockets in the previous dump: the host was rebooted, or it is another host; no connection continues';

/** The run before, where this dump may follow it. */
function checkedPrevious(runs: readonly Run[], dump: DumpFile, path: string): Run | undefined {
  const recorded = runs.find((run) => run.source !== 'ss-dump');
  if (recorded !== undefined) {
    throw new SstoryError('recorded', `${path} holds a recording (run ${recorded.id}): dumps cannot be added to it`, {
      hint: 'name another database with --db FILE',
    });
  }
  const same = runs.find((run) =>
    run.notes.some((note) => note.subject === 'dump' && note.text.endsWith(identity(dump))),
  );
  if (same !== undefined) {
    throw new SstoryError('imported', `${dump.file} was already imported into ${path}, at ${localTime(same.lastUs)}`);
  }
  const last = runs.at(-1);
  if (last !== undefined && dump.atUs <= last.lastUs) {
    const times = `${localTime(dump.atUs)}, ${path} goes to ${localTime(last.lastUs)}`;
    throw new SstoryError('earlier', `${dump.file} is not later than the last dump: it is from ${times}`, {
      hint: 'import dumps in time order, into a new database (--db FILE) if need be; --time TIME gives the time of a dump',
    });
  }
  return last;
}

/** Contents alone do not identify a dump: two dumps of idle sockets may be the same. */
function identity({ digest, modifiedUs }: DumpFile): string {
  return `modified ${modifiedUs ?? 'at an unknown time'}, sha256 ${digest}`;
}

function carried(connection: Connection, previous: Run | undefined, sameBoot: boolean): CarriedConnection {
  return { connection, evidenceUs: Math.max(previous?.lastUs ?? 0, connection.openedUs), sameBoot };
}

/** Whether more cookies have another four-tuple than the same: a kernel gives each to one socket between two boots. */
function isOtherBoot(open: readonly Connection[], rows: readonly SocketRow[]): boolean {
  const known = new Map(open.filter(({ state }) => state !== 'UNCONN').map((socket) => [socket.cookie, socket.tuple]));
  let others = 0;
  for (const { cookie, tuple } of rows) {
    const before = cookie === 0 ? undefined : known.get(cookie);
    if (before !== undefined) others += fourTupleKey(before) === fourTupleKey(tuple) ? -1 : 1;
  }
  return others > 0;
}

/** The kinds of sockets that the previous dump had and this one lacks: most likely they were not requested. */
function missing(open: readonly Connection[], rows: readonly SocketRow[]): string[] {
  const gone = (of: (socket: Connection | SocketRow) => boolean) => open.some(of) && !rows.some(of);
  const kinds: readonly (readonly [string, (socket: Connection | SocketRow) => boolean])[] = [
    ['listening', ({ state }) => state === 'LISTEN'],
    ['IPv4', ({ tuple }) => tuple.family === 4],
    ['IPv6', ({ tuple }) => tuple.family === 6],
  ];
  return kinds
    .filter(([, of]) => gone(of))
    .map(
      ([name]) =>
        `it has no ${name} sockets, and the previous dump had some: were they requested? They count as closed`,
    );
}

function addRun(database: Database.Database, dump: DumpFile): void {
  const run = new RunRecord(database, {
    host: UNKNOWN,
    bootId: UNKNOWN,
    kernel: UNKNOWN,
    sstory: VERSION,
    bpftrace: undefined,
    source: 'ss-dump',
    transport: undefined,
    initialNetns: undefined,
    intervalUs: 0,
    pid: process.pid,
    startedUs: dump.atUs,
    clockOffsetUs: 0,
    notes: [{ subject: 'dump', text: `${dump.file}, ${identity(dump)}` }],
  });
  run.end(dump.atUs, 'clean');
}
