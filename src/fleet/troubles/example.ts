/** One connection of a trouble of a fleet. */
import type { Interval } from '../../model/interval.js';
import type { FleetClient } from '../client.js';
import { connectionOfRow, type FleetConnection } from '../connection-of-row.js';
import { connectionsSql, type FoundConnection } from '../connections-query.js';
import type { FleetTrouble } from './fleet-trouble.js';

/** Undefined: its row has been deleted meanwhile. */
export async function exampleOfTrouble(
  fleet: FleetClient,
  { exampleMachine: machine, exampleFile: file, exampleId: id }: FleetTrouble,
  window: Interval,
): Promise<FleetConnection | undefined> {
  const condition = {
    sql: 'machine = {machine:String} AND file = {file:String} AND connection_id = {id:Int64}',
    params: { machine, file, id },
  };
  const [row] = await fleet.rows<FoundConnection>({
    sql: connectionsSql({ condition, tail: 'LIMIT 1' }),
    params: { ...condition.params, fromUs: window.fromUs, toUs: window.toUs },
  });
  return row && connectionOfRow(row);
}
