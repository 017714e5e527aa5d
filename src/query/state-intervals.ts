/** For how long sockets were in certain states, as rows: of a window, and not of one instant. */

import type Database from 'better-sqlite3';
import { ALWAYS, type Condition } from '../model/condition.js';
import type { Interval } from '../model/interval.js';
import { STEP_SQL } from '../model/path-layout.js';
import { codeOfState, maskOfStates, type TcpState } from '../model/tcp-state.js';
import { STEP_OF_ELEMENT } from './path-sql.js';
import { windowSockets } from './window-sockets.js';

export interface StateInterval {
  readonly id: number;
  readonly netns: number;
  readonly pid: number | null;
  readonly comm: string | null;
  readonly origin: number;
  readonly address: string;
  readonly port: number;
  readonly localPort: number;
  readonly sinceUs: number;
  /** NULL: it is in the state still. */
  readonly untilUs: number | null;
  /** The kernel's code of the state after it. */
  readonly nextState: number | null;
}

export interface StateWish {
  readonly states: readonly TcpState[];
  readonly window: Interval;
  /** At least as long, microseconds. */
  readonly leastUs: number;
  /** On the columns of the table `socket`. */
  readonly condition: Condition | undefined;
}

/** The times in one of the states that touch a window, in order of their beginnings; address and port are the peer's. `span`: the recorded time. */
export function stateIntervals(database: Database.Database, span: Interval, wish: StateWish): StateInterval[] {
  const { states, window, leastUs, condition = ALWAYS } = wish;
  const long = 'closed_us IS NULL OR closed_us - opened_us >= @leastUs';
  const lives = windowSockets(span, window, {
    select: 'socket.*',
    where: `(states & @stateMask) <> 0 AND (${long}) AND (${condition.sql})`,
  });
  const since = `s.opened_us + ${STEP_SQL.delayUs(elementStep('j'))}`;
  const until = `(SELECT s.opened_us + ${STEP_SQL.delayUs(elementStep('k'))} FROM json_each(s.path) k WHERE k.key = j.key + 1)`;
  const next = `(SELECT ${STEP_SQL.newState(elementStep('k'))} FROM json_each(s.path) k WHERE k.key = j.key + 1)`;
  const rows = database
    .prepare(
      `SELECT * FROM (
         SELECT s.id, netns, pid, comm, origin, remote_addr AS address, remote_port AS port, local_port AS localPort, ${since} AS sinceUs, ${until} AS untilUs, ${next} AS nextState
         FROM (${lives}) s, json_each(s.path) j
         WHERE ${STEP_SQL.newState(elementStep('j'))} IN (${states.map(codeOfState).join(', ')})
       ) WHERE sinceUs <= @toUs AND coalesce(untilUs, @toUs) >= @fromUs AND min(coalesce(untilUs, @toUs), @toUs) - sinceUs >= @leastUs
       ORDER BY sinceUs`,
    )
    .all({
      ...condition.params,
      ...{ fromUs: Math.round(window.fromUs), toUs: Math.round(window.toUs) },
      stateMask: maskOfStates(states),
      leastUs,
    });
  return rows as StateInterval[];
}

/** The packed step of a row of json_each, by the name that it has. */
function elementStep(row: string): string {
  return STEP_OF_ELEMENT.replace(/\b(type|value)\b/g, `${row}.$1`);
}
