/** The last samples of sockets at an instant, and until when they held. */
import type Database from 'better-sqlite3';
import type { Interval } from '../model/interval.js';
import type { SampleRow } from '../model/sample.js';

/** A snapshot's time and that of its samples may differ by what the clock was adjusted since the connection was opened. */
const CLOCK_US = 5_000;

/**
 * A change that came too early for a sample is sampled when it is due: the next dump but one after it was found has the row again, or, where
 * the dump waits for events, the one after that.
 */
const DUMPS_UNTIL_SAMPLED = 3;

export interface LastSample {
  readonly row: SampleRow;
  /**
   * The last time by the instant at which the values are known to have been the same, but for what runs with the time (timer, times
   * since): the instant itself where a snapshot after it found them too.
   */
  readonly heldUs: number;
}

/** A socket whose sample is wanted. */
interface Sampled {
  readonly id: number;
  readonly netns: number;
  /** Up to when its full socket is known to have existed; undefined: it exists. */
  readonly endedUs: number | undefined;
}

/** By connection. */
export function lastSamples(
  database: Database.Database,
  sockets: readonly Sampled[],
  atUs: number,
): ReadonlyMap<number, LastSample> {
  const rows = rowsAt(database, sockets, atUs);
  const validity = new Validity(database, atUs);
  const samples = new Map<number, LastSample>();
  for (const socket of sockets) {
    const row = rows.get(socket.id);
    if (row !== undefined) samples.set(socket.id, { row, heldUs: validity.heldUs(row, socket) });
  }
  return samples;
}

/** One statement for all sockets takes a third of the time of one for each. */
function rowsAt(database: Database.Database, sockets: readonly Sampled[], atUs: number): Map<number, SampleRow> {
  const statement = database
    .prepare(
      `SELECT s.* FROM json_each(@ids) AS wanted CROSS JOIN whole_sample s
       ON s.connection_id = wanted.value AND s.at_us =
         (SELECT max(at_us) FROM whole_sample WHERE connection_id = wanted.value AND at_us <= @atUs)`,
    )
    .raw();
  const columns = statement.columns().map(({ name }) => name);
  const samples = new Map<number, SampleRow>();
  for (const values of statement.all({ ids: JSON.stringify(sockets.map(({ id }) => id)), atUs }) as unknown[][]) {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = values[index];
    const sample = row as unknown as SampleRow;
    samples.set(sample.connection_id, sample);
  }
  return samples;
}

/** Until when samples held. */
class Validity {
  private readonly next: Database.Statement<
    [number, number],
    { readonly at_us: number; readonly changed_ms: number | null }
  >;
  private readonly snapshotBefore: Database.Statement<[number, number], number | null>;
  private readonly snapshotsBefore: Database.Statement<[number, number], number>;
  /** The last snapshots of each namespace before a time, the last one first. */
  private readonly last = new Map<string, readonly number[]>();
  /** When samples were not recorded. */
  private readonly gaps: readonly Interval[];
  /** Where the recorder began to compare with nothing: a run, or samples again that it had given up. In order. */
  private readonly beginnings: readonly number[];

  constructor(
    database: Database.Database,
    private readonly atUs: number,
  ) {
    // `= +?`: see name-history.ts.
    this.next = database.prepare(
      'SELECT at_us, changed_ms FROM whole_sample WHERE connection_id = +? AND at_us > ? ORDER BY at_us LIMIT 1',
    );
    this.snapshotBefore = database
      .prepare<[number, number], number | null>('SELECT max(at_us) FROM snapshots WHERE netns = +? AND at_us < ?')
      .pluck();
    this.snapshotsBefore = database
      .prepare<[number, number], number>(
        `SELECT at_us FROM snapshots WHERE netns = +? AND at_us < ? ORDER BY at_us DESC LIMIT ${DUMPS_UNTIL_SAMPLED}`,
      )
      .pluck();
    this.gaps = database
      .prepare<[number], Interval>(
        "SELECT from_us AS fromUs, to_us AS toUs FROM gaps WHERE scope = 'samples' AND from_us <= ? ORDER BY from_us",
      )
      .all(atUs);
    this.beginnings = database
      .prepare<[], number>(
        `SELECT started_us FROM runs UNION SELECT from_us FROM gaps WHERE scope = 'samples' ORDER BY 1`,
      )
      .pluck()
      .all();
  }

  /** The sample is the last one at the instant. */
  heldUs(sample: SampleRow, socket: Sampled): number {
    if (sample.due_ms === null || this.gaps.some(({ toUs }) => toUs >= sample.at_us)) return sample.at_us;
    return Math.max(sample.at_us, Math.min(this.atUs, this.confirmedUs(sample, sample.due_ms, socket)));
  }

  /** The last snapshot that is known to have found what the sample has. */
  private confirmedUs(sample: SampleRow, dueMs: number, { id, netns, endedUs }: Sampled): number {
    const next = this.next.get(id, sample.at_us);
    const beginningUs = this.beginnings.find((us) => us > sample.at_us) ?? Number.MAX_SAFE_INTEGER;
    const untilUs = Math.min(endedUs ?? beginningUs, beginningUs);
    // One of its TIME-WAIT does not say when the full socket changed, nor does the first one of the next run.
    if (next !== undefined && next.at_us <= untilUs) {
      const changedUs = next.changed_ms === null ? sample.at_us : next.at_us - next.changed_ms * 1_000;
      return this.snapshotBefore.get(netns, changedUs - CLOCK_US) ?? 0;
    }
    // A change would have been sampled when it was due.
    const last = untilUs === beginningUs ? this.lastBefore(netns, untilUs) : this.snapshotsBefore.all(netns, untilUs);
    const isDue = (last[DUMPS_UNTIL_SAMPLED - 1] ?? 0) >= sample.at_us + dueMs * 1_000;
    return isDue ? (last[0] ?? 0) : 0;
  }

  private lastBefore(netns: number, us: number): readonly number[] {
    const key = `${netns} ${us}`;
    const known = this.last.get(key);
    if (known !== undefined) return known;
    const last = this.snapshotsBefore.all(netns, us);
    this.last.set(key, last);
    return last;
  }
}
