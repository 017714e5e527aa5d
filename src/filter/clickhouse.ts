/**
 * A filter as a condition of ClickHouse on the tables of a fleet: the third way to run the same tree, beside matches.ts and sql.ts.
 * A condition is 1 or 0, never NULL. Its columns are those of src/fleet/columns.ts; `closed_us` and `close_reason` are NULL in open
 * connections.
 */
import { v4Mapped } from '../model/address.js';
import type { Interval } from '../model/interval.js';
import type { NetnsPeriod } from '../model/namespace.js';
import { isBeginning, LEAST_ID_LENGTH, subtreeOf } from './cgroup-match.js';
import type {
  CgroupPartTerm,
  Comparison,
  EndpointTerm,
  Expression,
  Filter,
  MachineTerm,
  NetnsTerm,
  Prefix,
  Side,
} from './expression.js';
import { isHost } from './prefix.js';

export interface FleetCondition {
  readonly sql: string;
  /** The values of `{f0:String}` and so on. */
  readonly params: Readonly<Record<string, string | number>>;
}

export interface FleetFilterTime {
  /** `pid` and `comm` match the owners of this time, and `duration` is as of its end; undefined: of the whole life. */
  readonly during: Interval | undefined;
  /** The state to compare with the filter's states; undefined: they are left to the caller. */
  readonly state?: string | undefined;
}

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: '=', ne: '!=', ge: '>=', le: '<=', gt: '>', lt: '<' };

/** The greatest Int64: later than everything. */
const NEVER = '9223372036854775807';
/** Bits before the address, in a v4-mapped one. */
const MAPPED_BITS = 96;

export function compileToClickHouse(filter: Filter, time: FleetFilterTime): FleetCondition {
  const compilation = new Compilation(time);
  const parts: string[] = [];
  if (filter.states !== undefined && time.state !== undefined) {
    const names = [...filter.states].map((state) => compilation.text(state));
    parts.push(names.length === 0 ? '0' : `toString(${time.state}) IN (${names.join(', ')})`);
  }
  if (filter.family !== undefined) parts.push(`family = ${compilation.integer(filter.family)}`);
  if (filter.expression !== undefined) parts.push(compilation.expression(filter.expression));
  return { sql: parts.length === 0 ? '1' : parts.join(' AND '), params: compilation.params };
}

class Compilation {
  readonly params: Record<string, string | number> = {};
  #count = 0;

  constructor(private readonly time: FleetFilterTime) {}

  text(value: string): string {
    return this.param(value, 'String');
  }

  integer(value: number): string {
    return this.param(value, 'Int64');
  }

  private param(value: string | number, type: string): string {
    const name = `f${this.#count++}`;
    this.params[name] = value;
    return `{${name}:${type}}`;
  }

  expression(expression: Expression): string {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return `(${expression.of.map((part) => this.expression(part)).join(` ${expression.kind.toUpperCase()} `)})`;
      case 'not':
        return `(NOT ${this.expression(expression.of)})`;
      case 'endpoint':
        return this.endpoint(expression);
      case 'port':
        if (expression.port === undefined) return expression.comparison === 'eq' ? '1' : '0';
        return this.compare(`${expression.side}_port`, expression.comparison, this.integer(expression.port));
      case 'interface':
        if (expression.name !== undefined)
          return this.compare("ifNull(device, '')", expression.comparison, this.text(expression.name));
        return this.compare('ifNull(if_index, 0)', expression.comparison, this.integer(expression.index));
      case 'mark': {
        const masked = `bitAnd(ifNull(fwmark, 0), ${this.integer(expression.mask)})`;
        return this.compare(masked, expression.comparison, this.integer(expression.value));
      }
      case 'cgroup':
        return negatedIf(expression.comparison === 'ne', this.subtree(expression.path));
      case 'container':
      case 'pod':
      case 'unit':
        return negatedIf(expression.comparison === 'ne', this.named(expression));
      case 'netns':
        return negatedIf(expression.comparison === 'ne', this.netns(expression));
      case 'machine':
        return negatedIf(expression.comparison === 'ne', this.machine(expression));
      case 'autobound': {
        const { low, high } = expression.range;
        return `(local_port BETWEEN ${this.integer(low)} AND ${this.integer(high)})`;
      }
      case 'uid':
        return this.compareKnown('uid', expression.comparison, this.integer(expression.value));
      case 'pid':
        return this.owner('pid', expression.comparison, this.integer(expression.value));
      case 'comm':
        return this.owner('comm', expression.comparison, this.text(expression.comm));
      case 'id':
        return this.compareKnown('connection_id', expression.comparison, this.integer(expression.value));
      case 'origin':
        return this.compareKnown('origin', expression.comparison, this.text(expression.origin));
      case 'reason':
        return this.compareKnown('close_reason', expression.comparison, this.text(expression.reason));
      case 'duration':
        return this.compareKnown(this.durationUs(), expression.comparison, this.integer(expression.us));
      case 'name':
        return negatedIf(
          expression.comparison === 'ne',
          `arrayExists(n -> ${this.fits('n', expression.pattern)}, remote_names)`,
        );
    }
  }

  private endpoint({ side, address, port }: EndpointTerm): string {
    const parts = [
      ...(address === undefined ? [] : [this.address(side, address)]),
      ...(port === undefined ? [] : [`${side}_port = ${this.integer(port)}`]),
    ];
    return parts.length === 0 ? '1' : `(${parts.join(' AND ')})`;
  }

  /** As `isIn`: an IPv4 prefix holds v4-mapped addresses of IPv6 sockets too, an IPv6 prefix no address of an IPv4 socket. */
  private address(side: Side, prefixes: readonly Prefix[]): string {
    const column = `${side}_addr`;
    const parts = prefixes.map((prefix) => {
      const { family, address, bits } = prefix;
      const text = this.text(family === 4 ? v4Mapped(address) : address);
      const length = family === 4 ? bits + MAPPED_BITS : bits;
      const within = isHost(prefix)
        ? `${column} = toIPv6(${text})`
        : `${column} BETWEEN IPv6CIDRToRange(toIPv6(${text}), ${length}).1 AND IPv6CIDRToRange(toIPv6(${text}), ${length}).2`;
      return family === 4 ? within : `(family = 6 AND ${within})`;
    });
    return `(${parts.join(' OR ') || '0'})`;
  }

  /** As `isInCgroup`. */
  private subtree(path: string): string {
    if (path === '/') return "ifNull(cgroup = '/', 0)";
    return `startsWith(concat(ifNull(cgroup, ''), '/'), ${this.text(subtreeOf(path))})`;
  }

  /** As `isNamed`. */
  private named(term: CgroupPartTerm): string {
    const [part, text] = [`ifNull(${term.kind}, '')`, this.text(term.text)];
    const same = `ifNull(${term.kind} = ${text}, 0)`;
    if (!isBeginning(term)) return same;
    return `(${same} OR (lengthUTF8(${part}) >= ${LEAST_ID_LENGTH} AND startsWith(${part}, ${text})))`;
  }

  /** Hosts give the same name to namespaces with other inode numbers. */
  private netns({ name, periods }: NetnsTerm): string {
    if (name !== undefined) return `ifNull(netns_name = ${this.text(name)}, 0)`;
    return `(${periods.map((period) => this.inPeriod(period)).join(' OR ') || '0'})`;
  }

  private inPeriod({ netns, fromUs, toUs }: NetnsPeriod): string {
    const bounds = [
      ...(toUs === undefined ? [] : [`opened_us <= ${this.integer(toUs)}`]),
      ...(fromUs === undefined ? [] : [`ifNull(closed_us, ${NEVER}) > ${this.integer(fromUs)}`]),
    ];
    return `(${[`netns = ${this.integer(netns)}`, ...bounds].join(' AND ')})`;
  }

  private machine({ pattern }: MachineTerm): string {
    return `(${this.fits('lower(host)', pattern)} OR machine = ${this.text(pattern)})`;
  }

  /** As `fitsName`. */
  private fits(value: string, pattern: string): string {
    if (!pattern.includes('*')) return `${value} = ${this.text(pattern)}`;
    return `${value} LIKE ${this.text(pattern.replaceAll(/[\\%_]/g, '\\$&').replaceAll('*', '%'))}`;
  }

  /** Any owner of the time; none for `!=`. */
  private owner(of: 'pid' | 'comm', comparison: Comparison, value: string): string {
    if (comparison === 'ne') return `(NOT ${this.owner(of, 'eq', value)})`;
    const fits = `o ${OPERATORS[comparison]} ${value}`;
    const { during } = this.time;
    if (during === undefined) return `arrayExists(o -> ${fits}, owner_${of})`;
    const held = `since <= ${this.integer(during.toUs)} AND ifNull(until, ${NEVER}) > ${this.integer(during.fromUs)}`;
    return `arrayExists((o, since, until) -> ${fits} AND ${held}, owner_${of}, owner_from_us, owner_to_us)`;
  }

  private durationUs(): string {
    const end = `ifNull(closed_us, ${NEVER})`;
    const asOf = this.time.during === undefined ? end : `least(${end}, ${this.integer(this.time.during.toUs)})`;
    return `greatest(0, ${asOf} - opened_us)`;
  }

  private compare(sql: string, comparison: Comparison, value: string): string {
    return `(${sql} ${OPERATORS[comparison]} ${value})`;
  }

  /** An unknown value (NULL) differs from everything, and is neither greater nor less. */
  private compareKnown(sql: string, comparison: Comparison, value: string): string {
    return `ifNull(${sql} ${OPERATORS[comparison]} ${value}, ${comparison === 'ne' ? 1 : 0})`;
  }
}

function negatedIf(negated: boolean, sql: string): string {
  return negated ? `(NOT ${sql})` : sql;
}
