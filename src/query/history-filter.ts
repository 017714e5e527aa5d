import type Database from 'better-sqlite3';
import type { Filter } from '../filter/expression.js';
import { parseFilter } from '../filter/parse.js';
import { pinnedPorts } from '../filter/pinned-ports.js';
import { resolveNames } from '../filter/resolve.js';
import { compileToSql, type FilterColumns, registerInetIn } from '../filter/sql.js';
import type { Family } from '../model/address.js';
import type { Condition } from '../model/condition.js';
import type { NameLookups } from '../model/name-lookups.js';
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
  cgroup: 'cgroup_id',
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
 * Parses a filter for the history and resolves its names; undefined without words and family. Registers in the
 * database the functions that its SQL calls.
 * @throws SstoryError of the filter language, with the place of the error
 */
export async function historyFilter(
  database: Database.Database,
  words: readonly string[],
  lookups: NameLookups,
  family?: Family,
): Promise<HistoryFilter | undefined> {
  if (words.length === 0 && family === undefined) return undefined;
  const filter: Filter = await resolveNames(parseFilter([...words], family), lookups);
  registerInetIn(database);
  const condition = { ...compileToSql(filter, COLUMNS), ports: pinnedPorts(filter) };
  return { condition, states: filter.states };
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
