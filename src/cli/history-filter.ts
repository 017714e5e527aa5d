import type Database from 'better-sqlite3';
import { codeOfState, type TcpState } from '../model/tcp-state.js';
import {
  compileToSql,
  type Filter,
  type FilterColumns,
  parseFilter,
  pinnedPorts,
  registerInetIn,
  resolveNames,
} from '../query/filter/index.js';
import type { Condition, Recorded } from '../query/index.js';
import { recordedLookups } from './recorded-lookups.js';

/** The columns of the table `socket`; states are asked for in another way, see below. */
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
 * Parses a filter for the history, undefined where there is none. The database learns the functions that its SQL calls.
 * @param window in which hosts' names are to be looked up, the whole recording where undefined
 */
export async function historyFilter(
  database: Database.Database,
  words: readonly string[],
  family?: 4 | 6,
  window?: Recorded,
): Promise<HistoryFilter | undefined> {
  if (words.length === 0 && family === undefined) return undefined;
  const filter: Filter = await resolveNames(parseFilter([...words], family), recordedLookups(database, window));
  registerInetIn(database);
  const condition = { ...compileToSql(filter, COLUMNS), ports: pinnedPorts(filter) };
  return { condition, states: filter.states };
}

/** The same, where `state X` means: was ever in X. */
export async function everCondition(
  database: Database.Database,
  words: readonly string[],
  window?: Recorded,
): Promise<Condition | undefined> {
  return everIn(await historyFilter(database, words, undefined, window));
}

/** The condition of a filter, its states taken as: was ever in one of them. */
export function everIn(filter: HistoryFilter | undefined): Condition | undefined {
  if (filter?.states === undefined) return filter?.condition;
  const mask = [...filter.states].reduce((bits, state) => bits | (1 << codeOfState(state)), 0);
  return {
    sql: `(states & @everStates) <> 0 AND (${filter.condition.sql})`,
    params: { ...filter.condition.params, everStates: mask },
    ports: filter.condition.ports,
  };
}
