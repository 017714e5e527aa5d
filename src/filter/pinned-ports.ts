import type { PinnedPorts } from '../model/condition.js';
import type { Expression, Filter, Side } from './expression.js';

/** The remote port, and perhaps the local one, that everything which matches a filter has; undefined: it has no such remote port. */
export function pinnedPorts({ expression }: Filter): PinnedPorts | undefined {
  const remote = expression === undefined ? undefined : pinned(expression, 'remote');
  if (expression === undefined || remote === undefined) return undefined;
  return { remote, local: pinned(expression, 'local') };
}

function pinned(expression: Expression, side: Side): number | undefined {
  switch (expression.kind) {
    case 'and':
      return expression.of.map((part) => pinned(part, side)).find((port) => port !== undefined);
    case 'endpoint':
      return expression.side === side ? expression.port : undefined;
    case 'port':
      return expression.side === side && expression.comparison === 'eq' ? expression.port : undefined;
    default:
      return undefined;
  }
}
