/** The cases of a trouble as SQL: one row a connection, listener or program, with the same columns for all kinds. */
import type { FleetCondition } from '../../filter/clickhouse.js';
import { maskOfStates, type TcpState } from '../../model/tcp-state.js';
import { connectionsSql } from '../connections-query.js';
import { NOT_FORGOTTEN, OPEN_UNTIL } from '../page/open-until.js';

/** The columns of a case, in the order in which every SELECT of cases has them. */
export const CASE_COLUMNS = [
  'kind',
  'machine',
  'file',
  'host',
  'id',
  'is_outgoing',
  'family',
  'address',
  'port',
  'error',
  'comm',
  'from_us',
  'until_us',
  'lasted_us',
  'n',
  'is_mild',
  'is_over',
] as const;
export type CaseColumn = (typeof CASE_COLUMNS)[number];

const TYPES: Readonly<Record<CaseColumn, string>> = {
  kind: 'String',
  machine: 'String',
  file: 'String',
  host: 'String',
  id: 'UInt64',
  is_outgoing: 'UInt8',
  family: 'UInt8',
  address: 'String',
  port: 'UInt16',
  error: 'String',
  comm: 'String',
  from_us: 'Int64',
  until_us: 'Int64',
  lasted_us: 'Int64',
  n: 'UInt64',
  is_mild: 'UInt8',
  is_over: 'UInt8',
};

const DEFAULTS: Partial<Record<CaseColumn, string>> = {
  family: '0',
  address: "''",
  port: '0',
  error: "''",
  n: '1',
  is_mild: '0',
};

/** A SELECT of cases: `columns` are expressions on `from`. */
export function casesSql(columns: Readonly<Partial<Record<CaseColumn, string>>>, from: string, tail: string): string {
  const selected = CASE_COLUMNS.map((name) => {
    const expression = columns[name] ?? DEFAULTS[name];
    if (expression === undefined) throw new RangeError(`a case without ${name}`);
    return `CAST(${expression} AS ${TYPES[name]}) AS ${name}_`;
  });
  return `SELECT ${selected.join(', ')}\nFROM (${from})\n${tail}`;
}

/** Of one connection: its host, its process and its end. */
export const OF_CONNECTION = {
  machine: 'machine',
  file: 'file',
  host: 'host',
  id: 'connection_id',
  is_outgoing: "origin != 'accept'",
  family: 'family',
  address: "if(origin != 'accept', toString(remote_addr), '')",
  port: "if(origin != 'accept', remote_port, local_port)",
  comm: "ifNull(toString(comm), '')",
} as const satisfies Partial<Record<CaseColumn, string>>;

/** Of a group by the host, the file and something else. */
export const OF_GROUP = {
  machine: 'machine',
  file: 'file',
  host: 'any(host)',
  comm: "any(ifNull(toString(comm), ''))",
  from_us: 'min(since)',
  until_us: 'max(ends)',
  lasted_us: 'max(ends - since)',
  is_over: 'min(is_past)',
} as const satisfies Partial<Record<CaseColumn, string>>;

/**
 * Connections with one time in one of these states: the columns of `connectionsSql`, and `since`, `ends`, `is_past` (it was over by the
 * end of the window) of the last such time.
 */
export function timesIn(
  states: readonly TcpState[],
  {
    condition,
    having,
    afterUs = '0',
  }: {
    readonly condition: FleetCondition | undefined;
    readonly having?: string;
    /** SQL: it counts from then. */
    readonly afterUs?: string;
  },
): string {
  const names = states.map((state) => `'${state}'`).join(', ');
  const rows = connectionsSql({
    condition,
    states: new Set(states),
    having: having === undefined ? NOT_FORGOTTEN : `${NOT_FORGOTTEN} AND (${having})`,
    select: `*, arrayLastIndex(state -> toString(state) IN (${names}), step_into) AS place, ${OPEN_UNTIL} AS known_until_us`,
  });
  return `SELECT *, greatest(opened_us + step_us[place], ${afterUs}) AS since,
    if(place < length(step_us), opened_us + step_us[place + 1], known_until_us) AS left_us,
    least(left_us, {toUs:Int64}) AS ends, left_us < {toUs:Int64} AND (place < length(step_us) OR isNotNull(closed_us)) AS is_past
  FROM (${rows}) WHERE place > 0 AND ends >= {fromUs:Int64} AND since <= ends`;
}

/** Whether a connection was ever in one of these states. */
export function everIn(states: readonly TcpState[]): string {
  return `bitAnd(states, ${maskOfStates(states)}) != 0`;
}
