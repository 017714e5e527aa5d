import { v4Mapped } from '../model/address.js';
import type { Condition } from '../model/condition.js';
import { type SstoryError, usageError } from '../model/error.js';
import type { NetnsPeriod } from '../model/namespace.js';
import { codeOfCloseReason, codeOfOrigin } from '../model/stored-codes.js';
import type { TcpState } from '../model/tcp-state.js';
import { isBeginning, LEAST_ID_LENGTH, subtreeOf } from './cgroup-match.js';
import type {
  CgroupPartTerm,
  CgroupTerm,
  Comparison,
  Expression,
  Filter,
  HistoryTerm,
  MachineTerm,
  Prefix,
  Side,
} from './expression.js';
import { fitsName } from './history-terms.js';
import { isHost, prefixText } from './prefix.js';

/**
 * The SQL expressions (from our own code, never from input) for what a filter can ask about. Addresses are canonical text. What
 * is undefined is not recorded there: a filter that needs it is an error.
 */
export interface FilterColumns {
  readonly family: string;
  readonly localAddr: string;
  readonly localPort: string;
  readonly remoteAddr: string;
  readonly remotePort: string;
  /** The host of a fleet whose rows these all are: its name in lower case, and its id; absent: not of a fleet. */
  readonly machine?: readonly string[] | undefined;
  /** undefined: the filter's states are left to the caller. */
  readonly state: string | undefined;
  /** What the state column holds; default: the name itself. */
  readonly stateValue?: (state: TcpState) => string | number;
  readonly interfaceIndex: string | undefined;
  /** The name of that interface, where it is recorded. */
  readonly device?: string;
  readonly mark: string | undefined;
  /** The condition for its cgroup to fulfil one on the columns `path`, `container`, `pod` and `unit`; 0 where it has none. */
  readonly cgroup: ((condition: string) => string) | undefined;
  readonly netns: string | undefined;
  readonly openedUs: string;
  /** NULL: still open. */
  readonly closedUs: string;
  readonly pid: string | undefined;
  readonly uid: string | undefined;
  readonly comm: string | undefined;
  readonly history: HistoryColumns | undefined;
  /**
   * Where a socket has several owners: the condition that any of them fulfils `compare`, which makes a condition of the SQL of its pid
   * or name. Undefined: there is only the one of the columns.
   */
  readonly anyOwner?: (column: 'pid' | 'comm', compare: (sql: string) => string) => string;
}

/** What only a history knows. */
export interface HistoryColumns {
  readonly id: string;
  /** A code. */
  readonly origin: string;
  /** A code; NULL: it has not ended. */
  readonly closeReason: string;
  readonly durationUs: string;
  /** The condition that any name of the remote address fulfils one on the column `name`. */
  readonly name: (condition: string) => string;
}

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', ge: '>=', le: '<=', gt: '>', lt: '<' };

const MOST_LISTED_PERIODS = 8;

/**
 * A filter as an SQL condition, never NULL: true for the rows that `matches` accepts, 0 for the others. It needs the function
 * `inet_in` of inet-in.ts.
 */
export function compileToSql(filter: Filter, columns: FilterColumns): Condition {
  const compilation = new Compilation(columns);
  const parts: string[] = [];
  if (filter.states !== undefined && columns.state !== undefined) {
    const value = columns.stateValue ?? ((state: TcpState) => state);
    parts.push(
      `${columns.state} IN (${[...filter.states].map((state) => compilation.param(value(state))).join(', ')})`,
    );
  }
  if (filter.family !== undefined) parts.push(`${columns.family} = ${compilation.param(filter.family)}`);
  if (filter.expression !== undefined) parts.push(compilation.expression(filter.expression));
  return { sql: parts.length === 0 ? '1' : parts.join(' AND '), params: compilation.params };
}

class Compilation {
  readonly params: Record<string, string | number> = {};
  #count = 0;

  constructor(private readonly columns: FilterColumns) {}

  /** A parameter that holds a value, as it is written in SQL. */
  param(value: string | number): string {
    const name = `f${this.#count++}`;
    this.params[name] = value;
    return `@${name}`;
  }

  expression(expression: Expression): string {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return `(${expression.of.map((part) => this.expression(part)).join(` ${expression.kind.toUpperCase()} `)})`;
      case 'not':
        return `NOT ${this.expression(expression.of)}`;
      case 'endpoint': {
        const port =
          expression.port === undefined ? [] : [`${this.portOf(expression.side)} = ${this.param(expression.port)}`];
        const address = expression.address === undefined ? [] : [this.address(expression.side, expression.address)];
        return allOf([...address, ...port]);
      }
      case 'port':
        if (expression.port === undefined) return expression.comparison === 'eq' ? '1' : '0';
        return this.compare(this.portOf(expression.side), expression.comparison, expression.port);
      case 'interface':
        if (expression.name !== undefined && this.columns.device !== undefined)
          return this.compare(`coalesce(${this.columns.device}, '')`, expression.comparison, expression.name);
        return this.compare(
          `coalesce(${this.column('interfaceIndex', 'dev')}, 0)`,
          expression.comparison,
          expression.index,
        );
      case 'mark': {
        const masked = `(coalesce(${this.column('mark', 'fwmark')}, 0) & ${this.param(expression.mask)})`;
        return this.compare(masked, expression.comparison, expression.value);
      }
      case 'cgroup':
        return this.inCgroup(expression, this.subtree(expression.path));
      case 'container':
      case 'pod':
      case 'unit':
        return this.inCgroup(expression, this.named(expression));
      case 'machine':
        return this.machine(expression);
      case 'netns':
        return negatedIf(expression.comparison === 'ne', this.inPeriods(expression.periods));
      case 'autobound': {
        const { low, high } = expression.range;
        return `(${this.columns.localPort} BETWEEN ${this.param(low)} AND ${this.param(high)})`;
      }
      case 'uid':
        return this.compareKnown(this.column('uid', 'uid'), expression.comparison, expression.value);
      case 'pid':
        return this.owner('pid', expression.comparison, expression.value);
      case 'comm':
        return this.owner('comm', expression.comparison, expression.comm);
      default:
        return this.ofHistory(expression);
    }
  }

  private ofHistory(term: HistoryTerm): string {
    const { history } = this.columns;
    if (history === undefined) throw notRecorded(term.kind);
    switch (term.kind) {
      case 'id':
        return this.compareKnown(history.id, term.comparison, term.value);
      case 'origin':
        return this.compareKnown(history.origin, term.comparison, codeOfOrigin(term.origin));
      case 'reason':
        return this.compareKnown(history.closeReason, term.comparison, codeOfCloseReason(term.reason));
      case 'duration':
        return this.compareKnown(history.durationUs, term.comparison, term.us);
      case 'name':
        return negatedIf(term.comparison === 'ne', history.name(this.fits(term.pattern)));
    }
  }

  /** As `fitsName`. */
  private fits(pattern: string): string {
    if (!pattern.includes('*')) return `name = ${this.param(pattern)}`;
    // A pattern has no other character that GLOB would give a meaning.
    return `name GLOB ${this.param(pattern)}`;
  }

  /** Any owner; none for `!=`. */
  private owner(name: 'pid' | 'comm', comparison: Comparison, value: string | number): string {
    const column = this.column(name, name);
    if (comparison === 'ne') return `(NOT ${this.owner(name, 'eq', value)})`;
    const compare = (sql: string) => this.compareKnown(sql, comparison, value);
    return this.columns.anyOwner === undefined ? compare(column) : `(${this.columns.anyOwner(name, compare)})`;
  }

  private portOf(side: Side): string {
    return side === 'local' ? this.columns.localPort : this.columns.remotePort;
  }

  /** Whole addresses are compared as text, so that an index can be used; an IPv4 address may also be stored in its v4-mapped form. */
  private address(side: Side, prefixes: readonly Prefix[]): string {
    const column = side === 'local' ? this.columns.localAddr : this.columns.remoteAddr;
    const texts = prefixes
      .filter(isHost)
      .flatMap(({ family, address }) => (family === 4 ? [address, v4Mapped(address)] : [address]));
    const same = texts.length === 0 ? [] : [`${column} IN (${texts.map((text) => this.param(text)).join(', ')})`];
    const within = prefixes
      .filter((prefix) => !isHost(prefix))
      .map((prefix) => `inet_in(${column}, ${this.param(prefixText(prefix))})`);
    return `(${[...same, ...within].join(' OR ') || '0'})`;
  }

  private inCgroup({ kind, comparison }: CgroupTerm | CgroupPartTerm, condition: string): string {
    const { cgroup } = this.columns;
    if (cgroup === undefined) throw notRecorded(kind);
    return negatedIf(comparison === 'ne', cgroup(condition));
  }

  /** As `isInCgroup`. */
  private subtree(path: string): string {
    if (path === '/') return `path = '/'`;
    return `instr(path || '/', ${this.param(subtreeOf(path))}) = 1`;
  }

  /** As `isNamed`. */
  private named(term: CgroupPartTerm): string {
    const text = this.param(term.text);
    if (!isBeginning(term)) return `${term.kind} = ${text}`;
    return `(${term.kind} = ${text} OR (length(${term.kind}) >= ${LEAST_ID_LENGTH} AND instr(${term.kind}, ${text}) = 1))`;
  }

  private machine({ comparison, pattern }: MachineTerm): string {
    const { machine } = this.columns;
    if (machine === undefined)
      throw usageError('filter-fleet-only', '"machine" chooses among the hosts of a fleet', 'it works with --fleet');
    return machine.some((name) => fitsName(name, pattern)) === (comparison === 'eq') ? '1' : '0';
  }

  private inPeriods(periods: readonly NetnsPeriod[]): string {
    const netns = this.column('netns', 'netns');
    if (periods.length > MOST_LISTED_PERIODS) return this.inManyPeriods(netns, periods);
    const { openedUs, closedUs } = this.columns;
    const parts = periods.map(({ netns: inode, fromUs, toUs }) =>
      allOf([
        `${netns} IS ${this.param(inode)}`,
        ...(toUs === undefined ? [] : [`${openedUs} <= ${this.param(toUs)}`]),
        ...(fromUs === undefined ? [] : [`coalesce(${closedUs}, 9e18) > ${this.param(fromUs)}`]),
      ]),
    );
    return `(${parts.join(' OR ') || '0'})`;
  }

  /** A name can have been that of thousands of namespaces: an OR of them would be too deep for SQLite. */
  private inManyPeriods(netns: string, periods: readonly NetnsPeriod[]): string {
    const { openedUs, closedUs } = this.columns;
    const rows = periods.map(({ netns: inode, fromUs = -1, toUs = Number.MAX_SAFE_INTEGER }) => [inode, fromUs, toUs]);
    const part = (index: number) => `json_extract(period.value, '$[${index}]')`;
    return `EXISTS (SELECT 1 FROM json_each(${this.param(JSON.stringify(rows))}) AS period
      WHERE ${part(0)} = ${netns} AND ${openedUs} <= ${part(2)} AND coalesce(${closedUs}, 9e18) > ${part(1)})`;
  }

  private compare(sql: string, comparison: Comparison, value: string | number): string {
    return `(${sql} ${OPERATORS[comparison]} ${this.param(value)})`;
  }

  /** An unknown value (NULL) differs from everything, and is neither greater nor less. */
  private compareKnown(sql: string, comparison: Comparison, value: string | number): string {
    if (comparison === 'eq') return `(${sql} IS ${this.param(value)})`;
    if (comparison === 'ne') return `(${sql} IS NOT ${this.param(value)})`;
    return `coalesce(${sql} ${OPERATORS[comparison]} ${this.param(value)}, 0)`;
  }

  private column(name: 'interfaceIndex' | 'mark' | 'netns' | 'pid' | 'uid' | 'comm', word: string): string {
    const column = this.columns[name];
    if (column !== undefined) return column;
    throw notRecorded(word);
  }
}

function notRecorded(word: string): SstoryError {
  return usageError('filter-not-recorded', `"${word}" is not recorded in the history`, 'it works on live sockets only');
}

function negatedIf(negated: boolean, sql: string): string {
  return negated ? `NOT ${sql}` : sql;
}

function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1' : `(${conditions.join(' AND ')})`;
}
