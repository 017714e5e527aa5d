import type Database from 'better-sqlite3';
import type { Expression, Filter } from '../filter/expression.js';
import { registerInetIn } from '../filter/inet-in.js';
import { parseFilter } from '../filter/parse.js';
import { pinnedPorts } from '../filter/pinned-ports.js';
import { resolveNames } from '../filter/resolve.js';
import { compileToSql, type FilterColumns } from '../filter/sql.js';
import type { Family } from '../model/address.js';
import type { Condition } from '../model/condition.js';
import type { Interval } from '../model/interval.js';
import type { NameLookups } from '../model/name-lookups.js';
import type { NetnsPeriod } from '../model/namespace.js';
import { codeOfOrigin } from '../model/stored-codes.js';
import { maskOfStates, type TcpState } from '../model/tcp-state.js';
import { ended, REACHED_US } from '../store/socket-columns.js';

/** As of the last sample of the time in question; of the first one where that is later. */
function settingAt(column: 'if_index' | 'device' | 'fwmark'): string {
  const nearest = (where: string) =>
    `(SELECT p.${column} FROM whole_sample p WHERE p.connection_id = socket.id AND p.at_us ${where} LIMIT 1)`;
  return `coalesce(${nearest('<= @settingsUs ORDER BY p.at_us DESC')}, ${nearest('> @settingsUs ORDER BY p.at_us')})`;
}

/** The columns of the table `socket`; states are handled separately, see `HistoryFilter`. */
const COLUMNS: FilterColumns = {
  family: 'family',
  localAddr: 'local_addr',
  localPort: 'local_port',
  remoteAddr: 'remote_addr',
  remotePort: 'remote_port',
  state: undefined,
  interfaceIndex: settingAt('if_index'),
  device: settingAt('device'),
  mark: settingAt('fwmark'),
  cgroup: (condition) => `coalesce(cgroup_id IN (SELECT id FROM cgroup WHERE ${condition}), 0)`,
  netns: 'netns',
  openedUs: 'opened_us',
  closedUs: 'closed_us',
  pid: 'pid',
  uid: 'uid',
  comm: 'comm',
  history: {
    id: 'socket.id',
    origin: 'origin',
    closeReason: ended('close_reason'),
    durationUs: `max(0, min(coalesce(closed_us, 9e18), @settingsUs, coalesce(${REACHED_US}, 9e18)) - opened_us)`,
    // Names that have moved on since: an application may have kept the address. Those of its time to come: it had another one.
    name: (
      condition,
    ) => `EXISTS (SELECT 1 FROM names WHERE address IN (remote_addr, replace(remote_addr, '::ffff:', ''))
      AND from_us <= coalesce(closed_us, 9e18) AND ${condition})`,
  },
};

/** A row of `owner` takes the place of the opener's (src/store/migrations/0004-owners.ts). */
const OPENER_IS_REPLACED = `EXISTS (SELECT 1 FROM owner o WHERE o.connection_id = socket.id AND o.pid = socket.pid
  AND o.fd = coalesce(socket.fd, -1) AND (o.from_us = socket.opened_us OR socket.origin = ${codeOfOrigin('accept')}))`;

const OWNER_IN_TIME = ' AND o.from_us <= @ownersToUs AND (o.to_us IS NULL OR o.to_us > @ownersFromUs)';

/** Any owner: at a moment, in a window, or of the whole life of a connection. The rows of further owners are few. */
function anyOwner(during: Interval | undefined): NonNullable<FilterColumns['anyOwner']> {
  return (column, compare) => `${compare(`socket.${column}`)} AND NOT ${OPENER_IS_REPLACED}
    OR socket.id IN (SELECT o.connection_id FROM owner o WHERE ${compare(`o.${column}`)}${during ? OWNER_IN_TIME : ''})`;
}

function timeOf(during: Interval | undefined): Record<string, number> {
  const owners = during === undefined ? {} : { ownersFromUs: during.fromUs, ownersToUs: during.toUs };
  return { ...owners, settingsUs: during?.toUs ?? Number.MAX_SAFE_INTEGER };
}

export interface HistoryFilter {
  /** On the columns of the table `socket`, its states left out. */
  readonly condition: Condition;
  readonly states: ReadonlySet<TcpState> | undefined;
  /** With its names resolved; undefined: ids of connections take its place. */
  readonly filter?: Filter | undefined;
}

export interface HistoryFilterOptions {
  readonly family?: Family | undefined;
  /** `pid` and `comm` match the owners of this time; undefined: every one that a connection had. */
  readonly during?: Interval | undefined;
  /** Only connections of these network namespaces, at these times. */
  readonly netns?: readonly NetnsPeriod[] | undefined;
  /** The host of a fleet that the history is of: its name in lower case, and its id. */
  readonly machine?: readonly string[] | undefined;
}

/**
 * Parses a filter for the history and resolves its names; undefined without words, family and namespaces. Registers in the
 * database the functions that its SQL calls.
 * @throws SstoryError of the filter language, with the place of the error
 */
export async function historyFilter(
  database: Database.Database,
  words: readonly string[],
  lookups: NameLookups,
  { family, during, netns, machine }: HistoryFilterOptions = {},
): Promise<HistoryFilter | undefined> {
  if (words.length === 0 && family === undefined && netns === undefined) return undefined;
  const filter = within(await resolveNames(parseFilter([...words], family), lookups), netns);
  registerInetIn(database);
  const { sql, params } = compileToSql(filter, { ...COLUMNS, machine, anyOwner: anyOwner(during) });
  const condition = { sql, params: { ...params, ...timeOf(during) }, ports: pinnedPorts(filter) };
  return { condition, states: filter.states, filter };
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
