import type { SstoryError } from '../model/error.js';
import type { Lookup, NameLookups } from '../model/name-lookups.js';
import type { Expression, Filter, Name, ParsedFilter, Prefix, Term } from './expression.js';
import { filterError } from './filter-error.js';
import { parsePrefix } from './prefix.js';

/** Looks up all names of a filter at once; throws an SstoryError that points at an unknown one (exit code 1). */
export async function resolveNames(filter: ParsedFilter, lookups: NameLookups): Promise<Filter> {
  const { states, family, expression } = filter;
  const resolution = new Resolution(filter, lookups);
  return { states, family, expression: expression && (await resolution.expression(expression)) };
}

class Resolution {
  constructor(
    private readonly filter: ParsedFilter,
    private readonly lookups: NameLookups,
  ) {}

  async expression(expression: Expression<Name>): Promise<Expression> {
    switch (expression.kind) {
      case 'and':
      case 'or':
        return { ...expression, of: await Promise.all(expression.of.map((part) => this.expression(part))) };
      case 'not':
        return { ...expression, of: await this.expression(expression.of) };
      default:
        return this.term(expression);
    }
  }

  private async term(term: Term<Name>): Promise<Term> {
    switch (term.kind) {
      case 'endpoint': {
        const [address, port] = await Promise.all([this.address(term.address), this.port(term.port)]);
        return { ...term, address, port };
      }
      case 'port':
        return { ...term, port: await this.port(term.port) };
      case 'interface':
        return {
          ...term,
          index: await this.number(term.index, 'interface', (name) => this.lookups.interfaceIndex(name)),
        };
      case 'cgroup':
        return { ...term, id: await this.number(term.id, 'cgroup v2', (path) => this.lookups.cgroupId(path)) };
      case 'autobound':
        return { ...term, range: isName(term.range) ? await this.lookups.localPortRange() : term.range };
      case 'pid':
      case 'uid':
        return { ...term, value: await this.number(term.value, 'user', (name) => this.lookups.uid(name)) };
      case 'mark':
      case 'comm':
        return term;
    }
  }

  private async address(address: readonly Prefix[] | Name | undefined): Promise<readonly Prefix[] | undefined> {
    if (!isName(address)) return address;
    const found = (await this.lookups.addresses(address.name, this.filter.family)) ?? [];
    const prefixes = found.flatMap((text) => parsePrefix(text) ?? []);
    if (prefixes.length > 0) return prefixes;
    throw this.unknown(address, 'host');
  }

  private async port(port: number | Name | undefined): Promise<number | undefined> {
    return port === undefined ? undefined : this.number(port, 'service', (service) => this.lookups.port(service));
  }

  private async number(value: number | Name, what: string, lookup: (name: string) => Lookup<number>): Promise<number> {
    if (!isName(value)) return value;
    const found = await lookup(value.name);
    if (found === undefined) throw this.unknown(value, what);
    return found;
  }

  private unknown(name: Name, what: string): SstoryError {
    return filterError('value', this.filter.text, name.span, `unknown ${what} "${name.name}"`);
  }
}

function isName<Value extends number | object | undefined>(value: Value | Name): value is Name {
  return typeof value === 'object' && 'span' in value;
}
