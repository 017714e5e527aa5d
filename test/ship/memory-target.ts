/** A place in memory that fails when it is told to: before it takes something, or after. */
import type { SentSegment } from '../../src/ship/state.js';
import {
  type Origin,
  type Row,
  type Segment,
  SHIPPED_TABLES,
  type ShippedTable,
  type Target,
  TargetError,
} from '../../src/ship/target.js';

/** `late`: what was sent arrives when `deliverLate` is called. */
export type Failure = 'before' | 'half' | 'after' | 'late';

/** By what a row is the same row: the keys of src/fleet/tables.ts. */
const KEYS: Readonly<Record<ShippedTable, readonly string[]>> = {
  lives: ['file', 'life_class', 'opened_us', 'connection_id'],
  counts: [
    'file',
    'segment',
    'minute_us',
    'netns',
    'comm',
    'origin',
    'family',
    'remote_addr',
    'remote_port',
    'local_port',
  ],
  open_lives: ['file', 'connection_id'],
  events: ['file', 'at_us', 'event_id'],
  gaps: ['file', 'from_us', 'gap_id', 'scope'],
  names: ['file', 'name', 'address', 'from_us', 'netns', 'source'],
  segments: ['file', 'from_us', 'boot', 'segment'],
  hosts: ['file'],
};

export class MemoryTarget implements Target {
  readonly text = 'memory:';
  readonly auditAfterUs = 0;
  readonly clock = { offsetUs: 5, errorUs: 1 };
  readonly tables = new Map(SHIPPED_TABLES.map((table) => [table, new Map<string, Row>()]));
  /** How the next calls go; then they succeed. */
  failures: (Failure | undefined)[] = [];
  sends = 0;
  private late: Segment['tables'][] = [];

  async connect(): Promise<void> {
    this.fail('before');
  }

  async lastSeq({ file }: Origin): Promise<number> {
    return Math.max(
      0,
      ...this.rows('segments')
        .filter((row) => row['file'] === file)
        .map((row) => Number(row['last'])),
    );
  }

  async has(_: Origin, { first, last }: { readonly first: number; readonly last: number }): Promise<boolean> {
    return this.rows('segments').some((row) => row['segment'] === first && row['last'] === last);
  }

  async send(_: Origin, segment: Segment): Promise<number> {
    this.sends++;
    this.take(segment.tables);
    return 0;
  }

  async put(_origin: Origin, _key: string, tables: Segment['tables']): Promise<void> {
    this.take(tables);
  }

  async find(_: Origin, segments: readonly SentSegment[]): Promise<boolean[]> {
    return segments.map(
      ({ first, lives, counts }) =>
        this.rows('segments').some((row) => row['segment'] === first) &&
        this.rows('lives').filter((row) => row['segment'] === first).length >= lives &&
        this.rows('counts').filter((row) => row['segment'] === first).length >= counts,
    );
  }

  async close(): Promise<void> {}

  rows(table: ShippedTable): Row[] {
    return [...(this.tables.get(table)?.values() ?? [])];
  }

  /** Loses a segment, as a server that did not write it to its disk before it failed. */
  forget(first: number): void {
    for (const table of ['lives', 'counts', 'segments'] as const)
      for (const [key, row] of this.tables.get(table) ?? [])
        if (row['segment'] === first) this.tables.get(table)?.delete(key);
  }

  deliverLate(): void {
    for (const tables of this.late.splice(0)) this.take(tables);
  }

  private take(tables: Segment['tables']): void {
    const failure = this.failures.shift();
    if (failure === 'before') throw new TargetError('failed before');
    if (failure === 'late') {
      this.late.push(tables);
      throw new TargetError('failed: no answer yet');
    }
    for (const table of SHIPPED_TABLES) {
      if (failure === 'half' && table === 'counts') throw new TargetError('failed half way');
      for (const row of tables[table] ?? [])
        this.tables.get(table)?.set(KEYS[table].map((column) => row[column]).join(' '), row);
    }
    if (failure === 'after') throw new TargetError('failed after');
  }

  private fail(when: Failure): void {
    if (this.failures[0] !== when) return;
    this.failures.shift();
    throw new TargetError('cannot connect');
  }
}
