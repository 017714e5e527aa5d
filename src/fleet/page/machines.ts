/** The hosts of a fleet, as they last reported. */
import { SstoryError } from '../../model/error.js';
import type { FleetClient } from '../client.js';

export interface FleetMachine {
  readonly host: string;
  readonly machine: string;
  /** The newest of its files. */
  readonly file: string;
  readonly firstUs: number;
  readonly completeUs: number;
  readonly source: string;
}

const MACHINES_SQL = `
SELECT argMax(host, version) AS host, machine, argMax(file, version) AS file, min(first_us) AS firstUs, max(complete_us) AS completeUs,
  argMax(source, version) AS source
FROM hosts FINAL GROUP BY machine ORDER BY host, machine`;

/** By name. */
export async function fleetMachines(fleet: FleetClient, signal?: AbortSignal): Promise<readonly FleetMachine[]> {
  return await fleet.rows<FleetMachine>({ sql: MACHINES_SQL, signal });
}

/** What a machine is called in an address: its host name, or where two have the same, its machine id. */
export function keyOfMachine({ host, machine }: FleetMachine, all: readonly FleetMachine[]): string {
  return all.some((other) => other.host === host && other.machine !== machine) ? machine : host;
}

/**
 * The machine with a host name or a machine id.
 * @throws SstoryError `no-host`, `several-hosts`
 */
export function machineNamed(name: string, all: readonly FleetMachine[]): FleetMachine {
  const found = all.filter(({ host, machine }) => machine === name || host === name);
  const [first, second] = found;
  if (first === undefined) throw new SstoryError('no-host', `no host of the fleet is called ${name}`);
  if (second === undefined) return first;
  throw new SstoryError('several-hosts', `${found.length} hosts are called ${name}`, {
    hint: `name one of them by its machine: ${found.map(({ machine }) => machine).join(', ')}`,
  });
}
