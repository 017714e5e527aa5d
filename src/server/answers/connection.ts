import type Database from 'better-sqlite3';
import type { Connection } from '../../model/connection.js';
import type { ConnectionEvent } from '../../model/connection-event.js';
import type { Interval } from '../../model/interval.js';
import { shownState } from '../../model/tcp-state.js';
import { gapsTouching } from '../../query/gaps.js';
import { NameHistory } from '../../query/name-history.js';
import { TimelineReader } from '../../query/timeline.js';
import { connectionOfId } from '../../request/connection-ids.js';
import type { ConnectionAnswer, SampleAnswer } from '../contract.js';
import { addressFilter, commFilter } from '../lanes/alike.js';
import { LaneReader } from '../lanes/lane-reader.js';
import type { Asked } from './asked.js';
import { commandOver, timeWord } from './command-line.js';
import { gapMarks } from './gap-marks.js';

const DEFAULT_WIDTH = 1_000;
const WIDEST = 8_192;
/** Of a connection: more are thinned out. */
const MOST_SAMPLES = 2_000;

/** GET /api/connection/ID. */
export function connection(asked: Asked): ConnectionAnswer {
  const { database, query, span, file, places } = asked;
  const id = query.whole('id', { least: 1, most: Number.MAX_SAFE_INTEGER, otherwise: 0 });
  const found = connectionOfId(database, id, file);
  const life = { fromUs: found.openedUs, toUs: Math.max(found.closedUs ?? span.toUs, found.openedUs + 1) };
  const window = query.has('from') || query.has('to') ? asked.window() : life;
  const width = query.whole('width', { least: 1, most: WIDEST, otherwise: DEFAULT_WIDTH });
  const knownUs = Math.max(span.toUs, found.steps.at(-1)?.atUs ?? 0);
  const gaps = gapsTouching(database, life.fromUs, life.toUs);
  const { stays, otherEvents, holdings } = new TimelineReader(database, span.toUs, gaps).timeline(found);
  const [lane] = new LaneReader(database, places).lanes([found], { window, width, knownUs });
  if (lane === undefined) throw new Error('a connection without a lane');
  return {
    lane,
    stays: stays.map(({ state, fromUs, toUs, notBeforeUs, source, events }) => ({
      ...{ state: shownState(state), from_us: fromUs, to_us: toUs ?? null, not_before_us: notBeforeUs ?? null },
      ...{ source, events: events.map(eventOf) },
    })),
    events: otherEvents.map(eventOf),
    owners: holdings.map(({ pid, comm, fd, fromUs, toUs, inferred }) => ({
      ...{ pid, comm, fd: fd ?? null, from_us: fromUs, to_us: toUs ?? null, inferred },
    })),
    samples: samplesOf(database, id),
    gaps: gapMarks(gaps),
    names: namesOf(database, found, life),
    alike: alikeOf(asked, found),
    commands: [
      commandOver(asked, ['explain', `${id}`]),
      commandOver(asked, ['timeline', '--id', `${id}`]),
      commandOver(asked, ['ss', '-antpi', '--at', timeWord(Math.min(span.toUs, life.toUs - 1))]),
    ].filter((command) => command !== ''),
  };
}

function eventOf({ atUs, kind, detail }: ConnectionEvent) {
  return { at_us: atUs, kind, detail: detail ?? null };
}

function samplesOf(database: Database.Database, id: number): SampleAnswer[] {
  const rows = database
    .prepare<[number], SampleAnswer>(
      `SELECT at_us, recv_q, send_q, rtt_us, cwnd, total_retrans AS retransmits, bytes_sent, bytes_received
         FROM samples WHERE connection_id = ? ORDER BY at_us`,
    )
    .all(id);
  const step = Math.ceil(rows.length / MOST_SAMPLES);
  return step <= 1 ? rows : rows.filter((_, place) => place % step === 0 || place === rows.length - 1);
}

function namesOf(database: Database.Database, { tuple, netns }: Connection, life: Interval) {
  const records = [...new NameHistory(database).between(life, { address: tuple.remoteAddr })];
  return records
    .filter((record) => record.netns === undefined || record.netns === netns)
    .map(({ name, fromUs, toUs, source }) => ({ name, from_us: fromUs, to_us: toUs ?? null, source }));
}

function alikeOf({ database, remembered }: Asked, { tuple, comm, origin }: Connection): ConnectionAnswer['alike'] {
  const { remoteAddr, remotePort, localPort } = tuple;
  const isAsked = origin === 'accept' || origin === 'listen';
  const port = isAsked ? localPort : remotePort;
  const values = { remoteAddr, comm: comm ?? null, port };
  const { peers, processes, ports } = remembered.of(JSON.stringify(['alike', isAsked, values]), () =>
    countAlike(database, isAsked ? 'local_port' : 'remote_port', values),
  );
  const filter = comm === undefined ? null : commFilter(comm);
  return [
    { label: `peer ${remoteAddr}`, filter: addressFilter(remoteAddr), connections: peers },
    ...(filter === null ? [] : [{ label: `process ${comm}`, filter, connections: processes }]),
    { label: `port ${port}`, filter: `${isAsked ? 'sport' : 'dport'} = :${port}`, connections: ports },
  ];
}

interface AlikeCounts {
  readonly peers: number;
  readonly processes: number;
  readonly ports: number;
}

/** In one look at all connections: there are no indexes by these. */
function countAlike(
  database: Database.Database,
  column: 'local_port' | 'remote_port',
  values: { readonly remoteAddr: string; readonly comm: string | null; readonly port: number },
): AlikeCounts {
  const statement = database.prepare<[typeof values], AlikeCounts>(
    `SELECT count(*) FILTER (WHERE remote_addr = @remoteAddr) AS peers, count(*) FILTER (WHERE comm = @comm) AS processes,
       count(*) FILTER (WHERE ${column} = @port) AS ports FROM socket`,
  );
  return statement.get(values) ?? { peers: 0, processes: 0, ports: 0 };
}
