import { v4Mapped } from '../model/address.js';
import type { Condition } from '../model/condition.js';
import { usageError } from '../model/error.js';
import type { TcpState } from '../model/tcp-state.js';
import type { Comparison, Expression, Filter, Prefix, Side } from './expression.js';
import { isHost, isIn, parsePrefix, prefixText } from './prefix.js';

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
  /** undefined: the filter's states are left to the caller. */
  readonly state: string | undefined;
  /** What the state column holds; default: the name itself. */
  readonly stateValue?: (state: TcpState) => string | number;
  readonly interfaceIndex: string | undefined;
  readonly mark: string | undefined;
  readonly cgroup: string | undefined;
  readonly pid: string | undefined;
  readonly uid: string | undefined;
  readonly comm: string | undefined;
}

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: '=', ne: '<>', ge: '>=', le: '<=', gt: '>', lt: '<' };

/**
 * A filter as an SQL condition, never NULL: true for the rows that `matches` accepts, 0 for the others. It needs the function
 * `inet_in` of `registerInetIn`.
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
        return this.compareKnown(this.column('cgroup', 'cgroup'), expression.comparison, expression.id);
      case 'autobound': {
        const { low, high } = expression.range;
        return `(${this.columns.localPort} BETWEEN ${this.param(low)} AND ${this.param(high)})`;
      }
      case 'pid':
      case 'uid':
        return this.compareKnown(
          this.column(expression.kind, expression.kind),
          expression.comparison,
          expression.value,
        );
      case 'comm':
        return this.compareKnown(this.column('comm', 'comm'), expression.comparison, expression.comm);
    }
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

  private compare(sql: string, comparison: Comparison, value: number): string {
    return `(${sql} ${OPERATORS[comparison]} ${this.param(value)})`;
  }

  /** An unknown value (NULL) differs from everything, and is neither greater nor less. */
  private compareKnown(sql: string, comparison: Comparison, value: string | number): string {
    if (comparison === 'eq') return `(${sql} IS ${this.param(value)})`;
    if (comparison === 'ne') return `(${sql} IS NOT ${this.param(value)})`;
    return `coalesce(${sql} ${OPERATORS[comparison]} ${this.param(value)}, 0)`;
  }

  private column(name: 'interfaceIndex' | 'mark' | 'cgroup' | 'pid' | 'uid' | 'comm', word: string): string {
    const column = this.columns[name];
    if (column !== undefined) return column;
    throw usageError(
      'filter-not-recorded',
      `"${word}" is not recorded in the history`,
      'it works on live sockets only',
    );
  }
}

function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? '1' : `(${conditions.join(' AND ')})`;
}

/** The SQL function `inet_in(address, prefix)`: 1 or 0. Prefixes are few, so each is parsed once. */
function inetIn(): (address: unknown, prefix: unknown) => 0 | 1 {
  const prefixes = new Map<unknown, Prefix | undefined>();
  return (address, text) => {
    if (!prefixes.has(text)) prefixes.set(text, parsePrefix(String(text)));
    const prefix = prefixes.get(text);
    return prefix !== undefined && isIn(String(address), prefix) ? 1 : 0;
  };
}

/** The part of a better-sqlite3 database that `registerInetIn` needs. */
interface FunctionRegistry {
  function(
    name: string,
    options: { deterministic: boolean },
    body: (address: unknown, prefix: unknown) => 0 | 1,
  ): unknown;
}

/** Defines `inet_in` in a database connection; conditions of `compileToSql` need it. */
export function registerInetIn(database: FunctionRegistry): void {
  database.function('inet_in', { deterministic: true }, inetIn());
}
