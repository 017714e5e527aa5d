/** The hosts that have connections of a kind, by name. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { Interval } from '../../model/interval.js';
import type { TcpState } from '../../model/tcp-state.js';
import type { FleetClient } from '../client.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN, WITH_COMPLETE } from './open-until.js';

export interface HostWith {
  readonly host: string;
  readonly machine: string;
  readonly file: string;
}

export async function hostsWith(
  fleet: FleetClient,
  condition: FleetCondition,
  { window, states }: { readonly window: Interval; readonly states?: ReadonlySet<TcpState> | undefined },
): Promise<readonly HostWith[]> {
  const found = connectionsSql({ condition, states, having: NOT_FORGOTTEN, select: 'host, machine, file' });
  const sql = `${WITH_COMPLETE} SELECT DISTINCT host, machine, file FROM (${found}) ORDER BY host, machine, file`;
  return await fleet.rows<HostWith>({ sql, params: { ...condition.params, fromUs: window.fromUs, toUs: window.toUs } });
}
