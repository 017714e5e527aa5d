/** What stays in a state for too long, or in too great a number: programs, peers and listeners of a host. */
import { LEAK_AFTER_US, LEAK_COUNT, PILE_AFTER_US } from '../../explain/close-wait-leak.js';
import { DEFERRED_AFTER_US } from '../../explain/deferred-accept.js';
import { SAMPLED_US } from '../../explain/half-close.js';
import { FLOOD_COUNT } from '../../explain/half-open-flood.js';
import { MANY_WITHOUT_RANGE } from '../../explain/port-exhaustion.js';
import { AFTER_HANDSHAKE } from '../../explain/state-masks.js';
import { HALF_OPEN_AFTER_US } from '../../explain/troubles/half-open-listeners.js';
import { UNACCEPTED_AFTER_US } from '../../explain/unaccepted.js';
import type { FleetCondition } from '../../filter/clickhouse.js';
import { JIFFIES_US } from '../../model/sample.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN } from '../page/open-until.js';
import { casesSql, everIn, OF_GROUP, timesIn } from './cases.js';

/**
 * Programs that do not close: one that still sends counts from when that was over. A connection that no process has accepted is
 * none of a program.
 */
export function leaksSql(condition: FleetCondition | undefined): string {
  const sent = `if(last_sent_us > opened_us + step_us[place] + ${JIFFIES_US}, last_sent_us + ${SAMPLED_US}, 0)`;
  const held = timesIn(['CLOSE-WAIT'], {
    condition,
    having: "isNotNull(pid) OR origin NOT IN ('accept', 'before-recording')",
    afterUs: `ifNull(${sent}, 0)`,
  });
  return casesSql(
    {
      ...OF_GROUP,
      ...{ kind: "'CLOSE-WAIT leak'", id: 'argMin(connection_id, since)', is_outgoing: '0' },
      n: `greatest(1, maxIntersections(since + ${PILE_AFTER_US}, ends))`,
    },
    `SELECT * FROM (${held}) WHERE ends - since >= ${PILE_AFTER_US}`,
    `GROUP BY machine, file, netns, pid HAVING max(ends - since) >= ${LEAK_AFTER_US} OR maxIntersections(since + ${PILE_AFTER_US}, ends) >= ${LEAK_COUNT}`,
  );
}

/** Peers toward which a host has too many in TIME-WAIT. Its range of local ports is not sent: half of the default one. */
export function pileUpsSql(condition: FleetCondition | undefined): string {
  return casesSql(
    {
      ...OF_GROUP,
      ...{ kind: "'TIME-WAIT pile-up'", id: 'argMax(connection_id, since)', is_outgoing: '1' },
      ...{ family: 'family', address: 'toString(remote_addr)', port: 'remote_port' },
      n: 'maxIntersections(since, ends)',
    },
    timesIn(['TIME-WAIT'], { condition, having: "origin != 'accept'" }),
    `GROUP BY machine, file, netns, family, remote_addr, remote_port HAVING maxIntersections(since, ends) >= ${MANY_WITHOUT_RANGE}`,
  );
}

/**
 * Listeners with many handshakes that were not completed. One that lasted for 3 s without a retransmitted SYN-ACK waits for data
 * (TCP_DEFER_ACCEPT), and does not count.
 */
export function halfOpenSql(condition: FleetCondition | undefined): string {
  const waits = `(retransmits > 0 OR ifNull(retrans, 0) > 0 OR ends - since < ${DEFERRED_AFTER_US})`;
  const ended = `(NOT (${everIn(AFTER_HANDSHAKE)}) AND closed_us BETWEEN {fromUs:Int64} AND {toUs:Int64})`;
  const requests = timesIn(['SYN-RECV', 'NEW-SYN-RECV'], { condition, having: "origin = 'accept'" });
  return casesSql(
    {
      ...OF_GROUP,
      ...{ kind: "'half-open flood'", id: 'argMax(connection_id, since)', is_outgoing: '0' },
      ...{ family: 'min(family)', port: 'local_port', n: 'count()' },
    },
    `SELECT * FROM (${requests}) WHERE ${waits} AND (ends - since >= ${HALF_OPEN_AFTER_US} OR ifNull(${ended}, 0))`,
    `GROUP BY machine, file, netns, local_port HAVING count() >= ${FLOOD_COUNT}`,
  );
}

/**
 * Connections that no process has accepted, of listeners whose accept queue has connections by the last sample: it is sent again when it
 * changes.
 */
export function unacceptedSql(condition: FleetCondition | undefined): string {
  const waiting = timesIn(['ESTAB', 'CLOSE-WAIT'], {
    condition,
    having: "origin = 'accept' AND isNull(pid) AND ifNull(inode, 0) = 0 AND isNull(closed_us)",
  });
  const listeners = connectionsSql({
    condition: undefined,
    states: new Set(['LISTEN']),
    having: `${NOT_FORGOTTEN} AND isNull(closed_us) AND recv_q > 0 AND sampled_us <= {toUs:Int64}`,
    select: 'machine, file, netns, local_port',
  });
  const established = "opened_us + step_us[arrayFirstIndex(state -> toString(state) = 'ESTAB', step_into)]";
  return casesSql(
    {
      ...OF_GROUP,
      ...{ kind: "'never accepted'", id: 'argMin(connection_id, since)', is_outgoing: '0' },
      ...{ family: 'min(family)', port: 'local_port', n: 'count()' },
    },
    `SELECT * REPLACE (${established} AS since) FROM (${waiting})
      WHERE (machine, file, netns, local_port) IN (${listeners})`,
    `WHERE ends - since >= ${UNACCEPTED_AFTER_US} GROUP BY machine, file, netns, local_port`,
  );
}
