/**
 * What the last sample of a connection or listener shows. A sample is taken when something of it changes, so it holds until the next
 * one; a host sends an open one again when such a sample appears, changes or goes (src/ship/loose-rows.ts).
 */

import { SILENT_US } from '../../explain/troubles/recovered-peers.js';
import { STALLED_AFTER_US } from '../../explain/zero-window.js';
import type { FleetCondition } from '../../filter/clickhouse.js';
import { WORRYING_RETRANSMITS } from '../../model/sample.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN, OPEN_UNTIL } from '../page/open-until.js';
import { casesSql, everIn, OF_CONNECTION } from './cases.js';

const SENDING = "('ESTAB', 'CLOSE-WAIT', 'FIN-WAIT-1', 'LAST-ACK', 'CLOSING')";
const LAST_STATE = "toString(step_into[arrayLastIndex(state -> toString(state) != 'UNCONN', step_into)])";

const KIND = `multiIf(
  is_listener, if(recv_q > send_q, 'accept queue full', ''),
  timer = 'persist' AND ends - sampled_us >= ${STALLED_AFTER_US}, 'zero window',
  retrans >= ${WORRYING_RETRANSMITS} AND last_state IN ${SENDING} AND (NOT is_past OR ends - sampled_us >= ${SILENT_US} AND reason != 'timed out'),
    'unacknowledged data', '')`;

/** One row a connection or listener; `n` of a listener: how many wait in its queue. */
export function sampledSql(condition: FleetCondition | undefined): string {
  const rows = connectionsSql({
    condition,
    having: `${NOT_FORGOTTEN} AND sampled_us <= {toUs:Int64}
      AND (recv_q > send_q OR timer = 'persist' OR retrans >= ${WORRYING_RETRANSMITS})`,
    select: `*, ${everIn(['LISTEN'])} AND remote_port = 0 AS is_listener, ${LAST_STATE} AS last_state,
      least(${OPEN_UNTIL}, {toUs:Int64}) AS ends, ifNull(closed_us <= {toUs:Int64}, 0) AS is_past,
      if(is_past, ifNull(toString(close_reason), ''), '') AS reason`,
  });
  return casesSql(
    {
      ...OF_CONNECTION,
      ...{ kind: `ifNull(${KIND}, '')`, is_outgoing: "NOT is_listener AND origin != 'accept'" },
      address: "if(NOT is_listener AND origin != 'accept', toString(remote_addr), '')",
      port: "if(NOT is_listener AND origin != 'accept', remote_port, local_port)",
      ...{ from_us: 'greatest(sampled_us, {fromUs:Int64})', until_us: 'ends', lasted_us: 'ends - sampled_us' },
      ...{ n: 'if(is_listener, toUInt64(recv_q), 1)', is_over: 'is_past' },
    },
    rows,
    "WHERE kind_ != '' AND ends >= {fromUs:Int64}",
  );
}
