import type Database from 'better-sqlite3';
import { FNV_BASIS, mixText } from '../model/fnv.js';
import { SAMPLE_COLUMNS, type Sample, SETTING_COLUMNS } from '../model/sample.js';
import { TIMER_KINDS } from '../model/socket-row.js';
import { BulkInsert, putColumns, type Value } from './bulk-insert.js';

/** How many settings are remembered: beyond, all are looked up again. */
const MOST_REMEMBERED = 10_000;

const SETTING_FIELDS = SETTING_COLUMNS.map(({ field }) => field);

/** A sample, and which row of `settings` belongs to it. */
interface Stored {
  readonly sample: Sample;
  readonly settings: number;
}

/** The tables `sample` and `settings`. */
export class SampleTable {
  private readonly samples: BulkInsert<Stored>;
  private readonly find: Database.Statement;
  private readonly add: Database.Statement;
  private readonly exists: Database.Statement<[number, number]>;
  private readonly known = new Map<string, number>();
  /** Ids and hashes of rows that were added by the last call. */
  private readonly added: [number, number][] = [];

  constructor(database: Database.Database) {
    this.samples = new BulkInsert(database, {
      table: 'sample',
      columns: ['settings_id', ...SAMPLE_COLUMNS.map(({ column }) => column)],
      put: putColumns<Stored>([({ settings }) => settings, ...SAMPLE_COLUMNS.map(({ field }) => columnValue(field))]),
      verb: 'INSERT OR REPLACE',
    });
    const columns = SETTING_COLUMNS.map(({ column }) => column);
    const same = columns.map((column) => `${column} IS ?`).join(' AND ');
    this.find = database.prepare(`SELECT id FROM settings WHERE hash = ? AND ${same}`).pluck();
    this.exists = database.prepare('SELECT 1 FROM settings WHERE id = ? AND hash = ?');
    this.add = database.prepare(
      `INSERT INTO settings (hash, ${columns.join(', ')}) VALUES (?, ${columns.map(() => '?').join(', ')})`,
    );
  }

  insert(samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    this.forgetRolledBack();
    this.samples.insert(samples.map((sample) => ({ sample, settings: this.settingsOf(sample) })));
  }

  /** The row of the settings that a sample has; a new one if no other has the same. */
  private settingsOf(sample: Sample): number {
    let key = '';
    for (const field of SETTING_FIELDS) key += `${sample[field] ?? ''}|`;
    return this.known.get(key) ?? this.lookUp(key, sample);
  }

  private lookUp(key: string, sample: Sample): number {
    const hash = mixText(FNV_BASIS, key);
    const values = SETTING_FIELDS.map((field) => sample[field] ?? null);
    let id = this.find.get(hash, ...values) as number | undefined;
    if (id === undefined) {
      id = Number(this.add.run(hash, ...values).lastInsertRowid);
      this.added.push([id, hash]);
    }
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    this.known.set(key, id);
    return id;
  }

  /** A transaction that added settings may have been rolled back since. */
  private forgetRolledBack(): void {
    const added = this.added.splice(0);
    if (added.some(([id, hash]) => this.exists.get(id, hash) === undefined)) this.known.clear();
  }
}

function columnValue(field: keyof Sample): (stored: Stored) => Value | undefined {
  if (field === 'timer') return ({ sample }) => TIMER_KINDS.indexOf(sample.timer);
  return ({ sample }) => sample[field];
}
