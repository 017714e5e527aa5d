import type { Expression, Filter } from '../../src/filter/expression.js';

/** A name of a namespace stands for what it stood for at that time in a host's own history: compared by inode numbers here. */
export function withoutNetnsNames(filter: Filter): Filter {
  return { ...filter, expression: filter.expression && without(filter.expression) };
}

function without(expression: Expression): Expression {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return { ...expression, of: expression.of.map(without) };
    case 'not':
      return { ...expression, of: without(expression.of) };
    case 'netns': {
      const { name: _, ...term } = expression;
      return term;
    }
    default:
      return expression;
  }
}
