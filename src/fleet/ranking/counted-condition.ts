/** A filter on connections that were counted: what it asks can be unknown of them. */
import { compileToClickHouse, type FleetCondition } from '../../filter/clickhouse.js';
import type { Expression, Filter, Term } from '../../filter/expression.js';
import type { Interval } from '../../model/interval.js';

/**
 * Conditions whose SQL is NULL where a column is, or whose columns are always known. That of a process is about the one that opened the
 * connection.
 */
const ANSWERABLE: ReadonlySet<Term['kind']> = new Set([
  ...(['endpoint', 'port', 'autobound', 'comm', 'machine', 'netns', 'origin'] as const),
]);

/** The columns of `counts` under the names that a filter has for them; NULL: not known. */
export const COUNTED_AS_CONNECTIONS = `SELECT schema, host, machine, file, boot, segment, minute_us, netns, comm, origin, family, remote_addr,
    connections, bytes_sent, bytes_received,
    if(origin = 'connect', remote_port, NULL) AS remote_port, if(origin = 'connect', NULL, local_port) AS local_port,
    CAST(NULL AS Nullable(IPv6)) AS local_addr,
    if(comm IS NULL, [], [toString(comm)]) AS owner_comm, if(comm IS NULL, [], [minute_us]) AS owner_from_us,
    if(comm IS NULL, [], [CAST(NULL AS Nullable(Int64))]) AS owner_to_us,
    minute_us AS opened_us, minute_us + 60000000 AS closed_us
  FROM counts FINAL`;

/** 1, 0, or NULL: not known. */
export function countedCondition(filter: Filter, window: Interval): FleetCondition {
  if (filter.states !== undefined || !isAnswerable(filter.expression)) return { sql: 'NULL', params: {} };
  const { sql, params } = compileToClickHouse(filter, { during: window });
  return { sql, params };
}

function isAnswerable(expression: Expression | undefined): boolean {
  if (expression === undefined) return true;
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.of.every(isAnswerable);
    case 'not':
      return isAnswerable(expression.of);
    case 'netns':
      return expression.name === undefined;
    default:
      return ANSWERABLE.has(expression.kind);
  }
}
