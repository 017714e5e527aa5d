/** The tables of a fleet as Parquet files: the columns of src/fleet/columns.ts, and which one says in which day's folder a row is. */
import { COUNTS, EVENTS, type FleetColumn, GAPS, HOSTS, LIVES, NAMES, OPEN_LIVES, SEGMENTS } from '../fleet/columns.js';
import type { ShippedTable } from './target.js';

interface ParquetTable {
  readonly columns: readonly FleetColumn[];
  /** Undefined: one file a host, which is replaced. */
  readonly day: string | undefined;
}

export const PARQUET_TABLES: Readonly<Record<ShippedTable, ParquetTable>> = {
  lives: { columns: LIVES, day: 'closed_us' },
  open_lives: { columns: OPEN_LIVES, day: 'version' },
  counts: { columns: COUNTS, day: 'minute_us' },
  events: { columns: EVENTS, day: 'at_us' },
  gaps: { columns: GAPS, day: 'from_us' },
  names: { columns: NAMES, day: 'version' },
  segments: { columns: SEGMENTS, day: 'to_us' },
  hosts: { columns: HOSTS, day: undefined },
};
