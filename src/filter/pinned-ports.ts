import type { PinnedPorts } from '../model/condition.js';
import type { Expression, Filter, Side } from './expression.js';

/** Whether only one remote port matches a filter, or only one remote and one local port; undefined: neither. */
export function pinnedPorts(filter: Filter): PinnedPorts | undefined {
  if (filter.expression === undefined || !pins(filter.expression, 'remote')) return undefined;
  return pins(filter.expression, 'local') ? 'both' : 'remote';
}

function pins(expression: Expression, side: Side): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.of.some((part) => pins(part, side));
    case 'endpoint':
      return expression.side === side && expression.port !== undefined;
    case 'port':
      return expression.side === side && expression.port !== undefined && expression.comparison === 'eq';
    default:
      return false;
  }
}
