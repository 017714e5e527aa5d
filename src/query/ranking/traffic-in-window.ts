import type Database from 'better-sqlite3';
import type { Interval } from '../../model/interval.js';

/** What a connection sent and received. */
export interface Traffic {
  readonly sent: number | undefined;
  readonly received: number | undefined;
  readonly retransmits: number;
}

/** How a connection reaches beyond the window. */
interface Reach {
  /** It existed before. */
  readonly began: boolean;
  /** It existed after. */
  readonly goesOn: boolean;
  /** It existed before the recording: what it had sent by its first sample is not of the recorded time. */
  readonly isEarlier: boolean;
}

type SampleRow = readonly [sent: number | null, received: number | null, retransmits: number | null];

/** `= +?`: see name-history.ts. */
const COLUMNS = 'SELECT bytes_sent, bytes_received, total_retrans FROM whole_sample WHERE connection_id = +?';

/** The part of a connection's traffic that lies within a window: by its last samples before the window and before its end. */
export class TrafficInWindow {
  private readonly before: Database.Statement<[number, number], SampleRow>;
  private readonly first: Database.Statement<[number], SampleRow>;

  constructor(
    database: Database.Database,
    private readonly window: Interval,
  ) {
    this.before = database
      .prepare<[number, number], SampleRow>(`${COLUMNS} AND at_us <= ? ORDER BY at_us DESC LIMIT 1`)
      .raw();
    this.first = database.prepare<[number], SampleRow>(`${COLUMNS} ORDER BY at_us LIMIT 1`).raw();
  }

  part(id: number, whole: Traffic, { began, goesOn, isEarlier }: Reach): Traffic {
    const start = began
      ? (this.before.get(id, this.window.fromUs) ?? (isEarlier ? this.first.get(id) : undefined))
      : undefined;
    const end = goesOn ? trafficOf(this.before.get(id, this.window.toUs)) : whole;
    const before = trafficOf(start);
    return {
      sent: difference(end.sent, before.sent),
      received: difference(end.received, before.received),
      retransmits: Math.max(0, end.retransmits - before.retransmits),
    };
  }
}

function trafficOf(row: SampleRow | undefined): Traffic {
  return { sent: row?.[0] ?? undefined, received: row?.[1] ?? undefined, retransmits: row?.[2] ?? 0 };
}

/** A sample counts the FIN of the peer as a byte. */
function difference(end: number | undefined, start: number | undefined): number | undefined {
  return end === undefined ? undefined : Math.max(0, end - (start ?? 0));
}
