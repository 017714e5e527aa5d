import type Database from 'better-sqlite3';
import type { Expression, Filter } from '../filter/expression.js';
import { parseFilter } from '../filter/parse.js';
import { pinnedPorts } from '../filter/pinned-ports.js';
import { resolveNames } from '../filter/resolve.js';
import { compileToSql, type FilterColumns, registerInetIn } from '../filter/sql.js';
import type { Family } from '../model/address.js';
import type { Condition } from '../model/condition.js';
import type { NameLookups } from '../model/name-lookups.js';
import type { NetnsPeriod } from '../model/namespace.js';
import { maskOfStates, type TcpState } from '../model/tcp-state.js';

/** The columns of the table `socket`; states are handled separately, see `HistoryFilter`. */
const COLUMNS: FilterColumns = {
  family: 'family',
  localAddr: 'local_addr',
  localPort: 'local_port',
  remoteAddr: 'remote_addr',
  remotePort: 'remote_port',
  state: undefined,
  interfaceIndex: undefined,
  mark: undefined,
  cgroup: (condition) => `coalesce(cgroup_id IN (SELECT id FROM cgroup WHERE ${condition}), 0)`,
  netns: 'netns',
  openedUs: 'opened_us',
  closedUs: 'closed_us',
  pid: 'pid',
  uid: 'uid',
  comm: 'comm',
};

export interface HistoryFilter {
  /** On the columns of the table `socket`, its states left out. */
  readonly condition: Condition;
  readonly states: ReadonlySet<TcpState> | undefined;
}

/**
 * Parses a filter for the history and resolves its names; undefined without words, family and namespaces. Registers in the
 * database the functions that its SQL calls.
 * @param netns only connections of these network namespaces, at these times
 * @throws SstoryError of the filter language, with the place of the error
 */
export async function historyFilter(
  database: Database.Database,
  words: readonly string[],
  lookups: NameLookups,
  family?: Family,
  netns?: readonly NetnsPeriod[],
): Promise<HistoryFilter | undefined> {
  if (words.length === 0 && family === undefined && netns === undefined) return undefined;
  const filter = within(await resolveNames(parseFilter([...words], family), lookups), netns);
  registerInetIn(database);
  const condition = { ...compileToSql(filter, COLUMNS), ports: pinnedPorts(filter) };
  return { condition, states: filter.states };
}

function within(filter: Filter, periods: readonly NetnsPeriod[] | undefined): Filter {
  if (periods === undefined) return filter;
  const term: Expression = { kind: 'netns', comparison: 'eq', periods };
  const { expression } = filter;
  return { ...filter, expression: expression === undefined ? term : { kind: 'and', of: [term, expression] } };
}

/** The condition of a filter, its states taken as: was ever in one of them. */
export function everIn(filter: HistoryFilter | undefined): Condition | undefined {
  if (filter?.states === undefined) return filter?.condition;
  return {
    sql: `(states & @everStates) <> 0 AND (${filter.condition.sql})`,
    params: { ...filter.condition.params, everStates: maskOfStates(filter.states) },
    ports: filter.condition.ports,
  };
}
