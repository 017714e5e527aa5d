import type { Expression, Name } from '../../filter/expression.js';
import { mentions } from '../../filter/mentions.js';
import { parseFilter } from '../../filter/parse.js';
import { connectionIds } from '../../request/connection-ids.js';

/** For which other ranges the connections that a filter selects are known too. */
export interface FilterReach {
  /** It selects the same ones in every range: it names no owners, hosts or namespaces, whose names change, and no states. */
  readonly isTimeless: boolean;
  /** It selects what is added to a live range by the facts of each connection alone. */
  readonly isFollowable: boolean;
}

/** Of a filter and a namespace as typed. */
export function reachOf(words: readonly string[], netns: string | undefined): FilterReach {
  if (netns !== undefined) return { isTimeless: false, isFollowable: false };
  if (words.length === 0 || connectionIds(words) !== undefined) return { isTimeless: true, isFollowable: true };
  const { states, expression } = parseFilter([...words]);
  const isFollowable =
    states === undefined && !mentions(expression, ['netns', 'interface', 'mark']) && !namesHost(expression);
  return { isTimeless: isFollowable && !mentions(expression, ['pid', 'comm']), isFollowable };
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
