/** The sockets that were in certain states at an instant, as SQL: explanations group many of them and read few. */

import { ALWAYS, type Condition } from '../model/condition.js';
import type { Interval } from '../model/interval.js';
import { STEP_SQL } from '../model/path-layout.js';
import { codeOfState, maskOfStates, type TcpState } from '../model/tcp-state.js';
import { livesBetween, OPEN_LIVES } from './lives.js';
import { STEP_OF_ELEMENT, stepFromEnd } from './path-sql.js';

const COLUMNS = 'id, netns, family, local_addr, local_port, remote_addr, remote_port, origin, pid, comm, retransmits';

/**
 * A subquery in parentheses, with the columns id, netns, family, local_addr, local_port, remote_addr, remote_port, origin, pid,
 * comm, retransmits, state (the kernel's code) and since_us of the sockets in one of `states` at `atUs`. It comes with its
 * parameters, fromUs and toUs among them, which are both that instant.
 * @param span the recorded time
 * @param condition on the columns of the table `socket`
 */
export function socketsInState(
  span: Interval,
  atUs: number,
  states: readonly TcpState[],
  condition: Condition = ALWAYS,
): Condition {
  // A list of values cannot be one parameter; these are codes of the kernel.
  const codes = states.map(codeOfState).join(', ');
  const us = Math.round(atUs);
  const params = { ...condition.params, fromUs: us, toUs: us };
  // At the end of what is recorded the column `state` is right, but for the foreseen end of a TIME-WAIT; else the path has to be read.
  if (us >= span.toUs && !states.includes('TIME-WAIT')) {
    return {
      sql: `(SELECT ${COLUMNS}, state, opened_us + ${STEP_SQL.delayUs(stepFromEnd(1))} AS since_us
        FROM socket WHERE ${OPEN_LIVES} AND state IN (${codes}) AND (${condition.sql}))`,
      params,
    };
  }
  const existing = livesBetween({ select: 'socket.*', where: `(states & @stateMask) <> 0 AND (${condition.sql})` });
  const lastStep = `SELECT ${STEP_OF_ELEMENT} FROM json_each(s.path)
    WHERE s.opened_us + ${STEP_SQL.delayUs(STEP_OF_ELEMENT)} <= @toUs ORDER BY key DESC LIMIT 1`;
  return {
    sql: `(SELECT ${COLUMNS}, ${STEP_SQL.newState('step')} AS state, opened_us + ${STEP_SQL.delayUs('step')} AS since_us
      FROM (SELECT s.*, (${lastStep}) AS step FROM (${existing}) s)
      WHERE ${STEP_SQL.newState('step')} IN (${codes}))`,
    params: { ...params, stateMask: maskOfStates(states) },
  };
}
