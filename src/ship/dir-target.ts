/** A directory of Parquet files, by table, day and host, for any engine that reads such files. */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SstoryError, writeTrouble } from '../model/error.js';
import { endsAsParquet, parquetOf } from './parquet-file.js';
import { PARQUET_TABLES } from './parquet-tables.js';
import type { SentSegment } from './state.js';
import { type Origin, type Row, type Segment, SHIPPED_TABLES, type Target, TargetError } from './target.js';
import { writeWhole } from './whole-file.js';

const DAY_US = 86_400_000_000;
const END = '.parquet';

/** A table's files are `TABLE/day=2026-11-27/host=NAME/FILE-FIRST-LAST.parquet`; of the hosts, `hosts/host=NAME/FILE.parquet`. */
export class DirTarget implements Target {
  readonly text: string;
  readonly auditAfterUs = 10_000_000;
  /** Its files have this host's clock. */
  readonly clock = undefined;

  constructor(private readonly directory: string) {
    this.text = `dir:${directory}`;
  }

  async connect(): Promise<void> {
    try {
      mkdirSync(this.directory, { mode: 0o750 });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw this.refusal(cause);
      if (!statSync(this.directory).isDirectory())
        throw new SstoryError('cannot-ship', `${this.directory} is not a directory`, { cause });
    }
  }

  async lastSeq(origin: Origin): Promise<number> {
    const pattern = new RegExp(`^${origin.file}-\\d+-(\\d+)\\${END}$`);
    let last = 0;
    for (const day of namesIn(join(this.directory, 'segments')))
      for (const name of namesIn(join(this.directory, 'segments', day, hostFolder(origin))))
        last = Math.max(last, Number(pattern.exec(name)?.[1] ?? 0));
    return last;
  }

  async send(origin: Origin, segment: Segment): Promise<number> {
    return this.write(origin, rangeName(origin, segment), segment.tables);
  }

  async put(origin: Origin, key: string, tables: Segment['tables']): Promise<void> {
    this.write(origin, `${origin.file}-${key}`, tables);
  }

  async find(origin: Origin, segments: readonly SentSegment[]): Promise<boolean[]> {
    return segments.map((segment) => this.bytesOf(origin, segment) === segment.receipt);
  }

  async close(): Promise<void> {
    // Nothing is open.
  }

  /** Writes the files of these rows; returns their bytes. The segment's own row comes last. */
  private write(origin: Origin, name: string, tables: Segment['tables']): number {
    let bytes = 0;
    for (const table of SHIPPED_TABLES) {
      const { columns, day } = PARQUET_TABLES[table];
      for (const [folder, rows] of byDay(tables[table] ?? [], day)) {
        const directory = join(this.directory, table, ...folder, hostFolder(origin));
        const content = parquetOf(columns, rows);
        const file = join(directory, day === undefined ? `${origin.file}${END}` : `${name}${END}`);
        try {
          mkdirSync(directory, { recursive: true, mode: 0o750 });
          writeWhole(file, content);
        } catch (cause) {
          throw new TargetError(`cannot write ${file}: ${writeTrouble(cause)}`, cause);
        }
        if (day !== undefined) bytes += content.length;
      }
    }
    return bytes;
  }

  /** The bytes of a segment's files; -1 where one is cut off. */
  private bytesOf(origin: Origin, segment: SentSegment): number {
    const name = `${rangeName(origin, segment)}${END}`;
    let bytes = 0;
    for (const table of SHIPPED_TABLES) {
      if (PARQUET_TABLES[table].day === undefined) continue;
      for (const day of daysOf(segment)) {
        const file = join(this.directory, table, day, hostFolder(origin), name);
        const size = statSync(file, { throwIfNoEntry: false })?.size;
        if (size === undefined) continue;
        if (!endsAsParquet(file, size)) return -1;
        bytes += size;
      }
    }
    return bytes;
  }

  private refusal(cause: unknown): Error {
    const code = (cause as NodeJS.ErrnoException).code;
    const text = `cannot ship to ${this.directory}: ${writeTrouble(cause)}`;
    if (code !== 'ENOENT') return new TargetError(text, cause);
    return new SstoryError('cannot-ship', text, { hint: 'the directory above it must exist', cause });
  }
}

function rangeName({ file }: Origin, { first, last }: { readonly first: number; readonly last: number }): string {
  return `${file}-${first}-${last}`;
}

/** The folder of a host: its name is chosen by others. */
function hostFolder({ host }: Origin): string {
  return `host=${encodeURIComponent(host)}`;
}

function dayFolder(us: number): string {
  return `day=${new Date(us / 1000).toISOString().slice(0, 10)}`;
}

/** Rows by the folder of their day; all in one where the table has no days. */
function byDay(rows: readonly Row[], column: string | undefined): Map<readonly string[], Row[]> {
  const days = new Map<string, Row[]>();
  for (const row of rows) {
    const day = column === undefined ? '' : dayFolder(Number(row[column]));
    const known = days.get(day);
    if (known === undefined) days.set(day, [row]);
    else known.push(row);
  }
  return new Map([...days].map(([day, of]) => [day === '' ? [] : [day], of]));
}

/** The folders of the days that a segment has rows of. */
function daysOf({ earliestUs: fromUs, latestUs: toUs }: SentSegment): Set<string> {
  const days = new Set([dayFolder(toUs)]);
  for (let us = fromUs; us < toUs; us += DAY_US) days.add(dayFolder(us));
  return days;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return [];
    throw new TargetError(`cannot read ${directory}: ${writeTrouble(cause)}`, cause);
  }
}
