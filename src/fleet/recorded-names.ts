/** Which names resolved to which addresses, on all hosts. */
import type { Interval } from '../model/interval.js';
import type { NameEnd, NameRecord, NameSource } from '../model/name.js';
import type { FleetClient } from './client.js';
import type { Machine } from './connection-of-row.js';

export interface FleetName {
  readonly machine: Machine;
  readonly record: NameRecord;
}

interface FoundName extends Machine {
  readonly name: string;
  readonly address: string;
  readonly from_us: number;
  readonly to_us: number | null;
  readonly source: string;
  readonly netns: number;
  readonly ended: string | null;
}

/** Of one name or address, or all: the records that touch the window, oldest first. */
export async function* fleetNames(
  fleet: FleetClient,
  { fromUs, toUs }: Interval,
  which: { readonly name: string } | { readonly address: string } | undefined,
): AsyncGenerator<FleetName> {
  const subject =
    which === undefined ? '1' : 'name' in which ? 'name = {subject:String}' : 'address = {subject:String}';
  const sql = `SELECT host, machine, file, name, address, from_us, to_us, source, netns, ended FROM names FINAL
    WHERE ${subject} AND from_us <= {toUs:Int64} AND (to_us IS NULL OR to_us >= {fromUs:Int64})
    ORDER BY from_us, host, name, address`;
  const value = which === undefined ? {} : { subject: 'name' in which ? which.name : which.address };
  for await (const rows of fleet.batches<FoundName>({ sql, params: { fromUs, toUs, ...value } }))
    for (const row of rows) yield nameOf(row);
}

function nameOf({ host, machine, file, name, address, from_us, to_us, source, netns, ended }: FoundName): FleetName {
  return {
    machine: { host, machine, file },
    record: {
      ...{ name, address, fromUs: from_us, toUs: to_us ?? undefined, netns },
      source: source as NameSource,
      ended: (ended ?? undefined) as NameEnd | undefined,
    },
  };
}
