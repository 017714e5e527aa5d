/** What is sent of a plan: whole connections, counted ones, their events, and the segment's own row, which says that the rest is there. */
import {
  type CountRow,
  FLEET_SCHEMA,
  type FleetGapRow,
  type LifeRow,
  type OpenLifeRow,
  type OriginRow,
  type SegmentRow,
} from '../fleet/columns.js';
import { endedLifeRow, fleetAddress, type HostIdentity, lifeRow, openLifeRow } from '../fleet/life-row.js';
import type { Connection } from '../model/connection.js';
import type { Run } from '../model/run.js';
import { type Counted, CountedConnections } from './counted-connections.js';
import { KnownConnections } from './known-connections.js';
import type { Outbox, Plan } from './outbox.js';
import type { BegunSegment, SentSegment } from './state.js';
import type { Origin, Segment } from './target.js';
import { isWhole, LONG_US, openForUs, type What, whatText } from './what.js';

/** A segment, and what is kept of it once it is sent. */
export interface BuiltSegment {
  readonly segment: Segment;
  readonly sent: Omit<SentSegment, 'receipt'>;
  /** Connections that were deleted before they were read. */
  readonly lost: number;
}

export class SegmentBuilder {
  private readonly known: KnownConnections;

  constructor(
    private readonly outbox: Outbox,
    private readonly origin: Origin,
    private readonly what: What,
  ) {
    this.known = new KnownConnections(outbox.handle);
  }

  /** Reads the connections of a plan. `begun`: its bounds, as they were first chosen; `toUs`: to when it completes the history. */
  build(plan: Plan, begun: BegunSegment): BuiltSegment {
    const host = this.identity(begun.boot ?? plan.run?.bootId);
    const origin = this.originRow(host.boot, begun.first);
    const counted = new CountedConnections();
    const whole: Connection[] = [];
    const ended: Connection[] = [];
    let read = 0;
    const isAll = this.what.has('all');
    for (const values of isAll ? [] : this.outbox.ordinary(plan)) read += counted.addOrdinary(values);
    for (const { connection } of this.outbox.read(plan, isAll ? 'all' : 'others')) {
      read++;
      if (isWhole(connection, this.what)) whole.push(connection);
      else counted.add(connection);
      // It may have been sent while it was open.
      if (openForUs(connection) > LONG_US) ended.push(connection);
    }
    const runId = plan.run?.id ?? 0;
    const lives: LifeRow[] = [];
    for (const known of this.known.of(whole, runId)) {
      const row = lifeRow(known, host, begun.first);
      if (row !== undefined) lives.push(row);
    }
    const counts = counted.all().map((row) => countRow(row, origin));
    const events = this.outbox.events(whole.map(({ id }) => id)).map((event) => ({ ...origin, ...event }));
    const openLives = [...this.known.of(ended, runId)].map((known) =>
      endedLifeRow(known, host, begun.first, known.connection.closedUs ?? begun.toUs),
    );
    const lost = begun.last - begun.first + 1 - read;
    const gaps: FleetGapRow[] = [];
    if (begun.lost > 0) gaps.push(lostRow(origin, begun.first - begun.lost, begun.lost, begun.fromUs, plan.fromUs));
    if (lost > 0) gaps.push(lostRow(origin, begun.first, lost, plan.fromUs, plan.toUs));
    const segment: SegmentRow = {
      ...origin,
      last: begun.last,
      from_us: begun.fromUs,
      to_us: begun.toUs,
      lives: lives.length,
      open_lives: openLives.length,
      counts: counts.length,
      counted: read - lives.length,
      events: events.length,
      gaps: gaps.length,
      names: 0,
      what: whatText(this.what),
      sent_us: begun.sentAtUs,
    };
    const tables = { lives, open_lives: openLives, counts, events, gaps, segments: [segment] };
    const times = [
      ...lives.map((row) => row.closed_us),
      ...counts.map((row) => row.minute_us),
      begun.fromUs,
      begun.toUs,
    ];
    return {
      segment: { first: begun.first, last: begun.last, key: this.key(host.boot, begun, lost), tables },
      sent: {
        ...begun,
        lives: lives.length,
        counts: counts.length,
        earliestUs: times.reduce((one, other) => Math.min(one, other)),
        latestUs: times.reduce((one, other) => Math.max(one, other)),
      },
      lost,
    };
  }

  /** What a row says of where it comes from; one that belongs to no segment has 0. */
  originRow(boot: string | undefined, segment = 0): OriginRow {
    return { schema: FLEET_SCHEMA, ...this.identity(boot), segment };
  }

  /** Rows of connections that are open, as of a time, microseconds. */
  openRows(connections: readonly Connection[], run: Run | undefined, asOfUs: number): OpenLifeRow[] {
    const host = this.identity(run?.bootId);
    return [...this.known.of(connections, run?.id ?? 0)].map((known) => openLifeRow(known, host, 0, asOfUs));
  }

  private identity(boot = ''): HostIdentity {
    const { host, machine, file } = this.origin;
    return { host, machine, file, boot };
  }

  /** With less in it than before, it is not to be taken for the one that was sent before. */
  private key(boot: string, { first, last }: BegunSegment, lost: number): string {
    const { machine, file } = this.origin;
    return `${machine}/${file}/${boot}/${first}-${last}${lost > 0 ? `/${lost}` : ''}`;
  }
}

/** The gap of numbers that were deleted before they were shipped: rows of these numbers come from nowhere else. */
function lostRow(origin: OriginRow, first: number, count: number, fromUs: number, toUs: number): FleetGapRow {
  const times = { from_us: Math.min(fromUs, toUs), to_us: Math.max(fromUs, toUs) };
  return { ...origin, gap_id: -first, ...times, cpu: null, lost: count, reason: 'pruned', scope: 'shipping' };
}

function countRow(row: Counted, origin: OriginRow): CountRow {
  return {
    ...origin,
    minute_us: row.minuteUs,
    netns: row.netns,
    comm: row.comm ?? null,
    origin: row.origin,
    family: row.family,
    remote_addr: fleetAddress(row.family, row.remoteAddr),
    remote_port: row.remotePort,
    local_port: row.localPort,
    connections: row.connections,
    bytes_sent: row.bytesSent,
    bytes_received: row.bytesReceived,
    life_us: row.lifeUs,
    longest_us: row.longestUs,
  };
}
