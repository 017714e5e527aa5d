/** What one host sent of a window, as a database: the page shows it as it shows the host's own file. */

import type { FleetCondition } from '../../filter/clickhouse.js';
import type { ConnectionEvent, EventKind } from '../../model/connection-event.js';
import { SstoryError } from '../../model/error.js';
import type { Gap, GapReason, GapScope } from '../../model/gap.js';
import { NO_CHANGES } from '../../model/history-batch.js';
import type { Interval } from '../../model/interval.js';
import type { NameEnd, NameRecord, NameSource } from '../../model/name.js';
import { SLICE_OF_ALL, SLICE_OF_SOME } from '../../model/run-note.js';
import { SAMPLE_COLUMNS, type Sample, type SampleRow, SETTING_COLUMNS } from '../../model/sample.js';
import { writeCgroups } from '../../store/cgroup-table.js';
import { closeWritten, openForWriting } from '../../store/database.js';
import { NameWriter } from '../../store/name-writer.js';
import { RunRecord } from '../../store/runs.js';
import { HistoryWriter } from '../../store/writer.js';
import { VERSION } from '../../sys/version.js';
import type { FleetClient } from '../client.js';
import { connectionOfRow, type FleetConnection } from '../connection-of-row.js';
import { connectionsSql, type FoundConnection } from '../connections-query.js';
import { NOT_FORGOTTEN, WITH_COMPLETE } from './open-until.js';

export interface SliceOfHost {
  readonly host: string;
  readonly machine: string;
  /** The UUID of its database: ids of connections count in that. */
  readonly file: string;
  readonly window: Interval;
  /** Which of its connections; undefined: all. */
  readonly condition?: FleetCondition | undefined;
  /** Where there are too many: those that opened nearest to this one. Undefined: that is an error. */
  readonly near?: { readonly id: number; readonly openedUs: number; readonly most?: number } | undefined;
}

/** Of one slice. */
const MOST_CONNECTIONS = 200_000;
/** What the explanation of one connection needs at most. */
export const MOST_NEAR = 50_000;
const MOST_OTHERS = 500_000;
/** Events are read from so long before the window: of connections that began before it. */
const EVENTS_BEFORE_US = 3_600_000_000;

interface FoundHost {
  readonly firstUs: number;
  readonly completeUs: number;
  readonly boot: string;
  readonly kernel: string;
  readonly source: string;
  readonly what: string;
  readonly netns: number | null;
}

const OF_FILE = 'machine = {machine:String} AND file = {file:String}';

const HOST_SQL = `
SELECT first_us AS firstUs, complete_us AS completeUs, toString(boot) AS boot, toString(kernel) AS kernel, toString(source) AS source, toString(what) AS what, netns
FROM hosts FINAL WHERE ${OF_FILE} ORDER BY version DESC LIMIT 1`;

const EVENTS_SQL = `
SELECT connection_id AS connectionId, at_us AS atUs, toString(kind) AS kind, detail FROM events FINAL
WHERE ${OF_FILE} AND at_us BETWEEN {eventsFromUs:Int64} AND {toUs:Int64}
ORDER BY ifNull(connection_id = {nearId:UInt64}, 0) DESC, abs(at_us - {nearUs:Int64}) LIMIT ${MOST_OTHERS + 1}`;

const GAPS_SQL = `
SELECT from_us AS fromUs, to_us AS toUs, cpu, lost, toString(reason) AS reason, toString(scope) AS scope FROM gaps FINAL
WHERE ${OF_FILE} AND from_us <= {toUs:Int64} AND to_us >= {fromUs:Int64} ORDER BY from_us LIMIT ${MOST_OTHERS}`;

const NAMES_SQL = `
SELECT name, address, from_us AS fromUs, to_us AS toUs, toString(source) AS source, netns, toString(ended) AS ended FROM names FINAL
WHERE ${OF_FILE} AND from_us <= {toUs:Int64} ORDER BY from_us DESC LIMIT ${MOST_OTHERS}`;

type Nullable<T, Keys extends keyof T> = Omit<T, Keys> & { readonly [K in Keys]: T[K] | null };
type FoundGap = Nullable<Gap, 'cpu' | 'lost'>;
type FoundName = Nullable<NameRecord, 'toUs' | 'ended'>;
type FoundEvent = Nullable<ConnectionEvent, 'connectionId'>;

/**
 * Writes the slice into a new file. Its one run lasts from the begin of the window to the last moment of it that the host has sent; a
 * note of it says what is missing, so that explanations conclude nothing from that (`src/query/coverage.ts`). Returns whether there were
 * too many rows, and only the nearest are in it.
 * @throws SstoryError `no-host`, `too-large`, and those of the fleet
 */
export async function writeHostSlice(
  fleet: FleetClient,
  { host, machine, file, window, condition, near }: SliceOfHost,
  path: string,
): Promise<{ readonly isCut: boolean }> {
  const of = { machine, file };
  const [known] = await fleet.rows<FoundHost>({ sql: HOST_SQL, params: of });
  if (known === undefined) throw new SstoryError('no-host', `no host of the fleet is called ${host}`);
  const { id: nearId = 0, openedUs: nearUs = window.toUs } = near ?? {};
  const params = { ...of, ...window, eventsFromUs: window.fromUs - EVENTS_BEFORE_US, nearId, nearUs };
  const most = near === undefined ? MOST_CONNECTIONS : (near.most ?? MOST_NEAR);
  const [found, foundEvents, gaps, names] = await Promise.all([
    connectionsOf(fleet, condition, params, most + 1),
    fleet.rows<FoundEvent>({ sql: EVENTS_SQL, params }),
    fleet.rows<FoundGap>({ sql: GAPS_SQL, params }),
    fleet.rows<FoundName>({ sql: NAMES_SQL, params }),
  ]);
  const isCut = found.length > most || foundEvents.length > MOST_OTHERS;
  if (isCut && near === undefined) throw tooLarge(host, found.length > most ? 'connections' : 'events');
  const connections = found.slice(0, most).toSorted((a, b) => a.connection.id - b.connection.id);
  const events = foundEvents.slice(0, MOST_OTHERS).toSorted((a, b) => a.atUs - b.atUs);
  const fromUs = Math.max(known.firstUs, window.fromUs);
  const toUs = Math.max(fromUs, Math.min(known.completeUs, window.toUs));
  const database = openForWriting(path);
  try {
    const run = new RunRecord(database, {
      ...{ host, bootId: known.boot, kernel: known.kernel, sstory: VERSION, bpftrace: undefined },
      source: known.source === 'diag' ? 'diag' : 'bpf',
      ...{ transport: undefined, initialNetns: known.netns ?? undefined, intervalUs: 0, pid: 0, clockOffsetUs: 0 },
      ...{ startedUs: fromUs, notes: [known.what === 'all' && !isCut ? SLICE_OF_ALL : SLICE_OF_SOME] },
    });
    const ids = new Set(connections.map(({ connection }) => connection.id));
    new HistoryWriter(database).write(
      {
        ...NO_CHANGES,
        throughUs: toUs,
        connections: connections.map(({ connection }) => ({ connection, isNew: true, firstNewStep: 0 })),
        events: events.flatMap((event) => eventsOfSlice(event, ids)),
        samples: connections.flatMap(({ connection, sample }) => (sample ? [sampleOfRow(connection.id, sample)] : [])),
        owners: connections.flatMap(({ connection, owners }) =>
          owners.map(({ inferred: _inferred, ...owner }) => ({ ...owner, connectionId: connection.id })),
        ),
        gaps: gaps.map(gapOfRow),
        namespaces: namespacesOf(connections, fromUs),
      },
      toUs,
    );
    writeCgroups(
      database,
      connections.flatMap(({ place }) => (place.cgroup === undefined || place.cgroup.id === 0 ? [] : [place.cgroup])),
    );
    new NameWriter(database).write(names.map(nameOfRow));
    run.end(toUs, 'clean');
  } finally {
    closeWritten(database);
  }
  return { isCut };
}

/** At most so many: listeners, then those that opened nearest to a time. */
async function connectionsOf(
  fleet: FleetClient,
  condition: FleetCondition | undefined,
  params: Readonly<Record<string, string | number>>,
  most: number,
): Promise<readonly FleetConnection[]> {
  const sql = `${WITH_COMPLETE} ${connectionsSql({
    condition: { sql: condition === undefined ? OF_FILE : `${OF_FILE} AND (${condition.sql})`, params: {} },
    having: NOT_FORGOTTEN,
    tail: `ORDER BY connection_id = {nearId:UInt64} DESC, origin = 'listen' DESC, abs(opened_us - {nearUs:Int64}) LIMIT ${most}`,
  })}`;
  const found: FleetConnection[] = [];
  for await (const rows of fleet.batches<FoundConnection>({ sql, params: { ...condition?.params, ...params } }))
    found.push(...rows.map(connectionOfRow));
  return found;
}

function tooLarge(host: string, what: 'connections' | 'events'): SstoryError {
  const most = (what === 'events' ? MOST_OTHERS : MOST_CONNECTIONS).toLocaleString('en');
  return new SstoryError('too-large', `${host} sent more than ${most} ${what} of this range`, {
    hint: 'choose a shorter range',
  });
}

/** Events of connections that are not in the slice have no row to belong to. */
function eventsOfSlice({ connectionId, kind, ...event }: FoundEvent, ids: ReadonlySet<number>): ConnectionEvent[] {
  const id = connectionId ?? undefined;
  if (id !== undefined && !ids.has(id)) return [];
  return [{ ...event, connectionId: id, kind: kind as EventKind }];
}

function gapOfRow({ cpu, lost, reason, scope, ...gap }: FoundGap): Gap {
  return {
    ...gap,
    cpu: cpu ?? undefined,
    lost: lost ?? undefined,
    reason: reason as GapReason,
    scope: scope as GapScope,
  };
}

function nameOfRow({ toUs, source, ended, ...name }: FoundName): NameRecord {
  return {
    ...name,
    toUs: toUs ?? undefined,
    source: source as NameSource,
    ended: (ended ?? undefined) as NameEnd | undefined,
  };
}

const SAMPLE_FIELDS = [...SAMPLE_COLUMNS, ...SETTING_COLUMNS];

/** What was not sent of it is not known. */
function sampleOfRow(connectionId: number, row: SampleRow): Sample {
  const known = Object.fromEntries(
    SAMPLE_FIELDS.map(({ column, field }) => [field, (row as Readonly<Record<string, unknown>>)[column] ?? undefined]),
  );
  const { at_us, recv_q, send_q, timer, timer_ms, retrans } = row;
  return {
    ...(known as unknown as Sample),
    details: undefined,
    ...{ connectionId, atUs: at_us, recvQ: recv_q, sendQ: send_q, timer, timerMs: timer_ms, retrans },
  };
}

/** The names that namespaces had. */
function namespacesOf(connections: readonly FleetConnection[], fromUs: number) {
  const names = new Map(connections.map(({ connection, place }) => [connection.netns, place.netnsName]));
  return [...names].flatMap(([netns, name]) =>
    name === undefined ? [] : [{ netns, fromUs, toUs: undefined, netCookie: undefined, name }],
  );
}
