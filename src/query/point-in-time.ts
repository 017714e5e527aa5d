/** The socket table as it stood at one instant, rebuilt from the history. */
import type Database from 'better-sqlite3';
import type { Connection, Source, Step } from '../model/connection.js';
import type { Owner } from '../model/snapshot.js';
import type { TcpState } from '../model/tcp-state.js';
import { type Condition, connectionsBetween } from './connections-between.js';

/** A connection as it stood at an instant. */
export interface SocketAt {
  readonly connection: Connection;
  readonly state: TcpState;
  /** When it entered that state, and how that is known. */
  readonly since: Step;
  /** How long it had been in that state, microseconds. */
  readonly ageUs: number;
  /** How the state is known: observed by the probe, or inferred. */
  readonly source: Source;
  /**
   * True where the state at the instant is not certain: it was inferred with bounds that reach over the instant, or the
   * next change may have happened before it.
   */
  readonly uncertain: boolean;
  readonly owners: readonly Owner[];
  readonly sample: SampleRow | undefined;
}

/** The last sample at or before the instant; columns as in docs/schema.md. */
export interface SampleRow {
  readonly connection_id: number;
  readonly at_us: number;
  readonly recv_q: number;
  readonly send_q: number;
  readonly timer: string;
  readonly timer_ms: number;
  readonly retrans: number;
  readonly rtt_us: number | null;
  readonly rttvar_us: number | null;
  readonly rto_us: number | null;
  readonly cwnd: number | null;
  readonly ssthresh: number | null;
  readonly mss: number | null;
  readonly unacked: number | null;
  readonly lost: number | null;
  readonly total_retrans: number | null;
  readonly bytes_sent: number | null;
  readonly bytes_acked: number | null;
  readonly bytes_received: number | null;
  readonly min_rtt_us: number | null;
  readonly delivery_rate: number | null;
  readonly congestion: string | null;
  readonly skmem: string | null;
}

export interface PointInTimeOptions {
  /** On the columns of the table `socket`; its `state` is the last known one, so states are asked for by `states`. */
  readonly condition?: Condition;
  readonly states?: ReadonlySet<TcpState>;
  /** Whether owners and samples are wanted: each is one look-up a socket. */
  readonly details?: boolean;
}

/** The sockets that ss would have shown at `atUs`, in order of their ids. */
export function socketsAt(database: Database.Database, atUs: number, options: PointInTimeOptions = {}): SocketAt[] {
  const details = options.details === true ? new Details(database, atUs) : undefined;
  const sockets: SocketAt[] = [];
  for (const connection of connectionsBetween(database, atUs, atUs, options.condition)) {
    const socket = socketAt(connection, atUs, details);
    if (socket !== undefined && (options.states?.has(socket.state) ?? true)) sockets.push(socket);
  }
  return sockets.sort((a, b) => a.connection.id - b.connection.id);
}

function socketAt(connection: Connection, atUs: number, details: Details | undefined): SocketAt | undefined {
  const index = connection.steps.findLastIndex((step) => step.atUs <= atUs);
  const since = connection.steps[index];
  if (since === undefined || since.newState === 'UNCONN') return undefined;
  const next = connection.steps[index + 1];
  return {
    connection,
    state: since.newState,
    since,
    ageUs: atUs - since.atUs,
    source: since.source,
    uncertain: next?.notBeforeUs !== undefined && next.notBeforeUs < atUs,
    owners: details?.owners(connection) ?? openerOf(connection),
    sample: details?.sample(connection),
  };
}

function openerOf({ pid, fd, comm }: Connection): readonly Owner[] {
  return pid === undefined ? [] : [{ pid, fd: fd ?? -1, comm: comm ?? '' }];
}

/** Looks up what is kept outside a connection's own row. */
class Details {
  private readonly sampleStatement: Database.Statement;
  private readonly ownerStatement: Database.Statement;

  constructor(
    database: Database.Database,
    private readonly atUs: number,
  ) {
    this.sampleStatement = database.prepare(
      'SELECT * FROM samples WHERE connection_id = ? AND at_us <= ? ORDER BY at_us DESC LIMIT 1',
    );
    this.ownerStatement = database.prepare(
      'SELECT pid, fd, comm FROM owner WHERE connection_id = @id AND from_us <= @atUs AND (to_us IS NULL OR to_us > @atUs)',
    );
  }

  sample(connection: Connection): SampleRow | undefined {
    return this.sampleStatement.get(connection.id, this.atUs) as SampleRow | undefined;
  }

  owners(connection: Connection): readonly Owner[] {
    return [...openerOf(connection), ...(this.ownerStatement.all({ id: connection.id, atUs: this.atUs }) as Owner[])];
  }
}
