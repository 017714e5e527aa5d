/** How many sockets of all hosts there were at one instant: `ss -s --at TIME --fleet`. */

import type { FleetCondition } from '../filter/clickhouse.js';
import type { Family } from '../model/address.js';
import type { TcpState } from '../model/tcp-state.js';
import type { FleetClient } from './client.js';
import { connectionsSql, FORGOTTEN_AFTER_US, stepAt } from './connections-query.js';
import { IN_INITIAL_NETNS, STATE_AT } from './sockets-at.js';

/** Sockets that a summary counts alike. */
export interface FleetSockets {
  readonly state: TcpState;
  readonly family: Family;
  /** The kernel has only a TIME-WAIT of it, whatever its state is. */
  readonly isTimeWait: boolean;
  readonly count: number;
}

interface FoundSockets {
  readonly state: TcpState;
  readonly family: number;
  readonly waits: number;
  readonly sockets: number;
}

/** Of each host the network namespace of its process 1, or all of them. */
export async function fleetSummaryAt(
  fleet: FleetClient,
  atUs: number,
  { initialNetns, netns }: { readonly initialNetns: boolean; readonly netns?: FleetCondition | undefined },
): Promise<readonly FleetSockets[]> {
  const rows = connectionsSql({
    condition: netns,
    having: [
      `${stepAt('{toUs:Int64}')} > 0 AND ${STATE_AT} != 'UNCONN'`,
      ...(initialNetns ? [IN_INITIAL_NETNS] : []),
    ].join(' AND '),
    select: `machine, family, ${STATE_AT} AS state,
    state = 'TIME-WAIT' OR ifNull(timer = 'timewait' AND sampled_us <= {toUs:Int64}, 0) AS waits,
    if(closed_us IS NULL, toInt64(known_us), 0) AS open_known_us`,
  });
  const found = await fleet.rows<FoundSockets>({
    sql: `SELECT state, family, waits, count() AS sockets
  FROM (${rows}) AS found
  LEFT JOIN (SELECT machine, max(complete_us) AS complete_us FROM hosts FINAL GROUP BY machine) AS reach
    ON found.machine = reach.machine
  WHERE NOT (open_known_us > 0 AND open_known_us + ${FORGOTTEN_AFTER_US} < least({toUs:Int64}, complete_us))
  GROUP BY state, family, waits`,
    params: { ...netns?.params, fromUs: atUs, toUs: atUs },
  });
  return found.map(({ state, family, waits, sockets }) => ({
    state,
    family: family === 6 ? 6 : 4,
    isTimeWait: waits === 1,
    count: sockets,
  }));
}
