/** What fails on which hosts: connects and connections of a window, grouped by ClickHouse by kind and by the end that they have in common. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import type { Interval } from '../../model/interval.js';
import type { FleetClient } from '../client.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN, OPEN_UNTIL, WITH_COMPLETE } from './open-until.js';

/** The kinds of `sstory explain` that the end of a connection alone shows. */
export type FailureKind = 'unanswered SYN' | 'refused' | 'timed out' | 'reset' | 'no route' | 'connect failed';

export interface CommonFailure {
  readonly kind: FailureKind;
  /** 1: the hosts connected to this address; 0: they accepted at this port. */
  readonly isOutgoing: 0 | 1;
  readonly family: number;
  readonly address: string;
  readonly port: number;
  readonly count: number;
  readonly hosts: number;
  /** Some of them, those with the most first. */
  readonly names: readonly string[];
  readonly processes: readonly string[];
  readonly firstUs: number;
  readonly lastUs: number;
  /** The longest time in SYN-SENT. */
  readonly longestUs: number;
  /** One of them: that which waited longest. */
  readonly exampleMachine: string;
  readonly exampleId: number;
}

/** A SYN that was not answered for so long was sent again. */
const STUCK_US = 1_000_000;
const MOST_NAMES = 5;

const KIND = `multiIf(syn_sent_us >= ${STUCK_US}, 'unanswered SYN', reason = 'refused', 'refused', reason = 'timed out', 'timed out',
  reason IN ('reset by peer', 'aborted'), 'reset', reason = 'unreachable', 'no route', reason = 'failed', 'connect failed', '')`;

/** How long it was in SYN-SENT, if that was its first state. */
const SYN_SENT_US = `if(notEmpty(step_into) AND toString(step_into[1]) = 'SYN-SENT',
  if(length(step_us) > 1, step_us[2], until_us - opened_us), 0)`;

function failuresSql(condition: FleetCondition | undefined): string {
  const lives = connectionsSql({
    condition,
    having: `origin != 'listen' AND ${NOT_FORGOTTEN}`,
    select: `machine, host, connection_id, family, remote_addr, remote_port, local_port, comm, origin, opened_us, step_us, step_into,
      ${OPEN_UNTIL} AS until_us, if(closed_us <= {toUs:Int64}, ifNull(toString(close_reason), ''), '') AS reason,
      ${SYN_SENT_US} AS syn_sent_us, ${KIND} AS kind, origin != 'accept' AS is_outgoing`,
  });
  return `${WITH_COMPLETE}
SELECT kind, toUInt8(is_outgoing) AS isOutgoing, family, if(is_outgoing, toString(remote_addr), '') AS address,
  if(is_outgoing, remote_port, local_port) AS port, count() AS count, uniqExact(machine) AS hosts,
  topK(${MOST_NAMES})(host) AS names, topK(3)(ifNull(toString(comm), '')) AS processes, min(opened_us) AS firstUs, max(until_us) AS lastUs,
  max(syn_sent_us) AS longestUs, argMax(machine, (syn_sent_us, until_us)) AS exampleMachine, argMax(connection_id, (syn_sent_us, until_us)) AS exampleId
FROM (${lives}) WHERE kind != ''
GROUP BY kind, is_outgoing, family, address, port
ORDER BY hosts DESC, count DESC LIMIT {most:UInt32}`;
}

/** Those on the most hosts first. */
export async function commonFailures(
  fleet: FleetClient,
  {
    window,
    condition,
    most,
    signal,
  }: {
    readonly window: Interval;
    readonly condition: FleetCondition | undefined;
    readonly most: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<readonly CommonFailure[]> {
  const params = { ...condition?.params, fromUs: window.fromUs, toUs: window.toUs, most };
  return await fleet.rows<CommonFailure>({ sql: failuresSql(condition), params, signal });
}
