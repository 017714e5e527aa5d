/** A place that a history is shipped to. */
import { SstoryError } from '../model/error.js';
import type { Range, SentSegment } from './state.js';

/** A value of a column: times are microseconds since the epoch, addresses text. */
export type Cell = string | number | null | readonly (string | number | null)[];

/** A row of a table, by column. */
export type Row = Readonly<Record<string, Cell>>;

/** The tables that are shipped, in the order in which they are sent: a segment's own row says that the rest of it is there. */
export const SHIPPED_TABLES = [
  'lives',
  'counts',
  'open_lives',
  'events',
  'gaps',
  'names',
  'segments',
  'hosts',
] as const;
export type ShippedTable = (typeof SHIPPED_TABLES)[number];

/** Whose history it is. */
export interface Origin {
  readonly host: string;
  /** /etc/machine-id. */
  readonly machine: string;
  /** `file.uuid` of the database. */
  readonly file: string;
}

/** Rows that are sent together. They are the same, with the same key, however often they are sent. */
export interface Segment extends Range {
  /** `MACHINE/FILE/BOOT/FIRST-LAST`. */
  readonly key: string;
  readonly tables: Readonly<Partial<Record<ShippedTable, readonly Row[]>>>;
}

export interface Target {
  /** For messages and state files: without user name and password. */
  readonly text: string;
  /** This host's clock minus the place's, and how far that may be wrong, microseconds; undefined: it has no clock of its own. */
  readonly clock: { readonly offsetUs: number; readonly errorUs: number } | undefined;
  /** How long after sending it is looked for, microseconds. */
  readonly auditAfterUs: number;
  /**
   * To be called before anything is sent, and after every error: looks what the place has and needs.
   * @throws SstoryError `cannot-ship`, and TargetError
   */
  connect(): Promise<void>;
  /** The last number that is there of a file, from this machine; 0: nothing is. */
  lastSeq(origin: Origin): Promise<number>;
  /** Resolves when the place has accepted all of it, with a number that `find` compares. */
  send(origin: Origin, segment: Segment): Promise<number>;
  /** Sends rows that belong to no segment: open connections, gaps, the host. `key`: differs each time. */
  put(origin: Origin, key: string, tables: Segment['tables']): Promise<void>;
  /** Which of these segments are there, with all their rows. */
  find(origin: Origin, segments: readonly SentSegment[]): Promise<boolean[]>;
  close(): Promise<void>;
}

/** Something that passes: the network, a server that restarts, a full disk. It is tried again. */
export class TargetError extends SstoryError {
  constructor(message: string, cause?: unknown) {
    super('target-unreachable', message, { cause });
  }
}
