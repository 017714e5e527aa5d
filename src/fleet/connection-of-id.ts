/** A connection of a fleet by what identifies it: its host and its id there. */
import type { FleetCondition } from '../filter/clickhouse.js';
import { SstoryError } from '../model/error.js';
import type { Interval } from '../model/interval.js';
import type { FleetClient } from './client.js';
import { connectionOfRow, type FleetConnection } from './connection-of-row.js';
import { connectionsSql, type FoundConnection } from './connections-query.js';

/** `web-1:25`; `web-1:FILE:25` where the host has had several databases, FILE being the beginning of the UUID of one. */
export interface FleetId {
  readonly host: string;
  /** The beginning of the UUID of the database. */
  readonly file: string;
  readonly id: number;
}

const FLEET_ID = /^([^\s:][^:]*):(?:([0-9a-f][0-9a-f-]*):)?#?(\d{1,15})$/i;

/** Undefined: it is a word of a filter. */
export function parseFleetId(word: string): FleetId | undefined {
  const [, host, file = '', id] = FLEET_ID.exec(word) ?? [];
  return host === undefined ? undefined : { host: host.toLowerCase(), file: file.toLowerCase(), id: Number(id) };
}

/** The connections with any of these ids. */
export function conditionOfIds(ids: readonly FleetId[]): FleetCondition {
  const each = ids.map((_, at) => {
    const host = `{host${at}:String}`;
    return `((lower(host) = ${host} OR machine = ${host}) AND startsWith(file, {file${at}:String}) AND connection_id = {id${at}:Int64})`;
  });
  const params = ids.flatMap(({ host, file, id }, at) => [
    [`host${at}`, host],
    [`file${at}`, file],
    [`id${at}`, id],
  ]);
  return { sql: each.join(' OR '), params: Object.fromEntries(params) };
}

/** Of hosts or files that are named in an error. */
const MOST_NAMED = 4;

/**
 * @param window in which it existed
 * @throws SstoryError `no-connection`, `ambiguous`
 */
export async function connectionOfFleetId(
  fleet: FleetClient,
  wanted: FleetId,
  window: Interval,
): Promise<FleetConnection> {
  const { host, id } = wanted;
  const condition = conditionOfIds([wanted]);
  const rows = await fleet.rows<FoundConnection>({
    sql: connectionsSql({ condition, wholeRows: true, tail: `ORDER BY opened_us DESC LIMIT ${MOST_NAMED + 1}` }),
    params: { ...condition.params, fromUs: window.fromUs, toUs: window.toUs },
  });
  const [row] = rows;
  if (row === undefined)
    throw new SstoryError('no-connection', `no connection ${id} of ${host} was sent to ${fleet.address.text}`, {
      hint: 'ordinary short connections may have been counted only (sstory ship --what); sstory ss --fleet --json has the ids',
    });
  if (rows.length > 1) {
    const named = rows.slice(0, MOST_NAMED).map((each) => `${each.host}:${each.file.slice(0, 8)}:${id}`);
    throw new SstoryError(
      'ambiguous',
      `${host} has ${rows.length > MOST_NAMED ? 'more than 4' : rows.length} connections ${id}, of several databases or machines`,
      {
        hint: `name one: ${named.join(', ')}`,
      },
    );
  }
  return connectionOfRow(row);
}
