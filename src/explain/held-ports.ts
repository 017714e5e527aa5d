/** Which sockets held local ports toward each destination at an instant. */
import { plainAddress } from '../model/address.js';
import { codeOfState, stateOfCode, type TcpState } from '../model/tcp-state.js';
import { socketsInState } from '../query/sockets-in-state.js';
import type { ExplainContext } from './context.js';
import { AFTER_HANDSHAKE } from './state-masks.js';

const HOLDING_A_PORT: readonly TcpState[] = ['SYN-SENT', ...AFTER_HANDSHAKE];
const TIME_WAIT = codeOfState('TIME-WAIT');

/** Sockets of this host toward one destination at an instant. */
export interface Held {
  readonly total: number;
  /** The most first. */
  readonly byState: readonly { readonly state: TcpState; readonly n: number }[];
  readonly timeWaits: number;
  readonly lowPort: number;
  readonly highPort: number;
  readonly oldestTimeWaitUs: number | undefined;
}

interface Row {
  readonly netns: number;
  readonly address: string;
  readonly port: number;
  readonly state: number;
  readonly n: number;
  readonly low: number;
  readonly high: number;
  readonly oldest: number;
}

/** All destinations of one instant are read together, and kept until another one is asked for: of many TIME-WAITs each asks. */
const lastRead = new WeakMap<
  ExplainContext,
  { readonly atUs: number; readonly held: ReadonlyMap<string, readonly Row[]> }
>();

export function heldToward(context: ExplainContext, netns: number, address: string, port: number, atUs: number): Held {
  const known = lastRead.get(context);
  const read = known?.atUs === atUs ? known : { atUs, held: heldAt(context, atUs) };
  lastRead.set(context, read);
  return heldOf(read.held.get(keyOf(netns, address, port)) ?? []);
}

function heldAt(context: ExplainContext, atUs: number): Map<string, Row[]> {
  const { sql, params } = socketsInState(context.span, atUs, HOLDING_A_PORT);
  const rows = context.database
    .prepare(
      `SELECT netns, remote_addr AS address, remote_port AS port, state, count(*) AS n, min(local_port) AS low, max(local_port) AS high,
         min(since_us) AS oldest
       FROM ${sql} WHERE local_port > 0 GROUP BY 1, 2, 3, 4`,
    )
    .all(params) as Row[];
  const held = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row.netns, row.address, row.port);
    const others = held.get(key);
    if (others === undefined) held.set(key, [row]);
    else others.push(row);
  }
  return held;
}

/** IPv4 and dual-stack sockets store one address in two forms. */
function keyOf(netns: number, address: string, port: number): string {
  return `${netns} ${plainAddress(address)} ${port}`;
}

function heldOf(rows: readonly Row[]): Held {
  const numbers = new Map<number, number>();
  for (const { state, n } of rows) numbers.set(state, (numbers.get(state) ?? 0) + n);
  const timeWaits = rows.filter(({ state }) => state === TIME_WAIT);
  return {
    total: rows.reduce((sum, { n }) => sum + n, 0),
    byState: [...numbers].map(([state, n]) => ({ state: stateOfCode(state) ?? 'UNCONN', n })).sort((a, b) => b.n - a.n),
    timeWaits: numbers.get(TIME_WAIT) ?? 0,
    lowPort: Math.min(...rows.map(({ low }) => low)),
    highPort: Math.max(...rows.map(({ high }) => high)),
    oldestTimeWaitUs: timeWaits.length === 0 ? undefined : Math.min(...timeWaits.map(({ oldest }) => oldest)),
  };
}
