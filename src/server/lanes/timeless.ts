import type { Expression, Name } from '../../filter/expression.js';
import { mentions } from '../../filter/mentions.js';
import { parseFilter } from '../../filter/parse.js';
import { connectionIds } from '../../request/connection-ids.js';

/** Whether a filter selects the same connections in every range: it names no owners, hosts or namespaces, whose names change, and no states. */
export function isTimeless(words: readonly string[], netns: string | undefined): boolean {
  if (netns !== undefined) return false;
  if (words.length === 0 || connectionIds(words) !== undefined) return true;
  const { states, expression } = parseFilter([...words]);
  return (
    states === undefined &&
    !mentions(expression, ['pid', 'comm', 'netns', 'interface', 'mark']) &&
    !namesHost(expression)
  );
}

function namesHost(expression: Expression<Name> | undefined): boolean {
  switch (expression?.kind) {
    case 'and':
    case 'or':
      return expression.of.some(namesHost);
    case 'not':
      return namesHost(expression.of);
    case 'endpoint':
      return expression.address !== undefined && 'name' in expression.address;
    default:
      return false;
  }
}
