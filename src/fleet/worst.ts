/** Which of many connections of a fleet to explain first, judged by their rows alone. */
import { OF_END, OF_REASON, OF_STATE, RETRANSMITTED } from '../explain/worst.js';
import type { FleetCondition } from '../filter/clickhouse.js';
import type { Interval } from '../model/interval.js';
import type { TcpState } from '../model/tcp-state.js';
import type { FleetClient } from './client.js';
import { connectionOfRow, type FleetConnection } from './connection-of-row.js';
import { connectionsSql, type FoundConnection } from './connections-query.js';
import { NOT_FORGOTTEN, WITH_COMPLETE } from './page/open-until.js';

export interface WorstOfFleet {
  readonly window: Interval;
  readonly condition: FleetCondition | undefined;
  /** As of the end of the window: the last state before the end of those that ended; `UNCONN` also means that it has ended. */
  readonly states: ReadonlySet<TcpState> | undefined;
  readonly atMost: number;
}

const ENDED = 'ifNull(closed_us <= {toUs:Int64}, 0)';
const LAST_STATE = `toString(step_into[arrayLastIndex(
  (delay, state) -> opened_us + delay <= {toUs:Int64} AND toString(state) != 'UNCONN', step_us, step_into)])`;
const REASON = "ifNull(toString(close_reason), '')";
const OF_ENDS = OF_END.map(
  ({ reason, state, weight }) => `${REASON} = '${reason}' AND ${LAST_STATE} = '${state}', ${weight}`,
).join(', ');
const WEIGHT = `if(${ENDED}, multiIf(${OF_ENDS}, ${weightOf(REASON, OF_REASON)}), ${weightOf(LAST_STATE, OF_STATE)})
  + if(retransmits > 0, ${RETRANSMITTED}, 0)`;

/**
 * The worst first, and how many match in all.
 * @throws SstoryError of the fleet
 */
export async function worstOfFleet(
  fleet: FleetClient,
  { window, condition, states, atMost }: WorstOfFleet,
): Promise<{ readonly found: readonly FleetConnection[]; readonly count: number }> {
  const having = states === undefined ? NOT_FORGOTTEN : `${NOT_FORGOTTEN} AND (${wasLastIn(states)})`;
  const params = { ...condition?.params, fromUs: window.fromUs, toUs: window.toUs };
  const worst = connectionsSql({
    ...{ condition, having },
    tail: `ORDER BY ${WEIGHT} DESC, opened_us DESC, host, connection_id LIMIT ${atMost}`,
  });
  const rows = await fleet.rows<FoundConnection>({ sql: `${WITH_COMPLETE} ${worst}`, params });
  if (rows.length < atMost) return { found: rows.map(connectionOfRow), count: rows.length };
  const all = connectionsSql({ condition, having, select: 'count() AS count' });
  const [counted] = await fleet.rows<{ readonly count: number }>({ sql: `${WITH_COMPLETE} ${all}`, params });
  return { found: rows.map(connectionOfRow), count: counted?.count ?? rows.length };
}

function wasLastIn(states: ReadonlySet<TcpState>): string {
  const names = [...states].map((state) => `'${state}'`).join(', ');
  const isIn = `${LAST_STATE} IN (${names === '' ? "''" : names})`;
  return states.has('UNCONN') ? `${isIn} OR ${ENDED}` : isIn;
}

function weightOf(value: string, weights: Readonly<Record<string, number>>): string {
  const names = Object.keys(weights).map((name) => `'${name}'`);
  return `transform(${value}, [${names.join(', ')}], [${Object.values(weights).join(', ')}], 0)`;
}
