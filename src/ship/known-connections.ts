import type Database from 'better-sqlite3';
import type { KnownConnection } from '../fleet/life-row.js';
import type { Connection } from '../model/connection.js';
import type { SampleRow } from '../model/sample.js';
import { Places } from '../query/places.js';
import { RecordedNames } from './recorded-names.js';

type Owner = KnownConnection['owners'][number];

interface OwnerRow {
  readonly connection_id: number;
  readonly pid: number;
  readonly tid: number;
  readonly fd: number;
  readonly comm: string;
  readonly from_us: number;
  readonly to_us: number | null;
}

const OWNERS = `
SELECT connection_id, pid, tid, fd, comm, from_us, to_us
FROM json_each(?) AS wanted CROSS JOIN owner ON connection_id = wanted.value ORDER BY connection_id, from_us`;

const SAMPLES = `
SELECT s.* FROM json_each(?) AS wanted CROSS JOIN whole_sample s ON s.connection_id = wanted.value
  AND s.at_us = (SELECT max(at_us) FROM sample WHERE connection_id = wanted.value)`;

const PAGE = 500;

/** Connections with what other tables of the database have of them. */
export class KnownConnections {
  private readonly places: Places;
  private readonly names: RecordedNames;
  private readonly owners: Database.Statement;
  private readonly samples: Database.Statement;

  constructor(database: Database.Database) {
    this.places = new Places(database);
    this.names = new RecordedNames(database);
    this.owners = database.prepare(OWNERS);
    this.samples = database.prepare(SAMPLES);
  }

  /** In the same order; `run`: that which wrote them last. */
  *of(connections: readonly Connection[], run: number): Generator<KnownConnection, void, undefined> {
    this.names.forget();
    this.places.namespaces.refresh();
    for (let at = 0; at < connections.length; at += PAGE) yield* this.page(connections.slice(at, at + PAGE), run);
  }

  private *page(connections: readonly Connection[], run: number): Generator<KnownConnection, void, undefined> {
    const ids = JSON.stringify(connections.map(({ id }) => id));
    const owners = byConnection(this.owners.all(ids) as OwnerRow[]);
    const samples = new Map((this.samples.all(ids) as SampleRow[]).map((row) => [row.connection_id, row]));
    for (const connection of connections) {
      const { id, tuple, closedUs } = connection;
      yield {
        connection,
        run,
        place: this.places.during(connection),
        owners: owners.get(id) ?? [],
        sample: samples.get(id),
        remoteNames: this.names.of(tuple.remoteAddr, closedUs ?? Number.MAX_SAFE_INTEGER),
      };
    }
  }
}

function byConnection(rows: readonly OwnerRow[]): Map<number, Owner[]> {
  const owners = new Map<number, Owner[]>();
  for (const { connection_id, pid, tid, fd, comm, from_us, to_us } of rows) {
    const owner = { pid, fd, comm, tid: tid === 0 ? undefined : tid, fromUs: from_us, toUs: to_us ?? undefined };
    const known = owners.get(connection_id);
    if (known === undefined) owners.set(connection_id, [owner]);
    else known.push(owner);
  }
  return owners;
}
