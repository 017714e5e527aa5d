/** The ClickHouse of a fleet. */
import type { FleetClient } from '../fleet/client.js';
import { versionedName } from '../fleet/tables.js';
import { SstoryError } from '../model/error.js';
import { CLOSED_CLASSES } from '../query/lives.js';
import { longestLifeUs } from '../store/life-class.js';
import type { Range, SentSegment } from './state.js';
import { type Origin, type Segment, type ShippedTable, type Target, TargetError } from './target.js';

/** Many hosts send a few rows each: the server collects them, and answers when they are written. */
const INSERT_SETTINGS = { async_insert: 1, wait_for_async_insert: 1, async_insert_deduplicate: 1 } as const;
/** In the order of SHIPPED_TABLES. */
const STAGES: readonly (readonly ShippedTable[])[] = [
  ['lives', 'counts', 'events', 'gaps', 'names'],
  ['open_lives'],
  ['segments', 'hosts'],
];
/** How long the clocks are taken to differ by the same time, microseconds. */
const MEASURE_EVERY_US = 300_000_000;
/** What passes, of the errors of src/fleet/fleet-error.ts: no server, one that is too busy, or has no room. */
const PASSING: ReadonlySet<string> = new Set(['fleet-unreachable', 'fleet-error']);

const OF_FILE = 'machine = {machine:String} AND file = {file:String}';

export class ClickHouseTarget implements Target {
  readonly text: string;
  readonly auditAfterUs = 300_000_000;
  clock: Target['clock'];
  private measuredUs = 0;

  constructor(
    private readonly client: FleetClient,
    /** Wall clock, microseconds. */
    private readonly nowUs: () => number,
  ) {
    this.text = client.address.text;
  }

  async connect(): Promise<void> {
    await asked(async () => {
      await this.client.probe('write');
      await this.measure();
    });
  }

  async lastSeq({ machine, file }: Origin): Promise<number> {
    const sql = `SELECT max(last) AS last FROM ${versionedName('segments')} WHERE ${OF_FILE}`;
    const [row] = await asked(() => this.client.rows<{ readonly last: number }>({ sql, params: { machine, file } }));
    return row?.last ?? 0;
  }

  async has({ machine, file }: Origin, { first, last }: Range): Promise<boolean> {
    const sql = `SELECT 1 FROM ${versionedName('segments')}
      WHERE ${OF_FILE} AND segment = {first:UInt64} AND last = {last:UInt64} LIMIT 1`;
    return (await asked(() => this.client.rows({ sql, params: { machine, file, first, last } }))).length > 0;
  }

  async send(_: Origin, segment: Segment): Promise<number> {
    await this.insert(segment.key, segment.tables);
    return 0;
  }

  async put(origin: Origin, key: string, tables: Segment['tables']): Promise<void> {
    if (this.nowUs() - this.measuredUs > MEASURE_EVERY_US) await asked(() => this.measure());
    await this.insert(`${origin.machine}/${origin.file}/${key}`, tables);
  }

  async find(origin: Origin, segments: readonly SentSegment[]): Promise<boolean[]> {
    const [proofs, lives, counts] = await asked(() =>
      Promise.all([
        this.countOf('segments', '1', origin, segments),
        this.countOf('lives', 'connection_id', origin, segments),
        this.countOf('counts', COUNT_KEY, origin, segments),
      ]),
    );
    return segments.map(
      (segment) =>
        proofs.has(segment.first) &&
        (lives.get(segment.first) ?? 0) >= segment.lives &&
        (counts.get(segment.first) ?? 0) >= segment.counts,
    );
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /**
   * What does not depend on each other at once: each insert waits until the server has written it. The end of an open connection follows
   * its row in `lives`, and a segment's own row, which says that all others are there, comes last.
   */
  private async insert(token: string, tables: Segment['tables']): Promise<void> {
    for (const together of STAGES) {
      const sent = together.map((table) => {
        const rows = tables[table] ?? [];
        return asked(() => this.client.insert(table, rows, { token, settings: INSERT_SETTINGS }));
      });
      // None is under way when an error is answered by sending all of it again.
      await Promise.allSettled(sent);
      await Promise.all(sent);
    }
  }

  /** How many different rows of a table each segment has. */
  private async countOf(
    table: 'segments' | 'lives' | 'counts',
    key: string,
    { machine, file }: Origin,
    segments: readonly SentSegment[],
  ): Promise<Map<number, number>> {
    const firsts = segments.map(({ first }) => first);
    const sql = `SELECT segment, uniqExact(${key}) AS count FROM ${versionedName(table)}
      WHERE ${OF_FILE} AND segment IN {firsts:Array(UInt64)} AND ${timesOf(table, segments)} GROUP BY segment`;
    const rows = await this.client.rows<{ readonly segment: number; readonly count: number }>({
      sql,
      params: { machine, file, firsts },
    });
    return new Map(rows.map(({ segment, count }) => [segment, count]));
  }

  private async measure(): Promise<void> {
    const beganUs = this.nowUs();
    const [row] = await this.client.rows<{ readonly us: number }>({
      sql: 'SELECT toUnixTimestamp64Micro(now64(6)) AS us',
    });
    const endedUs = this.nowUs();
    if (row === undefined) return;
    const errorUs = Math.ceil((endedUs - beganUs) / 2);
    this.clock = { offsetUs: beganUs + errorUs - row.us, errorUs };
    this.measuredUs = endedUs;
  }
}

const COUNT_KEY = 'minute_us, netns, comm, origin, family, remote_addr, remote_port, local_port';

/** The ranges of the table's key in which rows of these segments are: without them the whole table would be read. */
function timesOf(table: 'segments' | 'lives' | 'counts', segments: readonly SentSegment[]): string {
  const fromUs = Math.min(...segments.map((segment) => segment.earliestUs));
  const toUs = Math.max(...segments.map((segment) => segment.latestUs));
  if (table === 'segments') {
    const times = segments.map((segment) => segment.fromUs);
    return `from_us BETWEEN ${Math.min(...times)} AND ${Math.max(...times)}`;
  }
  if (table === 'counts') return `minute_us BETWEEN ${fromUs} AND ${toUs}`;
  const classes = CLOSED_CLASSES.map(
    (each) => `(life_class = ${each} AND opened_us BETWEEN ${fromUs - longestLifeUs(each)} AND ${toUs})`,
  );
  return `closed_us BETWEEN ${fromUs} AND ${toUs} AND (${classes.join(' OR ')})`;
}

async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SstoryError && PASSING.has(error.code)) throw new TargetError(error.message, error);
    throw error;
  }
}
