/** Connects and connections that failed, or whose SYN waited for long: what their ends and events show. */
import { DROPPED, FIRST_RETRANSMIT_US, QUEUED } from '../../explain/obstacle.js';
import { AFTER_HANDSHAKE, NEVER_OPEN_MASK } from '../../explain/state-masks.js';
import type { FleetCondition } from '../../filter/clickhouse.js';
import { SELF_CHECK_ADDRESS } from '../../model/self-check.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN, OPEN_UNTIL } from '../page/open-until.js';
import { casesSql, everIn, OF_CONNECTION } from './cases.js';

/** Events are read from so long before the window: of connects that began before it. */
const EVENTS_BEFORE_US = 3_600_000_000;

/** How long it was in SYN-SENT, if that was its first state. */
const SYN_SENT_US = `if(notEmpty(step_into) AND toString(step_into[1]) = 'SYN-SENT',
  if(length(step_us) > 1, step_us[2], until_us - opened_us), 0)`;

/** What became of connects on their host; of those that reached no other state, the kernel's reason. */
const EVENTS = `
SELECT machine, file, assumeNotNull(connection_id) AS connection_id, anyIf(detail, kind = 'connect') AS error,
  countIf(kind != 'retransmit') > 0 AS reported, countIf(detail = '${DROPPED}') > 0 AS dropped,
  countIf(detail = '${QUEUED}') > 0 AS queued, countIf(detail = 'SYN') > 0 AS left_host
FROM events
WHERE at_us BETWEEN {fromUs:Int64} - ${EVENTS_BEFORE_US} AND {toUs:Int64} AND isNotNull(connection_id)
  AND (kind IN ('connect', 'error') OR kind = 'retransmit' AND detail IN ('SYN', '${DROPPED}', '${QUEUED}'))
GROUP BY machine, file, connection_id`;

/** As the kinds of one host: src/explain/troubles. An obstacle is one where the events show it, and nothing is concluded without any. */
const KIND = `multiIf(
  is_outgoing AND at_once, multiIf(
    error = 'EADDRNOTAVAIL' AND NOT (reason = 'failed' AND local_port > 0), 'port exhaustion',
    error IN ('ENETUNREACH', 'EHOSTUNREACH') OR (error = '' AND reason = 'unreachable'), 'no route', 'connect failed'),
  is_outgoing AND NOT established AND syn_sent_us >= ${FIRST_RETRANSMIT_US}, multiIf(
    dropped, 'local firewall',
    NOT left_host AND (queued OR (reason = 'unreachable' AND retransmits = 0 AND reported)), 'unanswered ARP', 'unanswered SYN'),
  syn_sent_us >= ${FIRST_RETRANSMIT_US}, 'unanswered SYN',
  reason = 'refused', 'refused',
  reason = 'timed out' AND orphaned, 'FIN-WAIT-2 orphans',
  reason = 'timed out' AND (is_outgoing OR established), 'timed out',
  reason = 'reset by peer' OR (reason = 'aborted' AND established), 'reset',
  reason = 'unreachable', 'no route',
  reason = 'failed', 'connect failed', '')`;

/** One row a connection. `is_mild`: this host aborted it, as some programs do by habit. */
export function failuresSql(condition: FleetCondition | undefined): string {
  const lives = connectionsSql({
    condition,
    having: `origin != 'listen' AND ${NOT_FORGOTTEN}
      AND NOT (states = ${NEVER_OPEN_MASK} AND remote_addr = toIPv6('${SELF_CHECK_ADDRESS}'))`,
    select: `machine, file, host, connection_id, family, remote_addr, remote_port, local_port, comm, origin, opened_us, step_us,
      step_into, states, retransmits, ${OPEN_UNTIL} AS until_us,
      if(closed_us <= {toUs:Int64}, ifNull(toString(close_reason), ''), '') AS reason, ${SYN_SENT_US} AS syn_sent_us,
      origin != 'accept' AS is_outgoing, states = ${NEVER_OPEN_MASK} OR reason = 'failed' AS at_once,
      ${everIn(AFTER_HANDSHAKE)} AS established, ${everIn(['FIN-WAIT-2'])} AS orphaned`,
  });
  const failed = `SELECT * FROM (${lives}) WHERE reason NOT IN ('', 'orderly', 'unknown') OR syn_sent_us >= ${FIRST_RETRANSMIT_US}`;
  const known = `SELECT *, ${KIND} AS kind FROM (${failed}) AS failed
    LEFT JOIN (${EVENTS}) AS reports ON failed.machine = reports.machine AND failed.file = reports.file
      AND failed.connection_id = reports.connection_id`;
  return casesSql(
    {
      ...OF_CONNECTION,
      ...{ kind: 'kind', error: "if(at_once AND is_outgoing, error, '')", from_us: 'opened_us', until_us: 'until_us' },
      ...{ lasted_us: 'syn_sent_us', is_mild: "reason = 'aborted'", is_over: "reason != ''" },
    },
    known,
    "WHERE kind != ''",
  );
}
