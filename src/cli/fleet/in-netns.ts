import type { Expression, Filter } from '../../filter/expression.js';
import { inodeOfText } from '../../model/namespace.js';
import { ALL_NETNS } from '../../request/netns.js';

/** `-N NAME`: a name is that of other namespaces on each host. */
export function inNetns(filter: Filter, netns: string | undefined): Filter {
  if (netns === undefined || netns === ALL_NETNS) return filter;
  const inode = inodeOfText(netns);
  const periods = inode === undefined ? [] : [{ netns: inode, fromUs: undefined, toUs: undefined }];
  const term: Expression = {
    kind: 'netns',
    comparison: 'eq',
    periods,
    ...(inode === undefined ? { name: netns } : {}),
  };
  const { expression } = filter;
  return { ...filter, expression: expression === undefined ? term : { kind: 'and', of: [term, expression] } };
}
