import type { Expression, Term } from './expression.js';

/** Whether an expression has a condition of one of these kinds. */
export function mentions<N>(expression: Expression<N> | undefined, kinds: readonly Term['kind'][]): boolean {
  if (expression === undefined) return false;
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.of.some((part) => mentions(part, kinds));
    case 'not':
      return mentions(expression.of, kinds);
    default:
      return kinds.includes(expression.kind);
  }
}
