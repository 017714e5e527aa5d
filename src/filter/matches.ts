import { cgroupParts } from '../model/cgroup.js';
import type { NetnsPeriod } from '../model/namespace.js';
import { isInCgroup, isNamed } from './cgroup-match.js';
import type { Comparison, Expression, Filter, FilterSubject, MachineTerm, Side } from './expression.js';
import { fitsName } from './history-terms.js';
import { isIn } from './prefix.js';

/** Whether a socket matches a filter. Without states in the filter every state matches: the flags of ss decide then. */
export function matches(filter: Filter, subject: FilterSubject): boolean {
  if (filter.states !== undefined && !filter.states.has(subject.state)) return false;
  if (filter.family !== undefined && filter.family !== subject.tuple.family) return false;
  return filter.expression === undefined || holds(filter.expression, subject);
}

function holds(expression: Expression, subject: FilterSubject): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.of.every((part) => holds(part, subject));
    case 'or':
      return expression.of.some((part) => holds(part, subject));
    case 'not':
      return !holds(expression.of, subject);
    case 'endpoint': {
      const { address, port } = end(subject, expression.side);
      if (expression.port !== undefined && expression.port !== port) return false;
      return expression.address === undefined || expression.address.some((prefix) => isIn(address, prefix));
    }
    case 'port':
      return comparePort(end(subject, expression.side).port, expression.comparison, expression.port);
    case 'interface':
      return compare(subject.interfaceIndex ?? 0, expression.comparison, expression.index);
    case 'mark':
      // Unsigned: & alone yields a negative number for a mark with the highest bit.
      return compare(((subject.mark ?? 0) & expression.mask) >>> 0, expression.comparison, expression.value);
    case 'cgroup':
      return isInCgroup(subject.cgroupPath, expression.path) === (expression.comparison === 'eq');
    case 'container':
    case 'pod':
    case 'unit': {
      const part = subject.cgroupPath === undefined ? undefined : cgroupParts(subject.cgroupPath)[expression.kind];
      return isNamed(part, expression) === (expression.comparison === 'eq');
    }
    case 'machine':
      return fitsMachine(subject.machine, expression) === (expression.comparison === 'eq');
    case 'netns':
      return isInPeriod(subject, expression.periods) === (expression.comparison === 'eq');
    case 'autobound':
      return subject.tuple.localPort >= expression.range.low && subject.tuple.localPort <= expression.range.high;
    case 'uid':
      return compareKnown(subject.uid, expression.comparison, expression.value);
    case 'pid': {
      const { comparison, value } = expression;
      return anyOwner(subject, comparison, ({ pid }, how) => compare(pid, how, value));
    }
    case 'comm':
      return anyOwner(subject, expression.comparison, ({ comm }) => comm === expression.comm);
    case 'id':
      return compareKnown(subject.id, expression.comparison, expression.value);
    case 'duration':
      return compareKnown(subject.durationUs, expression.comparison, expression.us);
    case 'origin':
      return (subject.origin === expression.origin) === (expression.comparison === 'eq');
    case 'reason':
      return (subject.closeReason === expression.reason) === (expression.comparison === 'eq');
    case 'name': {
      const isNamed = (subject.names ?? []).some((name) => fitsName(name, expression.pattern));
      return isNamed === (expression.comparison === 'eq');
    }
  }
}

function fitsMachine(name: string | undefined, { pattern }: MachineTerm): boolean {
  return name !== undefined && fitsName(name.toLowerCase(), pattern);
}

function isInPeriod(
  { netns, openedUs = 0, closedUs = Number.POSITIVE_INFINITY }: FilterSubject,
  periods: readonly NetnsPeriod[],
): boolean {
  return periods.some(
    ({ netns: wanted, fromUs = -1, toUs = Number.POSITIVE_INFINITY }) =>
      netns === wanted && openedUs <= toUs && closedUs > fromUs,
  );
}

type SubjectOwner = NonNullable<FilterSubject['owners']>[number];

/** Whether any owner fulfils a comparison; none does for `!=`: it is the contrary of `=`. */
function anyOwner(
  { owners = [] }: FilterSubject,
  comparison: Comparison,
  fulfils: (owner: SubjectOwner, comparison: Comparison) => boolean,
): boolean {
  const isNot = comparison === 'ne';
  return owners.some((owner) => fulfils(owner, isNot ? 'eq' : comparison)) !== isNot;
}

function end({ tuple }: FilterSubject, side: Side): { address: string; port: number } {
  return side === 'local'
    ? { address: tuple.localAddr, port: tuple.localPort }
    : { address: tuple.remoteAddr, port: tuple.remotePort };
}

/** Every port equals `*`; every other comparison with it is false. */
function comparePort(port: number, comparison: Comparison, wanted: number | undefined): boolean {
  return wanted === undefined ? comparison === 'eq' : compare(port, comparison, wanted);
}

/** An unknown value differs from everything, and is neither greater nor less. */
function compareKnown(value: number | undefined, comparison: Comparison, wanted: number): boolean {
  return value === undefined ? comparison === 'ne' : compare(value, comparison, wanted);
}

function compare(value: number, comparison: Comparison, wanted: number): boolean {
  switch (comparison) {
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    case 'ge':
      return value >= wanted;
    case 'le':
      return value <= wanted;
    case 'gt':
      return value > wanted;
    case 'lt':
      return value < wanted;
  }
}
