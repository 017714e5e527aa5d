/** The names that addresses had on each host at one time. */
import type { FleetClient } from './client.js';

export interface FleetNameAt {
  readonly machine: string;
  /** Canonical text. */
  readonly address: string;
  readonly name: string;
  /** The TTL of the answer was over: whether the name still resolved to it is not known. */
  readonly isExpired: boolean;
}

/** A name that had moved to another address by then does not count. */
const NAMES_SQL = `SELECT machine, address, argMax(name, from_us) AS name,
    argMax(toUInt8(ifNull(to_us <= {atUs:Int64}, 0)), from_us) AS isExpired
  FROM names FINAL
  WHERE from_us <= {atUs:Int64} AND (to_us IS NULL OR to_us > {atUs:Int64} OR ended IS NULL)
  GROUP BY machine, address`;

/** The last one that was recorded of each address by then. */
export async function* fleetNamesAt(fleet: FleetClient, atUs: number): AsyncGenerator<FleetNameAt> {
  for await (const rows of fleet.batches<FleetNameAt>({ sql: NAMES_SQL, params: { atUs } }))
    for (const row of rows) yield { ...row, isExpired: Boolean(row.isExpired) };
}
