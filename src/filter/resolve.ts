import type { SstoryError } from '../model/error.js';
import type { Lookup, NameLookups } from '../model/name-lookups.js';
import { inodeOfText, knownNamespaces, type NetnsPeriod } from '../model/namespace.js';
import type { Expression, Filter, Name, ParsedFilter, Prefix, Term } from './expression.js';
import { filterError } from './filter-error.js';
import { parsePrefix } from './prefix.js';

/** Looks up all names of a filter at once; throws an SstoryError that points at an unknown one (exit code 1). */
export async function resolveNames(filter: ParsedFilter, lookups: NameLookups): Promise<Filter> {
  const { expression } = filter;
  const resolution = new Resolution(filter, lookups);
  const { states, boundInactive, halfOpen = false, family } = filter;
  const resolved = expression && (await resolution.expression(expression));
  return { states, boundInactive, halfOpen, family, expression: resolved };
}

/** `if3` stands for the index 3. */
function nameOfInterface(index: number | Name): { readonly name?: string } {
  return typeof index === 'number' || /^if\d+$/.test(index.name) ? {} : { name: index.name };
}

function nameOfNetns(periods: readonly NetnsPeriod[] | Name): { readonly name?: string } {
  return isName(periods) && inodeOfText(periods.name) === undefined ? { name: periods.name } : {};
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
          ...nameOfInterface(term.index),
          index: await this.found(term.index, 'interface', (name) => this.lookups.interfaceIndex(name)),
        };
      case 'cgroup':
        return { ...term, path: await this.found(term.path, 'cgroup v2', (path) => this.lookups.cgroupPath(path)) };
      case 'netns':
        return { ...term, ...nameOfNetns(term.periods), periods: await this.netns(term.periods) };
      case 'autobound':
        return { ...term, range: isName(term.range) ? await this.lookups.localPortRange() : term.range };
      case 'pid':
      case 'uid':
        return { ...term, value: await this.found(term.value, 'user', (name) => this.lookups.uid(name)) };
      case 'mark':
      case 'comm':
      case 'container':
      case 'pod':
      case 'unit':
      case 'machine':
      case 'id':
      case 'origin':
      case 'reason':
      case 'duration':
      case 'name':
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
    return port === undefined ? undefined : this.found(port, 'service', (service) => this.lookups.port(service));
  }

  private async netns(periods: readonly NetnsPeriod[] | Name): Promise<readonly NetnsPeriod[]> {
    if (!isName(periods)) return periods;
    const found = await this.lookups.netns(periods.name);
    if (found !== undefined) return found;
    throw this.unknown(periods, 'network namespace', knownNamespaces(this.lookups.netnsNames()));
  }

  private async found<Value extends number | string>(
    value: Value | Name,
    what: string,
    lookup: (name: string) => Lookup<Value>,
  ): Promise<Value> {
    if (!isName(value)) return value;
    const found = await lookup(value.name);
    if (found === undefined) throw this.unknown(value, what);
    return found;
  }

  private unknown(name: Name, what: string, hint?: string): SstoryError {
    return filterError('value', this.filter.text, name.span, `unknown ${what} "${name.name}"`, hint);
  }
}

function isName<Value extends number | string | object | undefined>(value: Value | Name): value is Name {
  return typeof value === 'object' && 'span' in value;
}
