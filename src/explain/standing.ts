/** The sockets that stood in certain states at an instant, as SQL: many of them are grouped, few are read. */
import { codeOfState, maskOfStates, type TcpState } from '../model/tcp-state.js';
import { ALWAYS, type Condition } from '../query/connections-between.js';
import { LAST_CLASS, longestLifeUs } from '../store/life-class.js';
import type { ExplainContext } from './context.js';

const COLUMNS = 'id, netns, family, local_addr, local_port, remote_addr, remote_port, origin, pid, comm, retransmits';
/** A step of `path` is one integer, or an array that begins with it. */
const LAST_STEP = `CASE json_type(path, '$[#-1]') WHEN 'array' THEN json_extract(path, '$[#-1][0]') ELSE json_extract(path, '$[#-1]') END`;
const STEP = `CASE type WHEN 'array' THEN json_extract(value, '$[0]') ELSE value END`;

/**
 * A subquery with the columns id, netns, family, local_addr, local_port, remote_addr, remote_port, origin, pid, comm,
 * retransmits, state (the kernel's code) and since_us of the sockets in one of `states` at `atUs`. The parameters of
 * `condition`, which is on the columns of the table `socket`, are the caller's to bind.
 */
export function standing(
  context: ExplainContext,
  atUs: number,
  states: readonly TcpState[],
  condition: Condition = ALWAYS,
): string {
  const codes = states.map(codeOfState).join(', ');
  const us = Math.round(atUs);
  // At the end of what is recorded the column `state` is right; before, the path has to be read.
  if (us >= context.span.toUs) {
    return `(SELECT ${COLUMNS}, state, opened_us + ((${LAST_STEP}) >> 10) AS since_us
      FROM socket WHERE life_class = 0 AND state IN (${codes}) AND (${condition.sql}))`;
  }
  const mask = maskOfStates(states);
  const existing = [
    `SELECT * FROM socket WHERE life_class = 0 AND opened_us <= ${us} AND (states & ${mask}) <> 0 AND (${condition.sql})`,
    ...Array.from(
      { length: LAST_CLASS },
      (_, index) =>
        `SELECT * FROM socket WHERE life_class = ${index + 1}
         AND opened_us BETWEEN ${Math.max(0, us - longestLifeUs(index + 1))} AND ${us} AND closed_us > ${us} AND (states & ${mask}) <> 0 AND (${condition.sql})`,
    ),
  ];
  return `(SELECT ${COLUMNS}, step & 15 AS state, opened_us + (step >> 10) AS since_us FROM (
      SELECT s.*, (SELECT ${STEP} FROM json_each(s.path) WHERE s.opened_us + ((${STEP}) >> 10) <= ${us} ORDER BY key DESC LIMIT 1) AS step
      FROM (${existing.join(' UNION ALL ')}) s
    ) WHERE (step & 15) IN (${codes}))`;
}
